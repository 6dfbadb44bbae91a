/// What a page shows, and the policy that it must be answered with.
///
/// A new page is one model, one template and one case of `PageTemplate`.
package protocol Page: Sendable {
    var template: PageTemplate { get }
    /// The values that the template names.
    var fields: PageFields { get }
    /// Sent as `Content-Security-Policy`; a page without it is not safe to show.
    var contentSecurityPolicy: ContentSecurityPolicy { get }
}

/// The templates that pages name; the raw value is the name of the file in `CWebUIFiles/files/pages`.
package enum PageTemplate: String, Sendable, CaseIterable {
    case login, signup, consent, error, logout, message
    case passwordResetRequest = "password-reset-request"
    case passwordReset = "password-reset"
    case formPost = "form-post"
    case webMessage = "web-message"
    case loginCallback = "login-callback"
    case activate
    case deviceConfirm = "device-confirm"
    case backchannelApproval = "backchannel-approval"
    case frontchannelLogout = "frontchannel-logout"
    case sessionIFrame = "session-iframe"
}

import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses a request in a query where the client, the tenant or the profile insists on pushed or signed ones (RFC 9126
    /// section 5, RFC 9101 section 10.5; conformance 1.1).
    package static let requestOrigin = AuthorizeCheck("requestOrigin") { _, subject throws(OAuthError) in
        if subject.mustPush, !subject.origin.isPushed { throw OAuthError(.invalidRequest, WireText.pushedRequestRequired) }
        if subject.mustSign, !subject.origin.isSigned { throw OAuthError(.invalidRequest, WireText.signedRequestRequired) }
    }
}

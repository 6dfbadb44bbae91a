/// Tells applications that the session ended, each by a frame, and then goes on (OpenID Connect Front-Channel Logout section 3).
///
/// A script goes on when the frames have loaded, or after some seconds; without scripts a refresh does, and a link is there.
package struct FrontchannelLogoutPage: Page {
    package var frame: PageFrame
    /// Each client's `frontchannel_logout_uri` with `iss` and `sid`; what is not `http` or `https` is left out.
    package var frames: [String]
    /// The `post_logout_redirect_uri` with `state`; nil ends on this page.
    package var target: String?
    /// A way on that nothing but the user takes, in the place of a target.
    package var link: PageLink?
    package var nonce: ScriptNonce

    package init(_ frame: PageFrame, frames: [String], target: String?, nonce: ScriptNonce) {
        (self.frame, self.frames, self.target, self.nonce) = (frame, frames, target, nonce)
    }

    package var template: PageTemplate { .frontchannelLogout }
    package var contentSecurityPolicy: ContentSecurityPolicy { .frontchannelLogout(nonce, framing: frames) }

    package var fields: PageFields {
        let shown = frames.filter { PageOrigin.of($0) != nil }
        let destination = PageURL.destination(target)
        return frame.fields.adding([
            "frames": .list(shown.map { ["frameURL": .text($0)] }),
            "target": .text(destination),
            "link": .part(link?.fields),
            "targetLiteral": .text(destination.map(ScriptLiteral.string)),
            "nonce": .text(nonce.value),
        ])
    }
}

import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses every parameter of a strict third party that is not among those that contract 4.7 lists: what a stranger sends
    /// without need is there for some effect.
    package static let strictParameters = AuthorizeCheck("strictParameters") { parameters, subject throws(OAuthError) in
        guard subject.client.isStrictThirdParty, !parameters.unlisted.isEmpty else { return }
        // Names are the sender's own text: only plain ones are repeated.
        let plain = parameters.unlisted.filter { $0.utf8.count <= 64 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
        throw OAuthError(.invalidRequest, WireText.parametersNotAllowed(Array(plain.prefix(8))))
    }
}

extension AuthorizeParameters {
    private static let listed = [
        "acr_values", "audience", "authorization_details", "client_id", "code_challenge", "code_challenge_method", "connection",
        "correlation_id", "display", "dpop_jkt", "login_hint", "max_age", "nonce", "prompt", "redirect_uri", "resource",
        "response_type", "scope", "state", "ui_locales",
    ]

    /// The names of a form that strict third parties may not send.
    static func unlisted(in form: FormParameters) -> [String] {
        form.entries.map(\.name).filter { !listed.contains(where: $0.isExactly) && !$0.utf8.starts(with: "ext-".utf8) }
    }
}

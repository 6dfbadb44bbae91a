import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses a response type that carries an access token where tokens must be bound to a key: nobody proves one in the front
    /// channel (contract 16.1; RFC 9449 section 5, RFC 8705 section 3).
    package static let proofOfPossession = AuthorizeCheck("proofOfPossession") { parameters, subject throws(OAuthError) in
        guard parameters.responseType?.contains(.token) == true else { return }
        guard !SenderConstraint.isDemanded(of: subject.client, subject.profile, for: subject.api) else {
            throw OAuthError(.invalidRequest, WireText.tokenNeedsProof)
        }
    }
}

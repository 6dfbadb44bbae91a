import Crypto
package import OAuthProtocol
package import Storage

/// A client that has proved itself as its registration asks. Only `ClientAuthenticator` makes one.
package struct AuthenticatedClient: Sendable {
    package let client: Client
    /// Whether it proved itself by a secret; a public client never does, even when it sends one.
    package let hasProvedSecret: Bool

    fileprivate init(_ client: Client, hasProvedSecret: Bool) {
        (self.client, self.hasProvedSecret) = (client, hasProvedSecret)
    }
}

/// Finds out which client asks and checks its proof: `none`, `client_secret_post`, `client_secret_basic`
/// (RFC 6749 section 2.3, contract 2.2). The two secret methods are interchangeable.
package struct ClientAuthenticator: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `invalidClient` with one text for an unknown client, a wrong or a missing secret, at the same cost; and
    /// `invalidRequest` when no client is named or two proofs are sent.
    package func authenticate(
        _ form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> AuthenticatedClient {
        var refusal = "no client credentials"
        for credentials in try ClientCredentials.presented(in: form, authorization: authorization) {
            let client = try await find(credentials.clientID)
            switch Self.verdict(on: credentials, of: client) {
            case .accepted(let authenticated): return authenticated
            case .refused(let reason): refusal = reason
            }
        }
        throw OAuthError(.invalidClient, WireText.unauthorized, auditReason: refusal)
    }

    /// The client id that the request names, not yet proved: for the audit log.
    static func presentedClientID(in form: FormParameters, authorization: String?) throws(OAuthError) -> String? {
        try ClientCredentials.presented(in: form, authorization: authorization).first?.clientID
    }

    private enum Verdict {
        case accepted(AuthenticatedClient)
        /// The true reason, for the audit log.
        case refused(String)
    }

    private func find(_ clientID: String) async throws -> Client? {
        let client = try await context.stores.clients.find(clientID)
        return client.flatMap { $0.clientID.isExactly(clientID) ? $0 : nil }
    }

    /// Compares before it looks at anything else, so that an unknown client takes as long as a wrong secret.
    private static func verdict(on credentials: ClientCredentials, of client: Client?) -> Verdict {
        let isRight = isEqual(credentials.secret, client?.clientSecret)
        guard let client else { return .refused("unknown client") }
        if client.isPublic { return .accepted(AuthenticatedClient(client, hasProvedSecret: false)) }
        if isRight { return .accepted(AuthenticatedClient(client, hasProvedSecret: true)) }
        return .refused(credentials.secret == nil ? "confidential client without a secret" : "wrong client secret")
    }

    /// Digests compare in constant time. A missing secret equals nothing.
    private static func isEqual(_ presented: SecretString?, _ expected: SecretString?) -> Bool {
        let sent = SHA256.hash(data: Array((presented?.revealed ?? "").utf8))
        let kept = SHA256.hash(data: Array((expected?.revealed ?? "").utf8))
        let areEqual = sent == kept
        return areEqual && presented != nil && expected != nil
    }
}

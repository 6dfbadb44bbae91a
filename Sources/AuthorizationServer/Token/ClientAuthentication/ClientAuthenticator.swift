import Crypto
package import OAuthProtocol
package import Storage

/// A client that has proved itself as its registration asks. Only `ClientAuthenticator` makes one.
package struct AuthenticatedClient: Sendable {
    /// As registered, but for what its profile overrules.
    package let client: Client
    /// How it proved itself; `none` for a public client.
    package let method: ClientAuthenticationMethod
    /// The certificate that the request carried, whether it proves the client or not.
    package let certificate: PresentedCertificate?

    /// Whether it proved itself by anything; a public client never does, even when it sends a secret.
    package var hasProvedSecret: Bool { method != .none }

    fileprivate init(
        _ client: Client, _ method: ClientAuthenticationMethod, _ profile: WireProfile, in request: RequestInfo
    ) {
        var judged = client
        if profile.rules.forbidsRotation { judged.refreshToken.rotationType = .nonRotating }
        (self.client, self.method, certificate) = (judged, method, request.clientCertificate)
    }
}

/// Finds out which client asks and checks its proof (RFC 6749 section 2.3, RFC 7523, RFC 8705, contract 2.2). A client proves
/// itself by the method that it registered and no other, but the two that send a secret are interchangeable.
package struct ClientAuthenticator: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `invalidClient` with one text for an unknown client and for a wrong or missing proof, secrets at the same cost;
    /// and `invalidRequest` when no client is named or two proofs are sent.
    package func authenticate(
        _ form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> AuthenticatedClient {
        switch try PresentedClient(in: form, authorization: authorization) {
        case .credentials(let readings): try await authenticate(readings, in: request)
        case .assertion(let assertion, let besideNone): try await authenticate(assertion, besideNone: besideNone, in: request)
        }
    }

    /// The client id that the request names, not yet proved: for the audit log.
    static func presentedClientID(in form: FormParameters, authorization: String?) throws(OAuthError) -> String? {
        try PresentedClient(in: form, authorization: authorization).clientID
    }

    // MARK: Secrets, certificates and nothing

    private func authenticate(
        _ readings: [ClientCredentials], in request: RequestInfo
    ) async throws -> AuthenticatedClient {
        var reason = "no client credentials"
        for credentials in readings {
            let client = try await find(credentials.clientID)
            switch await verdict(on: credentials, of: client, in: request) {
            case .accepted(let authenticated): return authenticated
            case .refused(let refusal): reason = refusal
            }
        }
        throw Self.refusal(reason)
    }

    private enum Verdict {
        case accepted(AuthenticatedClient)
        /// The true reason, for the audit log.
        case refused(String)
    }

    private func find(_ clientID: String) async throws -> Client? {
        let client = try await context.client(clientID)
        return client.flatMap { $0.clientID.isExactly(clientID) ? $0 : nil }
    }

    /// Compares secrets before it looks at anything else, so that an unknown client takes as long as a wrong secret.
    private func verdict(on credentials: ClientCredentials, of client: Client?, in request: RequestInfo) async -> Verdict {
        let isRight = Self.isAny(of: client?.liveSecrets(at: request.now) ?? [], credentials.secret)
        guard let client else { return .refused("unknown client") }
        let profile = context.profile(of: client)
        let method = client.tokenEndpointAuthMethod
        if profile.rules.requiresStrongClientAuthentication, !method.isStrong {
            return .refused("the profile does not accept \(method.rawValue)")
        }
        switch method {
        case .none: break
        case .clientSecretPost, .clientSecretBasic:
            guard isRight else {
                return .refused(credentials.secret == nil ? "confidential client without a secret" : "wrong client secret")
            }
        case .clientSecretJWT, .privateKeyJWT:
            return .refused("no client assertion")
        case .tlsClientAuth, .selfSignedTLSClientAuth:
            guard credentials.secret == nil else { return .refused("a secret of a client that proves itself by certificate") }
            if let refusal = await CertificateAuthentication(context).refusal(of: client, in: request) {
                return .refused(refusal)
            }
        }
        return .accepted(AuthenticatedClient(client, method, profile, in: request))
    }

    /// Digests compare in constant time, all of them whichever is right. A missing secret equals nothing.
    private static func isAny(of kept: [SecretString], _ presented: SecretString?) -> Bool {
        let sent = SHA256.hash(data: Array((presented?.revealed ?? "").utf8))
        // One comparison at least: a client without secrets must not answer faster.
        let digests = (kept.isEmpty ? [SecretString("")] : kept).map { SHA256.hash(data: Array($0.revealed.utf8)) }
        let matches = digests.map { $0 == sent }.count { $0 }
        return matches > 0 && presented != nil && !kept.isEmpty
    }

    // MARK: Assertions

    /// A public client may send one, as it may send a secret; it counts for nothing.
    private func authenticate(
        _ assertion: ClientAssertion, besideNone: Bool, in request: RequestInfo
    ) async throws -> AuthenticatedClient {
        guard let client = try await find(assertion.clientID) else { throw Self.refusal("unknown client") }
        let profile = context.profile(of: client)
        guard !besideNone || profile.rules.toleratesNoneAsSecret else {
            throw OAuthError(.invalidRequest, WireText.severalClientCredentials)
        }
        let method = client.tokenEndpointAuthMethod
        let isStrongEnough = method.isStrong || !profile.rules.requiresStrongClientAuthentication
        guard isStrongEnough else { throw Self.refusal("the profile does not accept \(method.rawValue)") }
        let policy = ClientAssertion.policy(for: client, profile, in: request)
        let jwt = ClientSignedJWT(context)
        switch method {
        case .none: break
        case .privateKeyJWT: _ = try await jwt.verify(assertion.compact, of: client, policy: policy, in: request)
        case .clientSecretJWT: _ = try await jwt.verify(assertion.compact, secretsOf: client, policy: policy, in: request)
        case .clientSecretPost, .clientSecretBasic, .tlsClientAuth, .selfSignedTLSClientAuth:
            throw Self.refusal("an assertion of a client that is registered for \(method.rawValue)")
        }
        return AuthenticatedClient(client, method, profile, in: request)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidClient, WireText.unauthorized, auditReason: reason)
    }
}

extension ClientAuthenticationMethod {
    /// Proves a private key: what FAPI accepts (FAPI 2.0 section 5.3.2.1).
    fileprivate var isStrong: Bool {
        switch self {
        case .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth: true
        case .none, .clientSecretPost, .clientSecretBasic, .clientSecretJWT: false
        }
    }
}

import JOSE
import OAuthProtocol
import Storage

/// A client assertion as it was sent: a JWT that nobody has checked yet (RFC 7523 section 2.2).
struct ClientAssertion: Sendable {
    /// What the request names, or else the assertion's `sub`: to look the client up, not to be believed.
    let clientID: String
    let compact: String

    private static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    private static let maximumBytes = 16_384

    /// `nil` when the request has none. Throws `invalidRequest` when only half of it is there, `invalidClient` for an unknown
    /// type, for what is no JWT, and when request and assertion name different clients.
    init?(in form: FormParameters) throws(OAuthError) {
        let type = try form.optional("client_assertion_type")
        guard let compact = try form.optional("client_assertion", maximumBytes: Self.maximumBytes) else {
            guard type == nil else { throw OAuthError(.invalidRequest, WireText.missingParameter("client_assertion")) }
            return nil
        }
        guard let type else { throw OAuthError(.invalidRequest, WireText.missingParameter("client_assertion_type")) }
        guard type.isExactly(Self.type) else { throw Self.refusal("unknown client_assertion_type") }
        clientID = try Self.client(named: try form.optional("client_id"), by: compact)
        self.compact = compact
    }

    private static func client(named sent: String?, by compact: String) throws(OAuthError) -> String {
        let claims: JSONObject
        do { claims = try JWS.unverified(compact).payload } catch { throw refusal("unreadable client assertion: \(error)") }
        guard let subject = claims["sub"]?.string ?? claims["iss"]?.string, isClientID(subject) else {
            throw refusal("the client assertion names no client")
        }
        guard sent.map(subject.isExactly) ?? true else { throw refusal("client_id differs from the client assertion") }
        return subject
    }

    /// No client id has control characters (RFC 6749 appendix A.1), and databases refuse the NUL among them.
    private static func isClientID(_ text: String) -> Bool {
        (1...4096).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidClient, WireText.unauthorized, auditReason: reason)
    }

    /// What an assertion of the client must look like (RFC 7523 section 3, OIDC Core 9, contract 2.2).
    static func policy(for client: Client, _ profile: WireProfile, in request: RequestInfo) -> ClientJWTPolicy {
        var policy = ClientJWTPolicy(
            refusal: .invalidClient, text: WireText.unauthorized, algorithms: algorithms(of: client, profile),
            audience: audience(profile, request))
        policy.required = ["iss", "sub", "aud", "exp"]
        policy.types = ["jwt", "client-authentication+jwt"]
        policy.replay = "assertion"
        if profile == .auth0 {
            (policy.maximumBytes, policy.maximumLifetime, policy.maximumJTIBytes) = (2048, 300, 64)
        } else {
            policy.required.insert("jti")
            (policy.maximumBytes, policy.maximumLifetime) = (maximumBytes, 3600)
        }
        return policy
    }

    private static func algorithms(of client: Client, _ profile: WireProfile) -> Set<SignatureAlgorithm> {
        let registered = client.proof.tokenEndpointAuthSigningAlg
        guard client.tokenEndpointAuthMethod == .clientSecretJWT else {
            return ClientJWTPolicy.algorithms(of: profile, registered: registered)
        }
        return ClientJWTPolicy.narrowed(Set(profile.rules.clientSignatures(symmetric: true)), to: registered)
    }

    /// The issuer; outside FAPI 2 also the token endpoint, the endpoint that is asked, those that take assertions, and the aliases
    /// of all for client certificates.
    private static func audience(_ profile: WireProfile, _ request: RequestInfo) -> ClientJWTPolicy.Audience {
        let issuer = request.issuer
        switch profile.rules.assertionAudience {
        case .issuerOnly: return .exactly(issuer.description)
        case .issuerOrEndpoint:
            let paths = ["oauth/token", "oauth/par", "bc-authorize"] + [String(request.path.drop { $0 == "/" })]
            let aliases = request.mtlsIssuerURL.map { root in [root] + paths.map { root + $0 } } ?? []
            return .anyOf([issuer.description] + paths.map(issuer.url) + aliases)
        }
    }
}

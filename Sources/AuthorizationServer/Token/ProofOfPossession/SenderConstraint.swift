import Crypto
import OAuthProtocol
package import Storage

/// What a request to a token endpoint proved about keys.
package struct ProvedPossession: Sendable {
    /// The key that the access token is to be bound to; `nil` for a bearer token.
    package var confirmation: Confirmation?
    /// The key of the request's DPoP proof, also when the token is not bound to it.
    package var proofKey: Confirmation?
    /// For the answer's `DPoP-Nonce` header.
    package var freshNonce: String?

    package init() {}
}

/// Binds tokens to a key that the client proves to hold: a DPoP key (RFC 9449) or its certificate (RFC 8705 section 3). What
/// is allowed and what is demanded is the matrix of API policy, client and profile of contract 16.1.
package struct SenderConstraint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What an access token for `api` (`nil` for `/userinfo` alone) is bound to. `required` is the key that a code or refresh
    /// token is bound to. Throws `invalidDPoPProof` and `useDPoPNonce`, `invalidRequest` when a key is demanded and none
    /// proved, `invalidGrant` for another certificate than the required one.
    package func confirmation(
        for client: AuthenticatedClient, api: ResourceServer?, requiring required: Confirmation? = nil, in request: RequestInfo
    ) async throws -> ProvedPossession {
        let demand = Demand(client.client, context.profile(of: client.client), api)
        var proved = ProvedPossession()
        if demand.admitsProof || required?.method == .jkt {
            proved = try await proof(of: client.client, in: request)
        }
        try Self.check(required, proved.proofKey, client.certificate)
        proved.confirmation = try demand.confirmation(proofKey: proved.proofKey, certificate: client.certificate)
        return proved
    }

    /// The proof at the pushed authorization request endpoint, which binds the code to its key (RFC 9449 section 10.1).
    /// Throws `invalidDPoPProof` and `useDPoPNonce`.
    package func proofAtPushedRequest(of client: AuthenticatedClient, in request: RequestInfo) async throws -> ProvedPossession {
        try await proof(of: client.client, in: request)
    }

    /// The key that a device or a backchannel request binds its tokens to, as a pushed request does (RFC 9449 section 10): that
    /// of its proof, or the one that `dpop_jkt` names; `nil` without either. Throws `invalidDPoPProof` also for a `dpop_jkt` that
    /// is no thumbprint or another key's than the proof's, and `useDPoPNonce`.
    func requestedKey(
        _ form: FormParameters, of client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> (jkt: String?, freshNonce: String?) {
        let named = try form.optional("dpop_jkt", maximumBytes: 128)
        guard named.map({ Base64URL.decode($0)?.count == 32 }) ?? true else { throw Self.malformedKeyName }
        let proved = try await proof(of: client.client, in: request)
        let shown = proved.proofKey?.thumbprint
        if let named, let shown, !named.isExactly(shown) { throw Self.malformedKeyName }
        return (named ?? shown, proved.freshNonce)
    }

    private static let malformedKeyName = OAuthError(.invalidDPoPProof, WireText.malformedParameter("dpop_jkt"))

    /// Whether each of the client's access tokens for `api` (`nil` for `/userinfo` alone) must be bound to a key.
    static func isDemanded(of client: Client, _ profile: WireProfile, for api: ResourceServer?) -> Bool {
        Demand(client, profile, api).isStrict
    }

    /// What refresh tokens of the client are bound to: a client that proves itself otherwise may change its key
    /// (RFC 9449 section 5, contract 16.1).
    package static func boundKey(of client: Client, _ proved: ProvedPossession) -> Confirmation? {
        client.isPublic ? proved.confirmation ?? proved.proofKey : nil
    }

    private func proof(of client: Client, in request: RequestInfo) async throws -> ProvedPossession {
        var proved = ProvedPossession()
        let profile = context.profile(of: client)
        let check = DPoPProofCheck(context, profile, request)
        guard let proof = try await check.proof() else { return proved }
        let needsNonce = client.isPublic && profile.rules.demandsNonceOfPublicClients
        guard proof.hasNonce || !needsNonce else { throw check.nonceDemand }
        proved.proofKey = proof.key
        proved.freshNonce = DPoPNonce(context).current(at: request.now)
        return proved
    }

    private static func check(
        _ required: Confirmation?, _ proofKey: Confirmation?, _ certificate: PresentedCertificate?
    ) throws(OAuthError) {
        guard let required else { return }
        switch required.method {
        case .jkt:
            guard let proofKey, proofKey == required else {
                let reason = proofKey == nil ? "no proof of the bound key" : "another key than the bound one"
                throw OAuthError(.invalidDPoPProof, WireText.invalidDPoPProof, auditReason: reason)
            }
        case .x5tS256:
            guard certificate?.confirmation == required else {
                throw OAuthError(
                    .invalidGrant, WireText.certificateRequired, auditReason: "another certificate than the bound one")
            }
        }
    }
}

/// One cell of the matrix of contract 16.1: what may be bound and what must be.
private struct Demand {
    /// The client asked for certificate-bound tokens.
    private let wantsCertificate: Bool
    /// The client asked for DPoP-bound tokens.
    private let wantsProof: Bool
    private let isFAPI: Bool
    private let api: ResourceServer.ProofOfPossession
    private let isPublic: Bool

    init(_ client: Client, _ profile: WireProfile, _ api: ResourceServer?) {
        wantsCertificate = client.proof.tlsClientCertificateBoundAccessTokens
        wantsProof = client.proof.dpopBoundAccessTokens
        isFAPI = profile.rules.requiresSenderConstraint
        self.api = api?.proofOfPossession ?? .allowed
        isPublic = client.isPublic
    }

    /// No token is issued that is not bound.
    var isStrict: Bool { wantsCertificate || wantsProof || mustBeBound }

    /// Whether a proof counts for the access token; otherwise it is not even looked at.
    var admitsProof: Bool { (api != .none || isFAPI || wantsProof) && (!wantsCertificate || wantsProof) }

    func confirmation(
        proofKey: Confirmation?, certificate: PresentedCertificate?
    ) throws(OAuthError) -> Confirmation? {
        if wantsProof { return try keyOfProof(proofKey) }
        if wantsCertificate {
            guard let certificate else { throw OAuthError(.invalidRequest, WireText.certificateRequired) }
            return certificate.confirmation
        }
        if let proofKey, admitsProof { return proofKey }
        // The certificate that a FAPI client came with binds as well as one that it announced.
        if isFAPI, let certificate { return certificate.confirmation }
        guard !mustBeBound else { throw OAuthError(.invalidRequest, WireText.proofOfPossessionRequired) }
        return nil
    }

    private func keyOfProof(_ proofKey: Confirmation?) throws(OAuthError) -> Confirmation {
        guard let proofKey else {
            throw OAuthError(.invalidDPoPProof, WireText.proofOfPossessionRequired, auditReason: "no DPoP proof")
        }
        guard api != .none || isFAPI else {
            throw OAuthError(.invalidRequest, WireText.proofOfPossessionRefused)
        }
        return proofKey
    }

    private var mustBeBound: Bool {
        if isFAPI { return true }
        return switch api {
        case .none, .allowed: false
        case .requiredForPublicClients: isPublic
        case .required: true
        }
    }
}

extension PresentedCertificate {
    /// What tokens that are bound to the certificate say (RFC 8705 section 3.1).
    package var confirmation: Confirmation {
        Confirmation(method: .x5tS256, thumbprint: Base64URL.encode(SHA256.hash(data: der)))
    }
}

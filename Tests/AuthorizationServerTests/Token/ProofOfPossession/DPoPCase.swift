import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Token requests with DPoP proofs.
extension EngineFixture {
    /// A proof for the token endpoint at the present time, with a fresh `jti` and, unless told otherwise, a good nonce.
    func proof(
        _ key: TestKey, withNonce: Bool = true, _ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []
    ) throws -> String {
        let nonce: [(String, JSONValue?)] = withNonce ? [("nonce", .string(DPoPNonce(context).current(at: now)))] : []
        return try key.proof(at: now, jti: environment.randomness.alphanumeric(20), changes: nonce + changes, header: header)
    }

    func token(
        _ pairs: [(String, String)], proofs: [String], certificate: PresentedCertificate? = nil, on node: TenantContext? = nil
    ) async throws -> TokenResponse {
        var request = request()
        (request.dpopProofs, request.clientCertificate) = (proofs, certificate)
        return try await TokenEndpoint(node ?? context).respond(to: FormParameters(pairs), authorization: nil, in: request)
    }

    func refusal(
        of pairs: [(String, String)], proofs: [String], certificate: PresentedCertificate? = nil,
        on node: TenantContext? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await token(pairs, proofs: proofs, certificate: certificate, on: node)
        }
        return try #require(error, sourceLocation: location)
    }

    /// `client_credentials` of the machine client.
    var machineForm: [(String, String)] {
        form([("grant_type", "client_credentials"), ("audience", Self.audience)], of: machine, [])
    }

    /// The `cnf` of an access token: `["jkt": …]` or `["x5t#S256": …]`.
    func confirmation(of response: TokenResponse) async throws -> JSONObject? {
        try await verified(response.accessToken).payload["cnf"]?.object
    }

    func update(_ change: (inout Client) -> Void, _ client: Client) async throws -> Client {
        var changed = client
        change(&changed)
        #expect(try await stores.clients.update(changed))
        return changed
    }

    func setPolicy(_ policy: ResourceServer.ProofOfPossession) async throws {
        var changed = api
        changed.proofOfPossession = policy
        #expect(try await stores.resourceServers.update(changed))
    }
}

extension OAuthError {
    /// Status and code at the token endpoint.
    var onTheWire: String {
        let wire = profile.wireError(for: kind, at: .token)
        let status = profile == .auth0 ? auth0Status ?? wire.status : wire.status
        return "\(status) \(wire.code)"
    }
}

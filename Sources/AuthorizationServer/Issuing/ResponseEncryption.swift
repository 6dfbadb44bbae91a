import JOSE
import OAuthProtocol
import Storage

/// Encrypts what a client asked to get encrypted, to a key of its own (OIDC Core 10.2, JWE).
struct ResponseEncryption: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The signed ID token, nested in a JWE when the client registered an `alg`.
    func idToken(_ token: String, for client: Client, in request: RequestInfo) async throws -> String {
        let rules = client.responses
        return try await nested(
            token, Choice(rules.idTokenEncryptedResponseAlg, rules.idTokenEncryptedResponseEnc), client, in: request) ?? token
    }

    /// The userinfo answer, signed or not, in a JWE; `nil` when the client registered no `alg`.
    func userinfo(_ text: String, isSigned: Bool, for client: Client, in request: RequestInfo) async throws -> String? {
        let rules = client.responses
        return try await nested(
            text, Choice(rules.userinfoEncryptedResponseAlg, rules.userinfoEncryptedResponseEnc), client, isSigned: isSigned,
            in: request)
    }

    private struct Choice {
        let alg: String?
        let enc: String?
        init(_ alg: String?, _ enc: String?) { (self.alg, self.enc) = (alg, enc) }
    }

    private func nested(
        _ text: String, _ choice: Choice, _ client: Client, isSigned: Bool = true, in request: RequestInfo
    ) async throws -> String? {
        guard let name = choice.alg else { return nil }
        guard let alg = KeyManagementAlgorithm(rawValue: name),
            let enc = ContentEncryption(rawValue: choice.enc ?? ContentEncryption.a128CBCHS256.rawValue)
        else { throw TokenAlgorithm.unusable("unknown encryption") }
        let key = try await key(of: client, for: alg, in: request)
        return try JWE.encrypt(Array(text.utf8), to: key, alg: alg, enc: enc, cty: isSigned ? "JWT" : nil)
    }

    /// The client's first key for `alg`. When none of those known is, the client may have changed its keys since they were read:
    /// they are fetched once more, as for a signature.
    private func key(
        of client: Client, for alg: KeyManagementAlgorithm, in request: RequestInfo
    ) async throws -> JWK {
        let source = ClientKeys(context)
        do {
            let known = try await source.keys(of: client, in: request)
            if let key = known.first(for: alg) { return key }
            if let key = try await source.refreshed(of: client, insteadOf: known, in: request)?.first(for: alg) { return key }
        } catch {
            throw TokenAlgorithm.unusable("the client's keys: \(error)")
        }
        throw TokenAlgorithm.unusable("the client has no key for \(alg.rawValue)")
    }
}

extension JWKSet {
    fileprivate func first(for alg: KeyManagementAlgorithm) -> JWK? { keys.first { alg.encrypts(to: $0) } }
}

extension KeyManagementAlgorithm {
    /// Whether the client meant the key for this: a key with the `alg` of a signature is for verifying, whatever its kind.
    fileprivate func encrypts(to key: JWK) -> Bool {
        key.use != "sig" && key.alg.map { $0.isExactly(rawValue) } ?? true && works(with: key.key)
    }
}

import Crypto
import OAuthProtocol
package import Storage

/// The `sub` that a client sees (OIDC Core 8): the user id, or for pairwise clients a pseudonym that clients of other sectors
/// cannot link. Pseudonyms are the user id sealed deterministically under a key of the tenant with the sector authenticated, so
/// that an access token's subject leads back to the user without a table.
package struct SubjectIdentifier: Sendable {
    private let context: TenantContext

    private static let keyName = "pairwise-subject"
    private static let nonceLength = 12

    package init(_ context: TenantContext) { self.context = context }

    package func subject(of userID: String, for client: Client) async throws -> String {
        guard Self.isPairwise(userID, client) else { return userID }
        let key = try await key()
        let sector = Array(Self.sector(of: client).utf8)
        // The nonce depends on all that is sealed, so the same input gives the same pseudonym and no two inputs share a nonce.
        let digest = HMAC<SHA256>.authenticationCode(for: sector + [0] + Array(userID.utf8), using: key)
        let nonce = try AES.GCM.Nonce(data: Array(digest).prefix(Self.nonceLength))
        let box = try AES.GCM.seal(Array(userID.utf8), using: key, nonce: nonce, authenticating: sector)
        guard let combined = box.combined else { throw SealingError.failed }
        return Base64URL.encode(combined)
    }

    /// The user id behind a subject that was given to the client; `nil` for anything else.
    package func userID(from subject: String, for client: Client) async throws -> String? {
        guard Self.isPairwise(subject, client) else { return subject }
        guard let bytes = Base64URL.decode(subject), let box = try? AES.GCM.SealedBox(combined: bytes) else { return nil }
        let opened = try? AES.GCM.open(box, using: try await key(), authenticating: Array(Self.sector(of: client).utf8))
        return opened.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A client that acts in its own name has no pseudonym.
    private static func isPairwise(_ subject: String, _ client: Client) -> Bool {
        client.responses.subjectType == .pairwise && !subject.isExactly("\(client.clientID)@clients")
    }

    /// The host of the sector identifier, else of the callbacks, else of the keys (OIDC Core 8.1; CIBA 4).
    static func sector(of client: Client) -> String {
        let candidates = [client.responses.sectorIdentifierURI, client.callbacks.first, client.proof.jwksURI]
        let host = candidates.compactMap(\.self).lazy.compactMap { RedirectURI($0)?.host }.first
        return host ?? client.clientID
    }

    private func key() async throws -> SymmetricKey {
        let candidate = SecretBytes(context.environment.randomness.bytes(32))
        let secret = try await context.stores.secrets.secret(Self.keyName, orInsert: candidate)
        return SymmetricKey(data: secret.revealed)
    }
}

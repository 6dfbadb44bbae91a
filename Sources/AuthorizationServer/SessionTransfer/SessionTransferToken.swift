package import OAuthProtocol
package import Storage

/// A session transfer token (contract 8.5, 9.6): 256 random bits that open one browser session for the user of a refresh
/// token. What it stands for is kept sealed under its hash, for a minute at most.
package struct SessionTransferToken: Sendable, Equatable {
    /// The `issued_token_type` of its answer.
    static let type = "urn:auth0:params:oauth:token-type:session_transfer_token"
    static let lifetime: Lifetime = 60

    package let userID: String
    /// The client whose refresh token was exchanged, and that token's family.
    package let clientID: String
    package let familyID: RefreshTokenFamilyID
    /// The revocation of that family ends the session.
    package let cascades: Bool
    package let signIn: SignIn
    /// Where it was asked for: `NetworkPrefix`.
    package let network: String

    /// Stores it under a new random value, which is returned.
    func issue(in context: TenantContext, at now: Timestamp) async throws -> SecretString {
        let handle = context.environment.randomness.handle()
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .sessionTransfer, keyHash: TokenHash(of: handle), codeMAC: [],
                payload: SecretString(payload.serializedString), attempts: 1, lifetime: (now, now + Self.lifetime)))
        return SecretString(handle)
    }

    /// Uses a token up. Of any number of concurrent calls exactly one gets it; `nil` when it is unknown, used or expired.
    package static func consume(
        _ text: String, in context: TenantContext, at now: Timestamp
    ) async throws -> SessionTransferToken? {
        let code = try await context.stores.oneTimeCodes.consume(.sessionTransfer, key: TokenHash(of: text), at: now)
        return code.flatMap(Self.init)
    }

    private var payload: JSONObject {
        [
            "user": .string(userID), "client": .string(clientID), "family": .string(Base64URL.encode(familyID.bytes)),
            "cascades": .bool(cascades), "auth_time": .integer(signIn.authTime.milliseconds), "amr": .strings(signIn.amr),
            "network": .string(network),
        ]
    }
}

extension SessionTransferToken {
    fileprivate init?(_ code: OneTimeCode) {
        guard let payload = (try? JSONValue.parse(Array(code.payload.revealed.utf8)))?.object,
            let userID = payload["user"]?.string, let clientID = payload["client"]?.string,
            let family = payload["family"]?.string.flatMap({ Base64URL.decode($0) }).flatMap({ RefreshTokenFamilyID(bytes: $0) }),
            let authTime = payload["auth_time"]?.integer, let network = payload["network"]?.string
        else { return nil }
        let amr = (payload["amr"]?.array ?? []).compactMap(\.string)
        self.init(
            userID: userID, clientID: clientID, familyID: family, cascades: payload["cascades"]?.bool ?? true,
            signIn: SignIn(authTime: Timestamp(milliseconds: authTime), amr: amr), network: network)
    }
}

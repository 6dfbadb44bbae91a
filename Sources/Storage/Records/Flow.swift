package import OAuthProtocol

/// A browser session (contract 5). The cookie's value is kept only as a hash.
package struct BrowserSession: Sendable, Equatable {
    package var cookieHash: TokenHash
    /// The public session id of ID tokens and logout: 32 URL-safe characters.
    package var sid: String
    package var userID: String
    /// When the user last proved who they are.
    package var authTime: Timestamp
    /// RFC 8176 methods.
    package var amr: [String]
    package var createdAt: Timestamp
    package var lastActiveAt: Timestamp
    package var idleExpiresAt: Timestamp
    package var absoluteExpiresAt: Timestamp
    package var address: String
    package var userAgent: String
    /// Clients that received a token or code within this session.
    package var clients: [String] = []

    package init(
        cookieHash: TokenHash, sid: String, userID: String, authTime: Timestamp, idleExpiresAt: Timestamp,
        absoluteExpiresAt: Timestamp
    ) {
        (self.cookieHash, self.sid, self.userID, self.authTime) = (cookieHash, sid, userID, authTime)
        (createdAt, lastActiveAt) = (authTime, authTime)
        (self.idleExpiresAt, self.absoluteExpiresAt) = (idleExpiresAt, absoluteExpiresAt)
        (amr, address, userAgent) = (["pwd"], "", "")
    }
}

/// An authorization request that waits for the user (contract 4.6). Its parameters are kept as they were sent and are
/// checked again on every resume, so that a changed client or API cannot be bypassed by an old transaction.
package struct LoginTransaction: Sendable, Equatable {
    /// Hash of the `state` in the URLs of our pages.
    package var stateHash: TokenHash
    /// Hash of the browser's device cookie: only the browser that began may go on.
    package var browserHash: TokenHash
    package var clientID: String
    /// The request's parameters, form-encoded.
    package var parameters: String
    /// When the user proved who they are *within this transaction*; `prompt=login` and `max_age=0` need it.
    package var authenticatedAt: Timestamp?
    /// The `sid` of the session that this transaction authenticated.
    package var sid: String?
    /// The user agreed, or confirmed, within this transaction.
    package var consentGivenAt: Timestamp?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        stateHash: TokenHash, browserHash: TokenHash, clientID: String, parameters: String, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        (self.stateHash, self.browserHash, self.clientID) = (stateHash, browserHash, clientID)
        (self.parameters, self.createdAt, self.expiresAt) = (parameters, createdAt, expiresAt)
    }
}

/// What both a code and a refresh-token family stand for: who allowed whom to do what.
package struct GrantedAccess: Sendable, Equatable {
    package var clientID: String
    package var userID: String
    /// The API's identifier; `nil` means `/userinfo` only.
    package var audience: String?
    /// What was granted, `offline_access` included when a refresh token is due.
    package var scopes: Scopes
    /// The browser session; `nil` for the password grants.
    package var sid: String?
    /// Present when ID tokens of this grant carry `auth_time` (contract 9.4).
    package var authTime: Timestamp?
    /// The `gty` of access tokens: `nil` for the code flow, `password` for the password grants (contract 9.2).
    package var gty: String?

    package init(clientID: String, userID: String, audience: String?, scopes: Scopes) {
        (self.clientID, self.userID, self.audience, self.scopes) = (clientID, userID, audience, scopes)
    }
}

/// An authorization code, kept by hash (RFC 6749 section 4.1.2). The row stays after use until it expires, so that a
/// replay can revoke what the first use issued.
package struct AuthorizationCode: Sendable, Equatable {
    package var hash: TokenHash
    package var access: GrantedAccess
    /// As sent to `/authorize`; `nil` when the request left it out (contract 2.3).
    package var redirectURI: String?
    package var nonce: String?
    package var codeChallenge: String?
    /// `S256` or `plain`.
    package var codeChallengeMethod: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?
    /// The refresh-token family that the redemption issued.
    package var familyID: RefreshTokenFamilyID?

    package init(hash: TokenHash, access: GrantedAccess, createdAt: Timestamp, expiresAt: Timestamp) {
        (self.hash, self.access, self.createdAt, self.expiresAt) = (hash, access, createdAt, expiresAt)
    }
}

/// 128 random bits that name a refresh-token family; base64url in rows, raw in tokens.
package struct RefreshTokenFamilyID: Hashable, Sendable {
    package let bytes: [UInt8]
    /// `nil` unless there are 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// A refresh token and all its successors: one row (architecture section 6).
package struct RefreshTokenFamily: Sendable, Equatable {
    package var id: RefreshTokenFamilyID
    package var access: GrantedAccess
    /// Number of the current token. Rotation adds one; a non-rotating token keeps its number.
    package var generation: Int64
    package var isRotating: Bool
    /// When `generation` last changed.
    package var rotatedAt: Timestamp
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp?
    /// `nil` means never.
    package var idleExpiresAt: Timestamp?
    package var absoluteExpiresAt: Timestamp?
    package var revokedAt: Timestamp?
    /// 32 random bytes: with the master key `keyID` they make the key of this family's token MACs.
    package var seed: SecretBytes
    /// The master key that the MACs are made with.
    package var keyID: String

    package init(id: RefreshTokenFamilyID, access: GrantedAccess, isRotating: Bool, createdAt: Timestamp, seed: SecretBytes, keyID: String) {
        (self.id, self.access, self.isRotating) = (id, access, isRotating)
        (generation, self.createdAt, rotatedAt) = (1, createdAt, createdAt)
        (self.seed, self.keyID) = (seed, keyID)
    }
}

/// A single-use link that was mailed to a user.
package struct Ticket: Sendable, Equatable {
    package enum Purpose: String, Sendable, CaseIterable { case passwordReset = "password_reset" }

    package var hash: TokenHash
    package var purpose: Purpose
    package var userID: String
    package var clientID: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?

    package init(hash: TokenHash, purpose: Purpose, userID: String, clientID: String?, createdAt: Timestamp, expiresAt: Timestamp) {
        (self.hash, self.purpose, self.userID, self.clientID) = (hash, purpose, userID, clientID)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }
}

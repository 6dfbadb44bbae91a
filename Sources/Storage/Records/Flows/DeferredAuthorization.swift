package import OAuthProtocol

/// An authorization that the user gives on another device, or later: the device flow (RFC 8628) and backchannel
/// authentication (CIBA). The client polls until it is decided.
package struct DeferredAuthorization: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case device, backchannel }
    package enum State: String, Sendable, CaseIterable { case pending, approved, denied, redeemed }

    /// Hash of the device code or `auth_req_id`.
    package var hash: TokenHash
    package var kind: Kind
    package var state: State = .pending
    package var clientID: String
    /// Device: hash of the normalized user code. CIBA: hash of the approval link's secret.
    package var userCodeHash: TokenHash
    /// What is asked for; `access.userID` is empty until the user is known.
    package var access: GrantedAccess
    package var bindingMessage: String?
    /// CIBA ping: where the client is told, with its bearer token. Sealed at rest.
    package var notification: SecretString?
    /// The key that the redemption must prove (a DPoP proof came with the request).
    package var dpopJKT: String?
    /// Seconds between polls that the client was last told.
    package var interval: Lifetime
    package var lastPolledAt: Timestamp?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    /// `expired_token` was answered once (contract 14).
    package var expiryReportedAt: Timestamp?
    package var familyID: RefreshTokenFamilyID?

    package init(
        hash: TokenHash, kind: Kind, userCodeHash: TokenHash, access: GrantedAccess, interval: Lifetime, lifetime: (Timestamp, Timestamp)
    ) {
        (self.hash, self.kind, self.userCodeHash, self.access) = (hash, kind, userCodeHash, access)
        clientID = access.clientID
        self.interval = interval
        (createdAt, expiresAt) = lifetime
    }
}

/// An authorization request that was pushed (RFC 9126).
package struct PushedRequest: Sendable, Equatable {
    /// Hash of the whole `request_uri`.
    package var hash: TokenHash
    package var clientID: String
    /// Form-encoded, as judged; a request object is kept resolved.
    package var parameters: String
    /// The key of the DPoP proof at the PAR endpoint.
    package var dpopJKT: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?

    package init(hash: TokenHash, clientID: String, parameters: String, createdAt: Timestamp, expiresAt: Timestamp) {
        (self.hash, self.clientID, self.parameters) = (hash, clientID, parameters)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }
}

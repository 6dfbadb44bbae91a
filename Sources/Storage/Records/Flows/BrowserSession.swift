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
    /// Random value behind the browser-state cookie of OIDC Session Management: base64url, changes with the session.
    package var browserState = ""
    /// Present when a session transfer token opened the session.
    package var transfer: SessionTransfer?

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
    /// The pushed request that the parameters come from; used up with the answer.
    package var requestURIHash: TokenHash?
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

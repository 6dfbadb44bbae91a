package import OAuthProtocol

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
    /// Names the grant in revocations; 22 URL-safe characters, new for each authorization. Empty in rows of older versions.
    package var grantID = ""
    /// What only some grants have.
    package var details = AccessDetails()

    package init(clientID: String, userID: String, audience: String?, scopes: Scopes) {
        (self.clientID, self.userID, self.audience, self.scopes) = (clientID, userID, audience, scopes)
    }
}

/// The parts of a grant that most grants lack. Kept as one JSON document.
package struct AccessDetails: Sendable, Codable, Equatable {
    /// `authorization_details` as granted: JSON array text (RFC 9396).
    package var authorizationDetails: String?
    /// The `claims` parameter: JSON object text (OIDC Core 5.5).
    package var claims: String?
    /// Authentication context and methods of the session (OIDC Core 2).
    package var acr: String?
    package var amr: [String]?
    /// The `act` claim: JSON object text (RFC 8693 section 4.1).
    package var actor: String?
    /// The key that refreshing must prove to hold, for clients that have no other proof.
    package var boundKey: Confirmation?
    /// An online refresh token: lives as long as the session `sid` (contract 8.8).
    package var isOnline: Bool?
    /// The user's pairwise pseudonym for the client, when it is not the user id.
    package var pairwiseSubject: String?
    /// CIBA: goes into the ID token.
    package var authReqID: String?
    /// When and how the user signed in, for clients that may hand the sign-in on by session transfer tokens.
    package var signIn: SignIn?
    /// Present when the grant was made in a session that a session transfer token opened.
    package var transfer: SessionTransfer?

    package init() {}
    package var isEmpty: Bool { self == AccessDetails() }
}

/// The key that a token is bound to: the `cnf` claim (RFC 7800).
package struct Confirmation: Sendable, Codable, Equatable {
    package enum Method: String, Sendable, Codable, CaseIterable {
        /// SHA-256 thumbprint of a DPoP key (RFC 9449 section 6.1).
        case jkt
        /// SHA-256 of a client certificate (RFC 8705 section 3.1).
        case x5tS256 = "x5t#S256"
    }

    package var method: Method
    /// base64url of 32 bytes.
    package var thumbprint: String

    package init(method: Method, thumbprint: String) { (self.method, self.thumbprint) = (method, thumbprint) }
}

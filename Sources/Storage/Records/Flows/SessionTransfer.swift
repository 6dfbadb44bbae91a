package import OAuthProtocol

/// Where a session, or a grant that was made in it, comes from when a session transfer token opened it (contract 8.5).
package struct SessionTransfer: Sendable, Codable, Equatable {
    /// The client whose refresh token was exchanged for the token.
    package var clientID: String
    /// The refresh-token family whose revocation ends the session and what was issued in it; `nil` when the client does not
    /// want that.
    package var familyID: RefreshTokenFamilyID?

    package init(clientID: String, familyID: RefreshTokenFamilyID?) {
        (self.clientID, self.familyID) = (clientID, familyID)
    }
}

/// When and how a user signed in.
package struct SignIn: Sendable, Codable, Equatable {
    package var authTime: Timestamp
    /// RFC 8176 methods.
    package var amr: [String]

    package init(authTime: Timestamp, amr: [String]) { (self.authTime, self.amr) = (authTime, amr) }
}

extension RefreshTokenFamilyID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Base64URL.decode(try container.decode(String.self)), let id = RefreshTokenFamilyID(bytes: bytes) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the id of a refresh-token family")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64URL.encode(bytes))
    }
}

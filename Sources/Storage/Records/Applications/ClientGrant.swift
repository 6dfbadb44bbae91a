package import OAuthProtocol

/// Permission of a client to ask for an API in its own name (contract 7.3; management contract 5), and in a user's where the
/// API's policy or the client's standing asks for one (contract 4.7, 23).
package struct ClientGrant: Sendable, Codable, Equatable {
    /// `cgr_` and 16 characters.
    package var id: String
    package var clientID: String
    /// The API's identifier.
    package var audience: String
    package var scope: Scopes

    package init(id: String, clientID: String, audience: String, scope: Scopes) {
        (self.id, self.clientID, self.audience, self.scope) = (id, clientID, audience, scope)
    }

    package enum CodingKeys: String, CodingKey {
        case id
        case clientID = "client_id"
        case audience, scope
    }
}

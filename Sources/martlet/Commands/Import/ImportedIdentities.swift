import OAuthProtocol
import Storage

/// The `identities` of a user from a file, as Auth0 exports them: accounts at identity providers with the tokens that they
/// gave (management contract 6).
struct ImportedIdentities {
    private let connections: [Connection]
    private let userID: String
    private let now: Timestamp

    init(of userID: String, among connections: [Connection], now: Timestamp) {
        (self.userID, self.connections, self.now) = (userID, connections, now)
    }

    /// Members that say nothing which is kept.
    private static let overlooked = ["provider", "isSocial", "profileData", "access_token_secret"]
    private static let read = ["connection", "user_id", "access_token", "refresh_token", "expires_in", "scope"]

    /// The token sets, one for each identity that has tokens. Throws `CommandFailure` that lists every problem.
    func tokens(in value: JSONValue?) throws -> [FederatedTokens] {
        guard let value else { return [] }
        guard case .array(let identities) = value else { throw CommandFailure("identities: must be a list") }
        var (sets, problems): ([FederatedTokens], [String]) = ([], [])
        for (index, identity) in identities.enumerated() {
            do {
                guard let object = identity.object else { throw CommandFailure("must be an object") }
                if let set = try tokens(of: object) { sets.append(set) }
            } catch let failure as CommandFailure {
                problems.append("identities[\(index)]: \(failure.description)")
            }
        }
        if Set(sets.map(\.key)).count < sets.count { problems.append("identities: one account is there twice") }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the user") }
        return sets
    }

    /// `nil` for an identity without tokens, such as that of a database.
    private func tokens(of identity: JSONObject) throws -> FederatedTokens? {
        for member in identity.members where !(Self.read + Self.overlooked).contains(member.name) {
            throw CommandFailure("\(member.name): unknown; known are \(Self.read.joined(separator: ", "))")
        }
        let (access, refresh) = (try token("access_token", identity), try token("refresh_token", identity))
        guard access != nil || refresh != nil else { return nil }
        let connection = try connection(identity)
        let key = FederatedTokens.Key(
            userID: userID, connection: connection.name, account: try account(identity, at: connection))
        var set = FederatedTokens(key, accessToken: access, refreshToken: refresh, createdAt: now)
        set.accessExpiresAt = try lifetime(identity).map { now + $0 }
        set.scope = try text("scope", identity, maximumBytes: 4096)
        return set
    }

    private func connection(_ identity: JSONObject) throws -> Connection {
        guard let name = identity["connection"]?.string else { throw CommandFailure("connection: is missing") }
        guard let connection = connections.first(where: { $0.name.isExactly(name) }) else {
            throw CommandFailure("connection: there is no connection \"\(name)\"")
        }
        guard connection.provider != nil else {
            throw CommandFailure("connection: \"\(name)\" names no identity provider that could have given tokens")
        }
        return connection
    }

    /// The provider's name for the user. Auth0 puts the connection in front of it for enterprise strategies.
    private func account(_ identity: JSONObject, at connection: Connection) throws -> String {
        let prefix = "\(connection.name)|"
        guard let name = try text("user_id", identity, maximumBytes: 512), !name.isExactly(prefix) else {
            throw CommandFailure("user_id: is missing")
        }
        return name.utf8.starts(with: prefix.utf8) ? String(name.dropFirst(prefix.count)) : name
    }

    private func lifetime(_ identity: JSONObject) throws -> Lifetime? {
        guard let value = identity["expires_in"] else { return nil }
        guard let seconds = value.integer, seconds > 0 else { throw CommandFailure("expires_in: must be seconds") }
        return Lifetime(seconds: seconds)
    }

    private func token(_ name: String, _ identity: JSONObject) throws -> SecretString? {
        try text(name, identity, maximumBytes: 32_768).map { SecretString($0) }
    }

    private func text(_ name: String, _ identity: JSONObject, maximumBytes: Int) throws -> String? {
        guard let value = identity[name] else { return nil }
        guard let text = value.string, (1...maximumBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw CommandFailure("\(name): must be a text of visible ASCII") }
        return text
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage

/// Making and checking APIs (contract 9, management contract 4).
enum APIRecord {
    static let shape = RecordShape(
        name: "API", optional: ["signing_secret"], fixed: ["id", "created_at"],
        vocabularies: [
            "token_dialect": ResourceServer.TokenDialect.allCases.map(\.rawValue),
            "user_policy": ResourceServer.UserPolicy.allCases.map(\.rawValue),
            "client_policy": ResourceServer.ClientPolicy.allCases.map(\.rawValue),
            "signing_alg": TokenSigning.algorithms,
            "token_format": ResourceServer.TokenFormat.allCases.map(\.rawValue),
            "proof_of_possession": ResourceServer.ProofOfPossession.allCases.map(\.rawValue),
        ])

    static func template(_ identifier: String, name: String, _ randomness: Randomness, now: Timestamp) -> ResourceServer {
        ResourceServer(id: randomness.hexadecimal(24), identifier: identifier, name: name, createdAt: now)
    }

    /// Gives an API whose tokens are signed by a shared secret one, unless it has one.
    static func settleSecret(_ api: inout ResourceServer, _ randomness: Randomness) {
        if api.signingAlgorithm != TokenSigning.shared {
            api.signingSecret = nil
        } else if api.signingSecret == nil {
            api.signingSecret = ClientRecord.newSecret(randomness)
        }
    }

    /// The JSON form, with the secret when asked.
    static func json(_ api: ResourceServer, withSecret: Bool) throws -> JSONObject {
        var object = try RecordOutput.json(api)
        if withSecret, let secret = api.signingSecret { object["signing_secret"] = .string(secret.revealed) }
        return object
    }

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ api: ResourceServer) throws {
        var problems: [String] = []
        if api.identifier.isEmpty || api.identifier.utf8.count > 600
            || api.identifier.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        {
            problems.append("identifier: must have 1 to 600 bytes, without spaces")
        }
        if api.name.isEmpty { problems.append("name: must not be empty") }
        for scope in api.scopes where Scopes(parsing: scope.value)?.values != [scope.value] {
            problems.append("scopes: \"\(scope.value)\" is not a scope: visible ASCII without quotes and backslashes")
        }
        let lifetimes = [("token_lifetime", api.tokenLifetime), ("token_lifetime_for_web", api.tokenLifetimeForWeb)]
        for (name, lifetime) in lifetimes where !(1...2_592_000).contains(lifetime.seconds) {
            problems.append("\(name): must be 1 to 2592000 seconds")
        }
        if api.tokenLifetimeForWeb > api.tokenLifetime {
            problems.append("token_lifetime_for_web: must not exceed token_lifetime")
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the API") }
    }
}

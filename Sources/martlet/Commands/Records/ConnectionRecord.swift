import Egress
import OAuthProtocol
import Storage

/// Checking connections (contract 13, management contract 7).
enum ConnectionRecord {
    static let shape = RecordShape(
        name: "connection",
        optional: ["enabled_clients", "options.minimum_password_length"]
            + IdentityProvider.CodingKeys.allCases.map { "options.\($0.rawValue)" },
        fixed: ["id"], vocabularies: ["passwordPolicy": DatabaseOptions.PasswordPolicy.allCases.map(\.rawValue)])

    /// The `options.client_secret` of a record from a file, which leaves it: secrets are no part of a record's JSON form.
    static func takeSecret(from members: inout JSONObject) throws -> SecretString? {
        guard var options = members["options"]?.object, let value = options.take("client_secret") else { return nil }
        members["options"] = .object(options)
        guard let secret = value.string, !secret.isEmpty else { throw CommandFailure("options.client_secret: must be a text") }
        return SecretString(secret)
    }

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ connection: Connection) throws {
        var problems: [String] = []
        let isName = connection.name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
        }
        if !isName || !(1...128).contains(connection.name.utf8.count) {
            problems.append("name: must have 1 to 128 letters, digits and hyphens")
        }
        if let length = connection.options.minimumPasswordLength, !(1...128).contains(length) {
            problems.append("options.minimum_password_length: must be 1 to 128")
        }
        problems += providerProblems(connection)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the connection") }
    }

    private static func providerProblems(_ connection: Connection) -> [String] {
        let strategies = IdentityProvider.Strategy.allCases.map(\.rawValue)
        let names = strategies.joined(separator: ", ")
        guard let provider = connection.provider else {
            return strategies.contains(connection.strategy)
                ? ["options: \(connection.strategy) needs issuer, client_id and, by what it is for, jwks_uri and token_endpoint"]
                : []
        }
        guard strategies.contains(connection.strategy) else {
            return ["options: only the strategies \(names) name an identity provider"]
        }
        var problems: [String] = []
        if !isURL(provider.issuer) { problems.append("options.issuer: \"\(provider.issuer)\" is not an https URL") }
        if !(1...512).contains(provider.clientID.utf8.count) { problems.append("options.client_id: is missing or too long") }
        for (name, url) in [("jwks_uri", provider.jwksURI), ("token_endpoint", provider.tokenEndpoint)] {
            if let url, !isURL(url) { problems.append("options.\(name): \"\(url)\" is not a URL that can be asked") }
        }
        if let scope = provider.scope, Scopes(parsing: scope) == nil {
            problems.append("options.scope: must be scopes with spaces between")
        }
        return problems
    }

    /// Well-formed; whether its address may be asked is decided when it is.
    private static func isURL(_ text: String) -> Bool { OutboundTarget(text)?.isSecure == true }
}

import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

struct ClientSecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "Further secrets of a client, so that one can be replaced without an outage.",
        subcommands: [ListClientSecrets.self, AddClientSecret.self, RemoveClientSecret.self])
}

struct ListClientSecrets: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the further secrets of a client, without their values.")
    @Argument(help: "The client's id.") var clientID: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let secrets = try await session.client(clientID).additionalSecrets
        if output.json { return Terminal.show(.array(secrets.map { .object($0.json(at: session.now)) })) }
        let rows = secrets.map { [$0.id, $0.createdAt.iso8601, $0.expiresAt?.iso8601 ?? "never"] }
        RecordOutput.table(["id", "created", "expires"], rows, nothing: "no further secrets").forEach(Terminal.say)
    }
}

struct AddClientSecret: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Let a client use another secret beside those it has, and print it.")
    @Argument(help: "The client's id.") var clientID: String
    @Option(help: "Seconds after which it is refused. Never when left out.") var expiresIn: Int64?
    @Option(help: "The secret. Made up when left out; - reads it from the first line of standard input.") var secret: String?
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    private static let maximum = 10

    func validate() throws {
        if let expiresIn, !(1...315_360_000).contains(expiresIn) {
            throw ValidationError("--expires-in must be 1 to 315360000")
        }
    }

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        var client = try await session.client(clientID)
        guard !client.isPublic else { throw CommandFailure("client \(clientID) is public: it has no secrets") }
        // What has expired is of no use to anybody.
        client.additionalSecrets.removeAll { $0.expiresAt.map { $0 <= session.now } ?? false }
        guard client.additionalSecrets.count < Self.maximum else {
            throw CommandFailure("client \(clientID) has \(Self.maximum) further secrets; remove one first")
        }
        let made = ClientSecret(
            id: "cred_" + session.randomness.alphanumeric(16), value: try value(session.randomness), createdAt: session.now,
            expiresAt: expiresIn.map { session.now + Lifetime(seconds: $0) })
        client.additionalSecrets.append(made)
        try await session.save(client, "Add a client secret")
        var object = made.json(at: session.now)
        object["client_secret"] = .string(made.value.revealed)
        if output.json { return Terminal.show(object) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }

    private func value(_ randomness: Randomness) throws -> SecretString {
        guard let secret else { return ClientRecord.newSecret(randomness) }
        let text = secret == "-" ? readLine(strippingNewline: true) ?? "" : secret
        guard !text.isEmpty else { throw CommandFailure("the secret must not be empty") }
        return SecretString(text)
    }
}

struct RemoveClientSecret: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Refuse a further secret from now on.")
    @Argument(help: "The client's id.") var clientID: String
    @Argument(help: "The secret's id; see: martlet clients secrets list") var id: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        var client = try await session.client(clientID)
        guard client.additionalSecrets.contains(where: { $0.id == id }) else {
            throw CommandFailure("client \(clientID) has no secret \"\(id)\"; see: martlet clients secrets list \(clientID)")
        }
        client.additionalSecrets.removeAll { $0.id == id }
        try await session.save(client, "Remove a client secret")
        output.confirm("removed", id)
    }
}

extension ClientSecret {
    fileprivate func json(at now: Timestamp) -> JSONObject {
        var object: JSONObject = ["id": .string(id), "created_at": .string(createdAt.iso8601)]
        if let expiresAt {
            object.append("expires_at", .string(expiresAt.iso8601))
            object.append("expired", .bool(expiresAt <= now))
        }
        return object
    }
}

extension ToolSession {
    fileprivate func save(_ client: Client, _ description: String) async throws {
        var client = client
        client.updatedAt = now
        guard try await stores.clients.update(client) else { throw CommandFailure("there is no client \"\(client.clientID)\"") }
        try await record(description, target: client.clientID)
    }
}

import ArgumentParser
import OAuthProtocol
import Storage

struct ClientsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "The applications of a tenant.",
        subcommands: [
            ListClients.self, CreateClient.self, ShowClient.self, UpdateClient.self, DeleteClient.self, ClientSecretsCommand.self,
        ])
}

struct ListClients: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List clients in order of creation.")
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let clients = try await session.stores.clients.list()
        if output.json { return Terminal.show(.array(try clients.map { .object(try RecordOutput.json($0)) })) }
        let rows = clients.map { [$0.clientID, $0.appType?.rawValue ?? "-", $0.name] }
        RecordOutput.table(["client_id", "app_type", "name"], rows, nothing: "no clients").forEach(Terminal.say)
    }
}

/// The members of a client that have options of their own; `--json` sets the others.
struct ClientOptions: ParsableArguments {
    @Option(help: "Name shown to users.")
    var name: String?
    @Option(help: "Type: spa, native, regular_web, non_interactive or resource_server. Decides the defaults of a new client.")
    var appType: String?
    @Option(name: .customLong("callback"), help: "Allowed callback URL. Repeat for several; they replace the present ones.")
    var callbacks: [String] = []
    @Option(name: .customLong("logout-url"), help: "Allowed logout URL. Repeat for several.")
    var logoutURLs: [String] = []
    @Option(name: .customLong("web-origin"), help: "Origin that may ask by web_message or cross-origin. Repeat for several.")
    var webOrigins: [String] = []
    @Option(name: .customLong("grant-type"), help: "Allowed grant type. Repeat for several.")
    var grantTypes: [String] = []
    @Option(help: "none, client_secret_post, private_key_jwt … How the client proves itself.")
    var authMethod: String?

    init() {}

    func patch(_ record: RecordOptions) throws -> RecordPatch {
        var patch = RecordPatch()
        patch.set("name", name.map { .string($0) })
        patch.set("app_type", appType.map { .string($0) })
        patch.set("callbacks", texts: callbacks)
        patch.set("allowed_logout_urls", texts: logoutURLs)
        patch.set("web_origins", texts: webOrigins)
        patch.set("grant_types", texts: grantTypes)
        patch.set("token_endpoint_auth_method", authMethod.map { .string($0) })
        try patch.merge(try record.object())
        return patch
    }
}

struct CreateClient: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a client, and print its id and secret.",
        discussion: """
            martlet clients create --name "My App" --app-type spa --callback http://localhost:5173/callback
            martlet clients create --json '{"name": "My API client", "app_type": "non_interactive"}'
            """)
    @OptionGroup var client: ClientOptions
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let patch = try client.patch(record)
        let template = ClientRecord.template(patch.members, session.randomness, now: session.now)
        var made = try patch.applied(to: template, ClientRecord.shape)
        made.clientSecret = patch.members["client_secret"]?.string.map { SecretString($0) }
        ClientRecord.settleSecret(&made, session.randomness)
        try ClientRecord.check(made)
        try await session.stores.clients.insert(made)
        try await session.record("Create a Client", target: made.clientID)
        let object = try ClientRecord.json(made, withSecret: true)
        if record.answersWithJSON { return Terminal.show(.object(object)) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

struct ShowClient: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a client.")
    @Argument(help: "The client's id.") var clientID: String
    @Flag(help: "Show the client secret, too.") var showSecret = false
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let object = try ClientRecord.json(try await session.client(clientID), withSecret: showSecret)
        if output.json { return Terminal.show(.object(object)) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

struct UpdateClient: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change members of a client.",
        discussion: """
            martlet clients update CLIENT_ID --json '{"refresh_token": {"leeway": 30}}'
            """)
    @Argument(help: "The client's id.") var clientID: String
    @OptionGroup var client: ClientOptions
    @Flag(help: "Replace the client secret by a new one, and print it.") var rotateSecret = false
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let old = try await session.client(clientID)
        let patch = try client.patch(record)
        var new = try patch.applied(to: old, ClientRecord.shape)
        new.clientSecret = patch.members["client_secret"]?.string.map { SecretString($0) } ?? old.clientSecret
        if rotateSecret { new.clientSecret = nil }
        ClientRecord.settleSecret(&new, session.randomness)
        new.updatedAt = session.now
        try ClientRecord.check(new)
        guard try await session.stores.clients.update(new) else { throw CommandFailure("there is no client \"\(clientID)\"") }
        try await session.record("Update a Client", target: clientID)
        let object = try ClientRecord.json(new, withSecret: new.clientSecret != old.clientSecret)
        if record.answersWithJSON { return Terminal.show(.object(object)) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

struct DeleteClient: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a client with its grants, consents and refresh tokens.")
    @Argument(help: "The client's id.") var clientID: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        guard try await session.stores.clients.delete(clientID) else {
            throw CommandFailure("there is no client \"\(clientID)\"")
        }
        try await session.record("Delete a Client", target: clientID)
        output.confirm("deleted", clientID)
    }
}

extension ToolSession {
    func client(_ id: String) async throws -> Client {
        if let client = try await stores.clients.find(id) { return client }
        throw CommandFailure("there is no client \"\(id)\"; see: martlet clients list")
    }
}

import ArgumentParser
import OAuthProtocol
import Storage

struct APIsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apis", abstract: "The APIs that access tokens are for.",
        subcommands: [ListAPIs.self, CreateAPI.self, ShowAPI.self, UpdateAPI.self, DeleteAPI.self, MCPServerCommand.self])
}

struct ListAPIs: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List APIs.")
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let apis = try await session.stores.resourceServers.list()
        if output.json { return Terminal.show(.array(try apis.map { .object(try RecordOutput.json($0)) })) }
        let rows = apis.map { [$0.id, $0.identifier, $0.name] }
        RecordOutput.table(["id", "identifier", "name"], rows, nothing: "no APIs").forEach(Terminal.say)
    }
}

/// The members of an API that have options of their own; `--json` sets the others.
struct APIOptions: ParsableArguments {
    @Option(help: "Name shown on the consent page.")
    var name: String?
    @Option(name: .customLong("scope"), help: "A scope, as read:items or \"read:items=Read your items\". Repeat for several.")
    var scopes: [String] = []
    @Flag(inversion: .prefixedNo, help: "Whether applications may ask for refresh tokens (offline_access).")
    var allowOfflineAccess: Bool?
    @Flag(inversion: .prefixedNo, help: "Whether first-party applications skip the consent page.")
    var skipConsent: Bool?
    @Option(help: "Lifetime of access tokens in seconds.")
    var tokenLifetime: Int64?
    @Option(help: "Lifetime of access tokens that a browser receives directly, in seconds.")
    var tokenLifetimeForWeb: Int64?
    @Option(help: "access_token, rfc9068_profile, or either with _authz for permissions.")
    var tokenDialect: String?

    init() {}

    func patch(_ record: RecordOptions) throws -> RecordPatch {
        var patch = RecordPatch()
        patch.set("name", name.map { .string($0) })
        if !scopes.isEmpty { patch.set("scopes", .array(scopes.map(Self.scope))) }
        patch.set("allow_offline_access", allowOfflineAccess.map { .bool($0) })
        patch.set("skip_consent_for_verifiable_first_party_clients", skipConsent.map { .bool($0) })
        patch.set("token_lifetime", tokenLifetime.map { .integer($0) })
        patch.set("token_lifetime_for_web", tokenLifetimeForWeb.map { .integer($0) })
        patch.set("token_dialect", tokenDialect.map { .string($0) })
        try patch.merge(try record.object())
        return patch
    }

    private static func scope(_ text: String) -> JSONValue {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        var scope: JSONObject = ["value": .string(parts.first ?? "")]
        if parts.count == 2 { scope["description"] = .string(parts[1]) }
        return .object(scope)
    }
}

struct CreateAPI: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create an API.",
        discussion: """
            martlet apis create https://api.example.com/ --name "Items" --scope read:items --allow-offline-access
            martlet apis create --json '{"identifier": "https://api.example.com/", "scopes": [{"value": "read:items"}]}'
            """)
    @Argument(help: "The audience of its tokens. Never changes.") var identifier: String?
    @OptionGroup var api: APIOptions
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        var patch = try api.patch(record)
        if let identifier { patch.set("identifier", .string(identifier)) }
        let audience = patch.members["identifier"]?.string ?? ""
        // The shorter of both lifetimes must follow when only the longer one was made shorter.
        if patch.members["token_lifetime_for_web"] == nil, let lifetime = patch.members["token_lifetime"]?.integer {
            patch.set("token_lifetime_for_web", .integer(min(lifetime, 86_400)))
        }
        let template = APIRecord.template(audience, name: audience, session.randomness, now: session.now)
        var made = try patch.applied(to: template, APIRecord.shape)
        made.signingSecret = patch.members["signing_secret"]?.string.map { SecretString($0) }
        APIRecord.settleSecret(&made, session.randomness)
        try APIRecord.check(made)
        do {
            try await session.stores.resourceServers.insert(made)
        } catch is StoreConflict {
            throw CommandFailure("there is an API \"\(made.identifier)\" already")
        }
        try await session.record("Create a resource server", target: made.identifier)
        record.show(try APIRecord.json(made, withSecret: true))
    }
}

struct ShowAPI: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show an API.")
    @Argument(help: "The API's identifier or id.") var api: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let object = try RecordOutput.json(try await session.api(api))
        if output.json { return Terminal.show(.object(object)) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

struct UpdateAPI: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "update", abstract: "Change members of an API.")
    @Argument(help: "The API's identifier or id.") var identifier: String
    @OptionGroup var api: APIOptions
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let old = try await session.api(identifier)
        var shape = APIRecord.shape
        shape.fixed += ["identifier", "signing_alg"]
        let patch = try api.patch(record)
        var new = try patch.applied(to: old, shape)
        new.signingSecret = patch.members["signing_secret"]?.string.map { SecretString($0) } ?? old.signingSecret
        APIRecord.settleSecret(&new, session.randomness)
        try APIRecord.check(new)
        guard try await session.stores.resourceServers.update(new) else {
            throw CommandFailure("there is no API \"\(identifier)\"")
        }
        try await session.record("Update a resource server", target: new.identifier)
        try record.show(new)
    }
}

struct DeleteAPI: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an API and the client grants for it.")
    @Argument(help: "The API's identifier or id.") var api: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let found = try await session.api(api)
        guard try await session.stores.resourceServers.delete(id: found.id) else {
            throw CommandFailure("there is no API \"\(api)\"")
        }
        try await session.record("Delete a resource server", target: found.identifier)
        output.confirm("deleted", found.identifier)
    }
}

extension ToolSession {
    /// By identifier, or by id.
    func api(_ text: String) async throws -> ResourceServer {
        if let api = try await stores.resourceServers.find(identifier: text) { return api }
        if let api = try await stores.resourceServers.find(id: text) { return api }
        throw CommandFailure("there is no API \"\(text)\"; see: martlet apis list")
    }
}

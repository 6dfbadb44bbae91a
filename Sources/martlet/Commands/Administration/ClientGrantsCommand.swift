import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

struct ClientGrantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client-grants", abstract: "Which client may ask for which API.",
        discussion: """
            In its own name (client_credentials); and in a user's, where the API's user_policy is require_client_grant, and for \
            third parties that are strict or registered themselves. The id of a client that is described by a document is the \
            document's address.
            """,
        subcommands: [ListGrants.self, CreateGrant.self, UpdateGrant.self, DeleteGrant.self])
}

struct ListGrants: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List client grants.")
    @Option(help: "Only those of this client.") var clientID: String?
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let grants = try await session.stores.clientGrants.list(clientID: clientID)
        if output.json { return Terminal.show(.array(try grants.map { .object(try RecordOutput.json($0)) })) }
        let rows = grants.map { [$0.id, $0.clientID, $0.audience, $0.scope.description] }
        RecordOutput.table(["id", "client_id", "audience", "scope"], rows, nothing: "no client grants").forEach(Terminal.say)
    }
}

struct CreateGrant: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Let a client ask for an API.")
    @Option(help: "The client's id.") var clientID: String?
    @Option(help: "The API's identifier.") var audience: String?
    @Option(name: .customLong("scope"), help: "A scope of the API. Repeat for several.") var scopes: [String] = []
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        var patch = RecordPatch()
        patch.set("client_id", clientID.map { .string($0) })
        patch.set("audience", audience.map { .string($0) })
        patch.set("scope", texts: scopes)
        try patch.merge(try record.object())
        let template = ClientGrant(id: "cgr_" + session.randomness.alphanumeric(16), clientID: "", audience: "", scope: [])
        let grant = try patch.applied(to: template, ClientGrantRecord.shape)
        try await session.check(grant)
        do {
            try await session.stores.clientGrants.insert(grant)
        } catch is StoreConflict {
            throw CommandFailure(
                "client \(grant.clientID) already has a grant for \(grant.audience); see: martlet client-grants list")
        }
        try await session.record("Create client grant", target: grant.id)
        try record.show(grant)
    }
}

struct UpdateGrant: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "update", abstract: "Replace the scopes of a client grant.")
    @Argument(help: "The grant's id.") var id: String
    @Option(name: .customLong("scope"), help: "A scope of the API. Repeat for several; none takes all away.") var scopes:
        [String] = []
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        guard let old = try await session.stores.clientGrants.list(clientID: nil).first(where: { $0.id == id }) else {
            throw CommandFailure("there is no client grant \"\(id)\"; see: martlet client-grants list")
        }
        var patch = RecordPatch()
        patch.set("scope", .strings(scopes))
        try patch.merge(try record.object())
        let grant = try patch.applied(to: old, RecordShape(name: "client grant", fixed: ["id", "client_id", "audience"]))
        try await session.check(grant)
        guard try await session.stores.clientGrants.update(grant) else {
            throw CommandFailure("there is no client grant \"\(id)\"")
        }
        try await session.record("Update client grant", target: id)
        try record.show(grant)
    }
}

struct DeleteGrant: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Take a client's grant away.")
    @Argument(help: "The grant's id.") var id: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        guard try await session.stores.clientGrants.delete(id) else { throw CommandFailure("there is no client grant \"\(id)\"") }
        try await session.record("Delete client grant", target: id)
        output.confirm("deleted", id)
    }
}

extension ToolSession {
    /// Throws `CommandFailure` unless client and API exist and the API has the scopes.
    fileprivate func check(_ grant: ClientGrant) async throws {
        let client = ClientGrantRecord.isDocument(grant.clientID) ? nil : try await client(grant.clientID)
        let api = try await api(grant.audience)
        try ClientGrantRecord.check(grant, of: client, for: api)
    }
}

import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

struct TenantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenants", abstract: "The tenants of the database: issuers with clients, users and keys of their own.",
        subcommands: [ListTenants.self, CreateTenant.self, ShowTenant.self, UpdateTenant.self, DeleteTenant.self])
}

struct ListTenants: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tenants.")
    @OptionGroup var place: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await Installation.with(place) { installation in
            let tenants = try await installation.engine.tenants.list()
            if output.json { return Terminal.show(.array(try tenants.map { .object(try RecordOutput.json($0)) })) }
            let rows = tenants.map { [$0.id.rawValue, $0.settings.friendlyName, $0.customDomains.joined(separator: ", ")] }
            RecordOutput.table(["id", "name", "custom domains"], rows, nothing: "no tenants").forEach(Terminal.say)
        }
    }
}

/// The members of a tenant that have options of their own; `--json` sets the others.
struct TenantOptions: ParsableArguments {
    @Option(help: "Name shown on every page.") var name: String?
    @Option(name: .customLong("custom-domain"), help: "A host that selects this tenant. Repeat for several.")
    var customDomains: [String] = []

    init() {}

    func patch(_ record: RecordOptions) throws -> RecordPatch {
        var patch = RecordPatch()
        if let name { patch.set("settings", .object(["friendlyName": .string(name)])) }
        patch.set("customDomains", texts: customDomains)
        try patch.merge(try record.object())
        return patch
    }
}

struct CreateTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a tenant with its database of users.")
    @Argument(help: "Its name in addresses: lower-case letters, digits and inner hyphens.") var id: String
    @OptionGroup var tenant: TenantOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var record: RecordOptions

    func run() async throws {
        guard let id = TenantID(id) else {
            throw CommandFailure("\"\(id)\" is not a tenant name: 1 to 63 of a-z, 0-9 and inner hyphens")
        }
        try await Installation.with(place) { installation in
            let template = Tenant(id: id, createdAt: installation.now())
            let made = try tenant.patch(record).applied(to: template, TenantRecord.shape)
            try TenantRecord.check(made)
            do {
                try await FreshDatabase.create(made, in: installation)
            } catch let conflict as StoreConflict {
                throw CommandFailure("another tenant has the same \(conflict.field)")
            }
            try await ToolSession(installation, made).record("Create a tenant", target: id.rawValue)
            try record.show(made)
        }
    }
}

struct ShowTenant: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a tenant and its settings.")
    @Argument(help: "The tenant's name.") var id = "default"
    @OptionGroup var options: PlaceOptions
    @OptionGroup var output: OutputOptions

    var place: TenantPlaceOptions { TenantPlaceOptions(options, tenant: id) }
    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let object = try RecordOutput.json(session.context.tenant)
        // Nested settings read best as JSON in either case.
        Terminal.show(object)
    }
}

struct UpdateTenant: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change members of a tenant.",
        discussion: """
            martlet tenants update default --json '{"settings": {"enablePublicSignupUserExistsError": true}}'
            """)
    @Argument(help: "The tenant's name.") var id = "default"
    @OptionGroup var tenant: TenantOptions
    @OptionGroup var options: PlaceOptions
    @OptionGroup var record: RecordOptions

    var place: TenantPlaceOptions { TenantPlaceOptions(options, tenant: id) }
    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let new = try tenant.patch(record).applied(to: session.context.tenant, TenantRecord.shape)
        try TenantRecord.check(new)
        do {
            guard try await session.installation.engine.tenants.update(new) else {
                throw CommandFailure("there is no tenant \"\(id)\"")
            }
        } catch let conflict as StoreConflict {
            throw CommandFailure("another tenant has the same \(conflict.field)")
        }
        try await session.record("Update tenant settings", target: id)
        try record.show(new)
    }
}

struct DeleteTenant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a tenant with everything in it. Cannot be undone.")
    @Argument(help: "The tenant's name.") var id: String
    @Flag(help: "Do it. Without this the command only says what it would do.") var yes = false
    @OptionGroup var place: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await Installation.with(place) { installation in
            guard let tenant = TenantID(id), try await installation.engine.tenants.find(tenant) != nil else {
                throw CommandFailure("there is no tenant \"\(id)\"; see: martlet tenants list")
            }
            guard yes else {
                throw CommandFailure("this deletes tenant \"\(id)\" with every client, user and key; repeat with --yes")
            }
            guard try await installation.engine.tenants.delete(tenant) else {
                throw CommandFailure("there is no tenant \"\(id)\"")
            }
            output.confirm("deleted", id)
        }
    }
}

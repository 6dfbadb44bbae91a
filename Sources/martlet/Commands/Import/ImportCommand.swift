import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Create or update a whole tenant from one JSON file.",
        discussion: """
            {"tenant": {…}, "connections": […], "resource_servers": […], "clients": […], "client_grants": […],
             "users": […]}

            The members are those of the other commands' --json. Known by their identifiers: connections by name, APIs by
            identifier, clients by client_id (or name), client grants by client_id and audience, users by user_id (or email
            or username). Beyond their records, clients may have a client_secret, connections an options.client_secret, APIs a
            signing_secret, and users a password or password_hash, permissions ({"API": ["scope"]}) and identities with the
            access_token, refresh_token and expires_in (counted from now) of their accounts at identity providers. No record may
            be there twice. Every problem is listed before anything is changed. The tenant is made when it does not exist.
            """)
    @Argument(help: "The file; - is standard input.") var file: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let bytes = try PlainFile.read(file == "-" ? "/dev/stdin" : file, atMost: ImportDocument.maximumBytes)
        let document = try ImportDocument(bytes)
        guard let id = TenantID(place.tenant) else {
            throw CommandFailure("\"\(place.tenant)\" is not a tenant name: 1 to 63 of a-z, 0-9 and inner hyphens")
        }
        try await Installation.with(place.place) { installation in
            let found = try await installation.engine.tenants.find(id)
            let session = ToolSession(installation, found ?? Tenant(id: id, createdAt: installation.now()))
            let plan = try await ImportPlanner.plan(document, in: session, isNewTenant: found == nil)
            try await ImportRun(session: session, plan: plan).apply()
            show(plan)
        }
    }

    private func show(_ plan: ImportPlan) {
        let lines = Self.lines(plan)
        if output.json { return Terminal.show(.array(lines.map { .object($0) })) }
        let rows = lines.map { line in
            ["done", "kind", "id", "secret"].map { line[$0]?.string ?? "" }
        }
        RecordOutput.table(["", "", "id", "secret"], rows, nothing: "nothing").forEach(Terminal.say)
    }

    private static func lines(_ plan: ImportPlan) -> [JSONObject] {
        var lines = [line("tenant", plan.tenant.record.id.rawValue, plan.tenant.isNew)]
        lines += plan.connections.map { line("connection", $0.record.name, $0.isNew) }
        lines += plan.apis.map { change in
            let secret = plan.madeSecrets.contains(change.record.identifier) ? change.record.signingSecret : nil
            return line("API", change.record.identifier, change.isNew, secret)
        }
        lines += plan.clients.map { change in
            let secret = plan.madeSecrets.contains(change.record.clientID) ? change.record.clientSecret : nil
            return line("client", change.record.clientID, change.isNew, secret)
        }
        lines += plan.grants.map { line("client grant", $0.record.id, $0.isNew) }
        return lines + plan.users.map { line("user", $0.user.userID, $0.isNew) }
    }

    /// Secrets that were made up are shown, those of the file are known.
    private static func line(_ kind: String, _ id: String, _ isNew: Bool, _ secret: SecretString? = nil) -> JSONObject {
        var object: JSONObject = ["done": .string(isNew ? "created" : "updated"), "kind": .string(kind), "id": .string(id)]
        if let secret { object["secret"] = .string(secret.revealed) }
        return object
    }
}

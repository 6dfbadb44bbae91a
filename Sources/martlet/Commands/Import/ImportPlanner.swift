import AuthorizationServer
import OAuthProtocol
import Storage

/// Makes the plan: reads what there is, applies the file to it, and collects every problem with its place.
struct ImportPlanner {
    let session: ToolSession
    var plan: ImportPlan
    var problems: [String] = []
    private(set) var known = Known()
    /// Where in the file each record stands first.
    private var places: [ExactString: String] = [:]

    /// What there will be, for what refers to it.
    struct Known {
        var connections: [Connection] = []
        var apis: [ResourceServer] = []
        var clients: [Client] = []
        var grants: [ClientGrant] = []
    }

    private init(_ session: ToolSession, isNewTenant: Bool) {
        self.session = session
        plan = ImportPlan(tenant: .init(record: session.context.tenant, isNew: isNewTenant))
    }

    /// Throws `CommandFailure` that lists every problem, and what the database throws. Changes nothing.
    static func plan(_ document: ImportDocument, in session: ToolSession, isNewTenant: Bool) async throws -> ImportPlan {
        var planner = ImportPlanner(session, isNewTenant: isNewTenant)
        let stores = session.stores
        planner.known.connections = try await stores.connections.list()
        planner.known.apis = try await stores.resourceServers.list()
        planner.known.clients = try await stores.clients.list()
        planner.known.grants = try await stores.clientGrants.list(clientID: nil)
        planner.planTenant(document)
        for entry in document.connections { planner.connection(entry) }
        planner.addFirstConnection()
        for entry in document.apis { planner.api(entry) }
        for entry in document.clients { planner.client(entry) }
        for entry in document.grants { planner.grant(entry) }
        for entry in document.users { try await planner.user(entry) }
        guard planner.problems.isEmpty else { throw CommandFailure(problems: planner.problems, of: "the file") }
        return planner.plan
    }

    /// Throws `CommandFailure` when an earlier entry is about the same record: which of the two counts would be a guess.
    mutating func claim(_ member: String, _ key: String, of entry: ImportDocument.Entry) throws {
        let name = ExactString("\(entry.list) \(member) \(key)")
        if let first = places[name] { throw CommandFailure("\(member): the same as that of \(first)") }
        places[name] = entry.place
    }

    /// Runs the body; what it throws becomes problems at this place.
    mutating func collecting(_ place: String, _ body: (inout ImportPlanner) throws -> Void) {
        do {
            try body(&self)
        } catch let failure as CommandFailure {
            let lines = failure.problems.isEmpty ? [failure.description] : failure.problems
            problems += lines.map { "\(place): \($0)" }
        } catch {
            problems.append("\(place): \(error)")
        }
    }

    private mutating func planTenant(_ document: ImportDocument) {
        guard let members = document.tenant else { return }
        collecting("tenant") { planner in
            let changed = try RecordPatch(members).applied(to: planner.plan.tenant.record, TenantRecord.shape)
            try TenantRecord.check(changed)
            planner.plan.tenant.record = changed
        }
    }

    private mutating func connection(_ entry: ImportDocument.Entry) {
        collecting(entry.place) { planner in
            var members = entry.members
            let secret = try ConnectionRecord.takeSecret(from: &members)
            guard let name = members["name"]?.string else { throw CommandFailure("name: is missing") }
            let index = planner.known.connections.firstIndex { $0.name == name }
            let id = "con_" + planner.session.randomness.alphanumeric(16)
            let base = index.map { planner.known.connections[$0] } ?? Connection(id: id, name: name)
            var made = try RecordPatch(members).applied(to: base, ConnectionRecord.shape)
            made.provider?.clientSecret = secret ?? base.provider?.clientSecret
            try ConnectionRecord.check(made)
            try planner.claim("name", name, of: entry)
            planner.plan.connections.append(.init(record: made, isNew: index == nil))
            planner.known.connections.replaceOrAppend(made, at: index)
        }
    }

    /// Every tenant begins with a database of users.
    private mutating func addFirstConnection() {
        guard known.connections.isEmpty else { return }
        let made = Connection(id: "con_" + session.randomness.alphanumeric(16), name: FreshDatabase.connectionName)
        plan.connections.append(.init(record: made, isNew: true))
        known.connections.append(made)
    }

    private mutating func api(_ entry: ImportDocument.Entry) {
        collecting(entry.place) { planner in
            var members = entry.members
            let secret = try members.takeText("signing_secret").map { SecretString($0) }
            guard let identifier = members["identifier"]?.string else { throw CommandFailure("identifier: is missing") }
            let index = planner.known.apis.firstIndex { $0.identifier.isExactly(identifier) }
            let (randomness, now) = (planner.session.randomness, planner.session.now)
            let base =
                index.map { planner.known.apis[$0] }
                ?? APIRecord.template(identifier, name: identifier, randomness, now: now)
            var made = try RecordPatch(members).applied(to: base, APIRecord.shape)
            made.signingSecret = secret ?? base.signingSecret
            APIRecord.settleSecret(&made, randomness)
            try APIRecord.check(made)
            try planner.claim("identifier", identifier, of: entry)
            if made.signingSecret != nil && made.signingSecret != secret && made.signingSecret != base.signingSecret {
                planner.plan.madeSecrets.insert(identifier)
            }
            planner.plan.apis.append(.init(record: made, isNew: index == nil))
            planner.known.apis.replaceOrAppend(made, at: index)
        }
    }

    /// By `client_id`, or without one by the name when exactly one client has it.
    private mutating func client(_ entry: ImportDocument.Entry) {
        collecting(entry.place) { planner in
            var members = entry.members
            let secret = try members.takeText("client_secret").map { SecretString($0) }
            let id = try members.takeText("client_id")
            if let id, !Self.isClientID(id) {
                throw CommandFailure("client_id: \"\(id)\" must have 1 to 255 visible ASCII characters")
            }
            let index = planner.indexOfClient(id, name: members["name"]?.string)
            let (randomness, now) = (planner.session.randomness, planner.session.now)
            var base = index.map { planner.known.clients[$0] } ?? ClientRecord.template(members, randomness, now: now)
            if let id { base.clientID = id }
            var made = try RecordPatch(members).applied(to: base, ClientRecord.shape)
            (made.clientSecret, made.additionalSecrets) = (secret ?? base.clientSecret, base.additionalSecrets)
            ClientRecord.settleSecret(&made, randomness)
            made.updatedAt = now
            try ClientRecord.check(made)
            try planner.claim("client_id", made.clientID, of: entry)
            if let value = made.clientSecret, value != secret, value != base.clientSecret {
                planner.plan.madeSecrets.insert(made.clientID)
            }
            planner.plan.clients.append(.init(record: made, isNew: index == nil))
            planner.known.clients.replaceOrAppend(made, at: index)
        }
    }

    private func indexOfClient(_ id: String?, name: String?) -> Int? {
        if let id { return known.clients.firstIndex { $0.clientID.isExactly(id) } }
        let same = known.clients.indices.filter { known.clients[$0].name == name }
        return same.count == 1 ? same[0] : nil
    }

    /// No URL: those are client ID metadata documents.
    private static func isClientID(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.contains("://")
    }

    private mutating func grant(_ entry: ImportDocument.Entry) {
        collecting(entry.place) { planner in
            let id = "cgr_" + planner.session.randomness.alphanumeric(16)
            let template = ClientGrant(id: id, clientID: "", audience: "", scope: [])
            var made = try RecordPatch(entry.members).applied(to: template, ClientGrantRecord.shape)
            let client = planner.known.clients.first { $0.clientID.isExactly(made.clientID) }
            guard client != nil || ClientGrantRecord.isDocument(made.clientID) else {
                throw CommandFailure("client_id: there is no client \"\(made.clientID)\"")
            }
            guard let api = planner.known.apis.first(where: { $0.identifier.isExactly(made.audience) }) else {
                throw CommandFailure("audience: there is no API \"\(made.audience)\"")
            }
            try ClientGrantRecord.check(made, of: client, for: api)
            try planner.claim("audience", "\(made.clientID) \(made.audience)", of: entry)
            let old = planner.known.grants.firstIndex {
                $0.clientID.isExactly(made.clientID) && $0.audience.isExactly(made.audience)
            }
            if let old { made.id = planner.known.grants[old].id }
            planner.plan.grants.append(.init(record: made, isNew: old == nil))
            planner.known.grants.replaceOrAppend(made, at: old)
        }
    }
}

extension Array {
    fileprivate mutating func replaceOrAppend(_ element: Element, at index: Int?) {
        if let index { self[index] = element } else { append(element) }
    }
}

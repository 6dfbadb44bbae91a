import Configuration
import OAuthProtocol
import Storage
import TestSupport
import Testing

@testable import martlet

/// Plans against a database of their own. What each kind of record must keep is tested with the commands, end to end.
@Suite struct ImportPlannerTests {
    private func session(_ body: (ToolSession) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let sources = try SettingsSources(
            flags: ["data": .string(folder.path), "database.url": .string("sqlite:\(folder.path)/martlet.sqlite")],
            environment: [:], file: nil)
        let installation = try await Installation.open(try ServerConfiguration.load(sources), .creating)
        try await installation.orClose {
            _ = try await installation.engine.migrate()
            try await FreshDatabase.seed(installation)
            let tenant = try await installation.engine.tenants.find(.default)
            try await body(ToolSession(installation, try #require(tenant)))
        }
        try await installation.close()
    }

    private func plan(_ text: String, in session: ToolSession) async throws -> ImportPlan {
        try await ImportPlanner.plan(try ImportDocument(Array(text.utf8)), in: session, isNewTenant: false)
    }

    private func problems(_ text: String, in session: ToolSession) async -> [String] {
        do {
            _ = try await plan(text, in: session)
            return []
        } catch let failure as CommandFailure {
            return failure.problems
        } catch {
            return ["\(error)"]
        }
    }

    private static let whole = """
        {"resource_servers":[{"identifier":"https://api.example/","name":"API","signing_alg":"HS256"}],
         "clients":[{"client_id":"web","name":"Web","app_type":"regular_web"}],
         "client_grants":[{"client_id":"web","audience":"https://api.example/","scope":[]}],
         "users":[{"email":"a@example.com"}]}
        """

    @Test("A plan changes nothing")
    func planning() async throws {
        try await session { session in
            let made = try await plan(Self.whole, in: session)
            #expect(made.clients.count == 1 && made.apis.count == 1 && made.grants.count == 1 && made.users.count == 1)
            #expect(made.madeSecrets == ["web", "https://api.example/"])
            let clients = try await session.stores.clients.list()
            let users = try await session.stores.users.list(offset: 0, limit: 10)
            #expect(clients.isEmpty && users.isEmpty)
        }
    }

    @Test("What was imported is found again, and keeps its id and its secret")
    func again() async throws {
        try await session { session in
            let first = try await plan(Self.whole, in: session)
            try await ImportRun(session: session, plan: first).apply()
            let second = try await plan(Self.whole, in: session)
            try await ImportRun(session: session, plan: second).apply()
            #expect(!second.clients[0].isNew && !second.apis[0].isNew && !second.grants[0].isNew && !second.users[0].isNew)
            #expect(second.madeSecrets.isEmpty && second.grants[0].record.id == first.grants[0].record.id)
            #expect(second.users[0].user.userID == first.users[0].user.userID)
            let client = try await session.stores.clients.find("web")
            #expect(client?.clientSecret != nil && client?.clientSecret == first.clients[0].record.clientSecret)
        }
    }

    static let doubled = [
        (#"{"connections":[{"name":"a"},{"name":"a"}]}"#, "connections[1]: name: the same as that of connections[0]"),
        (#"{"clients":[{"client_id":"a","name":"A"},{"client_id":"a","name":"B"}]}"#, "clients[1]: client_id: the same as that of clients[0]"),
        (#"{"clients":[{"name":"A"},{"name":"A"}]}"#, "clients[1]: client_id: the same as that of clients[0]"),
        (
            #"{"resource_servers":[{"identifier":"a"},{"identifier":"b"},{"identifier":"a"}]}"#,
            "resource_servers[2]: identifier: the same as that of resource_servers[0]"
        ),
        (
            #"{"users":[{"email":"a@example.com"},{"email":"A@EXAMPLE.com"}]}"#,
            "users[1]: email: the same as that of users[0]"
        ),
        (
            #"{"users":[{"email":"a@example.com","username":"ada"},{"email":"b@example.com","username":"Ada"}]}"#,
            "users[1]: username: the same as that of users[0]"
        ),
    ]

    @Test("A record that is in the file twice is a problem", arguments: doubled)
    func twice(text: String, problem: String) async throws {
        try await session { session in #expect(await problems(text, in: session) == [problem]) }
    }

    @Test("Records that differ in bytes alone are different records")
    func exactNames() async throws {
        try await session { session in
            let text = "{\"resource_servers\":[{\"identifier\":\"caf\u{E9}\"},{\"identifier\":\"cafe\u{301}\"}]}"
            let made = try await plan(text, in: session)
            #expect(made.apis.count == 2)
        }
    }

    @Test("One user's address may be another's user name")
    func addressAsName() async throws {
        try await session { session in
            let text = #"{"users":[{"email":"a@example.com"},{"email":"b@example.com","username":"a@example.com"}]}"#
            let found = await problems(text, in: session)
            #expect(!found.contains { $0.contains("the same as") })
        }
    }

    @Test("An address of another user is a problem, unless the file takes it from that user first")
    func takenAddress() async throws {
        try await session { session in
            let before = #"{"users":[{"user_id":"auth0|1","email":"one@example.com"}]}"#
            try await ImportRun(session: session, plan: plan(before, in: session)).apply()
            let taking = #"{"user_id":"auth0|2","email":"ONE@example.com"}"#
            let leaving = #"{"user_id":"auth0|1","email":"first@example.com"}"#
            for list in ["[\(taking)]", "[\(taking),\(leaving)]"] {
                let found = await problems(#"{"users":\#(list)}"#, in: session)
                #expect(found == ["users[0]: email: the user auth0|1 has it"])
            }
            let swap = try await plan(#"{"users":[\#(leaving),\#(taking)]}"#, in: session)
            try await ImportRun(session: session, plan: swap).apply()
            #expect(try await session.stores.users.find("auth0|2")?.email == "ONE@example.com")
        }
    }

    @Test("A secret of the wrong type is a problem, and not left out")
    func wrongTypes() async throws {
        try await session { session in
            let text = """
                {"clients":[{"client_id":1,"name":"A"},{"client_secret":["x"],"name":"B"}],
                 "resource_servers":[{"identifier":"a","signing_secret":{}}],
                 "users":[{"email":"a@example.com","password":1},{"email":"b@example.com","password_hash":true}]}
                """
            #expect(
                await problems(text, in: session) == [
                    "resource_servers[0]: signing_secret: must be a text", "clients[0]: client_id: must be a text",
                    "clients[1]: client_secret: must be a text", "users[0]: password: must be a text",
                    "users[1]: password_hash: must be a text",
                ])
        }
    }
}

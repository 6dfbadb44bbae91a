import OAuthProtocol
import Testing

@testable import martlet

/// The form of a file for `martlet import`, before its records are judged.
@Suite struct ImportDocumentTests {
    private func document(_ text: String) throws -> ImportDocument { try ImportDocument(Array(text.utf8)) }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try document(text)
            return []
        } catch let failure as CommandFailure {
            return failure.problems.isEmpty ? [failure.description] : failure.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test("An empty object imports nothing")
    func empty() throws {
        let read = try document("{}")
        #expect(read.tenant == nil && read.clients.isEmpty && read.users.isEmpty)
    }

    @Test("Every list keeps its order, and its entries know their place")
    func lists() throws {
        let read = try document(
            """
            {"users":[{"email":"a@b.example"}],"clients":[{"name":"A"},{"name":"B"}],"client_grants":[{}],
             "resource_servers":[{"identifier":"x"}],"connections":[{"name":"c"}]}
            """)
        #expect(read.clients.map(\.place) == ["clients[0]", "clients[1]"])
        #expect(read.clients.map { $0.members["name"] } == ["A", "B"])
        #expect(read.users.map(\.place) == ["users[0]"] && read.grants.map(\.place) == ["client_grants[0]"])
        #expect(read.apis.map(\.place) == ["resource_servers[0]"] && read.connections.map(\.place) == ["connections[0]"])
    }

    @Test("Settings may stand in the tenant or in its settings")
    func tenant() throws {
        let settings: JSONObject = ["settings": .object(["friendlyName": "A"])]
        #expect(try document(#"{"tenant":{"friendlyName":"A"}}"#).tenant == settings)
        #expect(try document(#"{"tenant":{"settings":{"friendlyName":"A"}}}"#).tenant == settings)
        let domains = #"{"tenant":{"customDomains":["id.example"]}}"#
        #expect(try document(domains).tenant == ["customDomains": .strings(["id.example"])])
    }

    @Test("Everything that is not of the form is listed at once")
    func wrongForm() {
        let found = problems(#"{"roles":[],"clients":{},"users":[1,{},"x"],"tenant":[],"connections":null}"#)
        #expect(found.count == 6)
        for start in ["roles: unknown", "clients: must be a list", "users[0]: must", "users[2]: must", "tenant: must", "connections: must"] {
            #expect(found.contains { $0.hasPrefix(start) }, "\(start)")
        }
    }

    @Test(
        "What is no JSON object is refused",
        arguments: ["", "[]", "null", "1", "{", "{} x", #"{"clients":[],"clients":[]}"#, "\u{FEFF}{}"])
    func noObject(text: String) { #expect(problems(text) == ["the file does not hold a JSON object"]) }

    @Test("Nesting beyond the limit is refused")
    func nesting() {
        let deep = #"{"tenant":{"a":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}}"
        #expect(problems(deep) == ["the file does not hold a JSON object"])
    }

    @Test("A text that is taken leaves the object; null is as if it was not there")
    func takenText() throws {
        var object: JSONObject = ["secret": "s", "other": .null, "kept": 1]
        #expect(try object.takeText("secret") == "s")
        #expect(try object.takeText("secret") == nil && object.takeText("other") == nil)
        #expect(object == ["kept": 1])
    }

    @Test("What should be a text and is another value or empty is refused", arguments: [1, "", .array([]), true, .object([:])] as [JSONValue])
    func wrongText(value: JSONValue) {
        var object: JSONObject = ["secret": value]
        #expect(throws: CommandFailure.self) { try object.takeText("secret") }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct LogStoreTests {
    private func full() -> LogEvent {
        var event = event(.wrongPassword)
        event.description = "Wrong \u{1F600}"
        (event.clientID, event.clientName, event.connection) = ("c1", "Client", "db")
        (event.userID, event.userName) = ("auth0|1", "ann@example.com")
        (event.audience, event.scope) = ("https://api/", "openid profile")
        event.details = ["b": 1, "a": .object(["x": "y / </z>"]), "list": .strings(["p", "q"])]
        return event
    }

    @Test("an event comes back with every field", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.logs.record(full())
            try await storage.stores.logs.record(event(.loginSucceeded))
            #expect(try await storage.stores.logs.list(after: nil, limit: 9).map(\.event) == [full(), event(.loginSucceeded)])
        }
    }

    @Test("a reader that continues after the last id misses nothing and sees nothing twice", arguments: Backend.available)
    func paging(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let logs = storage.stores.logs
            for index in 0..<50 {
                var entry = event()
                entry.description = String(index)
                try await logs.record(entry)
            }
            var (seen, last): ([String], String?) = ([], nil)
            while let page = Optional(try await logs.list(after: last, limit: 7)), !page.isEmpty {
                seen += page.compactMap(\.event.description)
                last = page.last?.id
            }
            #expect(seen == (0..<50).map(String.init))
            #expect(try await logs.latest(limit: 3).compactMap(\.event.description) == ["49", "48", "47"])
        }
    }

    @Test("ids differ and sort by time, whoever records at once", arguments: Backend.available)
    func uniqueIDs(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let logs = storage.stores.logs
            _ = try await concurrently(100) { _ in try await logs.record(event()) }
            let ids = try await logs.list(after: nil, limit: 1000).map(\.id)
            #expect(Set(ids).count == 100)
            #expect(ids == ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(Set(ids.map(\.utf8.count)).count == 1)
        }
    }

    @Test("on PostgreSQL records that are not settled are withheld from readers that page", arguments: Backend.available)
    func settling(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engine = try await database.open(logSettling: .seconds(3600))
            _ = try await engine.migrate()
            let logs = engine.stores(for: .default).logs
            try await logs.record(event())
            #expect(try await logs.latest(limit: 5).count == 1)
            #expect(try await logs.list(after: nil, limit: 5).count == (backend == .postgreSQL ? 0 : 1))
            try await engine.close()
        }
    }
}

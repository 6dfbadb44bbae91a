import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct LoginTransactionStoreTests {
    private func transaction() -> LoginTransaction {
        LoginTransaction(
            stateHash: TokenHash(of: "state"), browserHash: TokenHash(of: "browser"), clientID: "c1",
            parameters: "a=b&c=%F0%9F%98%80", createdAt: now, expiresAt: now + 10)
    }

    @Test("a transaction comes back with every field until exactly its expiry", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = transaction()
            (record.authenticatedAt, record.sid, record.consentGivenAt) = (now + 1, "sid", now + 2)
            record.requestURIHash = TokenHash(of: "urn:1")
            try await storage.stores.transactions.insert(record)
            #expect(try await storage.stores.transactions.find(record.stateHash, at: now) == record)
            #expect(try await storage.stores.transactions.find(record.stateHash, at: .ms(after: record.expiresAt, -1)) == record)
            #expect(try await storage.stores.transactions.find(record.stateHash, at: record.expiresAt) == nil)
            #expect(try await storage.stores.transactions.find(record.browserHash, at: now) == nil)
            await #expect(throws: StoreConflict.self) { try await storage.stores.transactions.insert(record) }
        }
    }

    @Test("authentication and consent are remembered while the transaction lives", arguments: Backend.available)
    func marks(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (transactions, hash) = (storage.stores.transactions, transaction().stateHash)
            #expect(try await transactions.markAuthenticated(hash, sid: "s", at: now) == false)
            try await transactions.insert(transaction())
            #expect(try await transactions.markAuthenticated(hash, sid: "s", at: now + 1))
            #expect(try await transactions.markConsented(hash, at: now + 2))
            let marked = try #require(try await transactions.find(hash, at: now))
            #expect(marked.authenticatedAt == now + 1)
            #expect(marked.sid == "s")
            #expect(marked.consentGivenAt == now + 2)
            #expect(try await transactions.markConsented(hash, at: now + 10) == false)
            #expect(try await transactions.markAuthenticated(hash, sid: "t", at: now + 10) == false)
        }
    }

    @Test("whose a transaction is can be told after its expiry, but not once it was consumed", arguments: Backend.available)
    func client(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (transactions, hash) = (storage.stores.transactions, transaction().stateHash)
            #expect(try await transactions.clientID(of: hash) == nil)
            try await transactions.insert(transaction())
            #expect(try await transactions.find(hash, at: now + 10) == nil)
            #expect(try await transactions.clientID(of: hash) == "c1")
            #expect(try await transactions.clientID(of: transaction().browserHash) == nil)
            #expect(try await transactions.consume(hash))
            #expect(try await transactions.clientID(of: hash) == nil)
        }
    }

    @Test("of 50 that consume a transaction at once exactly one may answer", arguments: Backend.available)
    func consume(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let transactions = storage.stores.transactions
            try await transactions.insert(transaction())
            let won = try await concurrently(50) { _ in try await transactions.consume(TokenHash(of: "state")) }
            #expect(won.count(where: \.self) == 1)
            #expect(try await transactions.find(TokenHash(of: "state"), at: now) == nil)
        }
    }
}

@Suite struct TicketStoreTests {
    private func ticket() -> Ticket {
        Ticket(
            hash: TokenHash(of: "ticket"), purpose: .passwordReset, userID: "auth0|1", clientID: "c1", createdAt: now,
            expiresAt: now + 10)
    }

    @Test("a ticket comes back with every field until exactly its expiry", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tickets = storage.stores.tickets
            try await tickets.insert(ticket())
            #expect(try await tickets.find(ticket().hash, at: .ms(after: now + 10, -1)) == ticket())
            #expect(try await tickets.find(ticket().hash, at: now + 10) == nil)
            #expect(try await tickets.consume(ticket().hash, at: now + 10) == nil)
            #expect(try await tickets.find(ticket().hash, at: now)?.usedAt == nil)
        }
    }

    @Test("of 50 that consume a ticket at once exactly one gets it", arguments: Backend.available)
    func consume(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tickets = storage.stores.tickets
            try await tickets.insert(ticket())
            let won = try await concurrently(50) { _ in try await tickets.consume(TokenHash(of: "ticket"), at: now) }
            #expect(won.compactMap(\.self).count == 1)
            #expect(won.compactMap(\.self).first?.usedAt == now)
            #expect(try await tickets.find(TokenHash(of: "ticket"), at: now)?.usedAt == now)
            #expect(try await tickets.consume(TokenHash(of: "missing"), at: now) == nil)
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct IsolationTests {
    private func tenants(_ storage: TestStorage) async throws -> (mine: Stores, theirs: Stores) {
        let mine = storage.engine.stores(for: try #require(TenantID("mine")))
        let theirs = storage.engine.stores(for: try #require(TenantID("theirs")))
        try await Everything.insert(into: theirs)
        return (mine, theirs)
    }

    @Test("no store finds another tenant's records", arguments: Backend.available)
    func reads(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (mine, _) = try await tenants(storage)
            #expect(try await mine.clients.find("client1") == nil)
            #expect(try await mine.clients.list().isEmpty)
            #expect(try await mine.clientGrants.find(clientID: "client1", audience: "https://api/") == nil)
            #expect(try await mine.clientGrants.list(clientID: nil).isEmpty)
            #expect(try await mine.resourceServers.find(identifier: "https://api/") == nil)
            #expect(try await mine.resourceServers.find(id: "r1") == nil)
            #expect(try await mine.resourceServers.list().isEmpty)
            #expect(try await mine.connections.find(name: "db") == nil)
            #expect(try await mine.connections.list().isEmpty)
            #expect(try await mine.signingKeys.list().isEmpty)
            #expect(try await mine.users.find("auth0|1") == nil)
            #expect(try await mine.users.findCredential(connection: "db", identifier: "a@example.com") == nil)
            #expect(try await mine.users.list(offset: 0, limit: 9).isEmpty)
            #expect(try await mine.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") == nil)
            #expect(try await mine.sessions.find(TokenHash(of: "cookie"), at: now) == nil)
            #expect(try await mine.sessions.find(sid: "sid-cookie", at: now) == nil)
            #expect(try await mine.transactions.find(TokenHash(of: "state"), at: now) == nil)
            #expect(try await mine.authorizationCodes.find(TokenHash(of: "code")) == nil)
            #expect(try await mine.refreshTokens.find(try family().id) == nil)
            #expect(try await mine.refreshTokens.findWithUser(try family().id) == nil)
            #expect(try await mine.refreshTokens.active(userID: "auth0|1", clientID: "client1", at: now).isEmpty)
            #expect(try await mine.tickets.find(TokenHash(of: "ticket"), at: now) == nil)
            #expect(try await mine.sessions.list(of: "auth0|1", at: now).isEmpty)
            try await expectNothingNew(mine)
            #expect(try await mine.logs.list(after: nil, limit: 9).isEmpty)
            #expect(try await mine.logs.latest(limit: 9).isEmpty)
        }
    }

    private func expectNothingNew(_ mine: Stores) async throws {
        #expect(try await mine.secrets.secret("salt", orInsert: SecretBytes([9])) == SecretBytes([9]))
        #expect(try await mine.authenticators.list(of: "auth0|1").isEmpty)
        #expect(try await mine.authenticators.find("totp|dev_1") == nil)
        #expect(try await mine.federatedTokens.list(of: "auth0|1", at: "corp").isEmpty)
        #expect(try await mine.permissions.permissions(of: "auth0|1", at: "https://api/").isEmpty)
        try await mine.permissions.assign(role: "editor", to: "auth0|1")
        #expect(try await mine.permissions.permissions(of: "auth0|1", at: "https://api/").isEmpty)
        #expect(try await mine.pushedRequests.find(pushedRequest().hash) == nil)
        #expect(try await mine.deferred.find(deferred().hash) == nil)
        #expect(try await mine.deferred.find(kind: .device, userCodeHash: deferred().userCodeHash, at: now) == nil)
        #expect(try await mine.deferred.poll(deferred().hash, at: now) == .missing)
        #expect(try await mine.oneTimeCodes.find(.passwordless, key: oneTimeCode().keyHash, at: now) == nil)
        #expect(try await mine.replays.claim("jti", until: now + 10, at: now))
        #expect(try await mine.revocations.isRevoked(anyOf: [.token(jti: "jti")], at: now) == false)
        #expect(try await mine.deliveries.list(limit: 9).isEmpty)
        #expect(try await mine.deliveries.nextDue() == nil)
    }

    @Test("no store changes another tenant's records", arguments: Backend.available)
    func writes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (mine, theirs) = try await tenants(storage)
            #expect(try await mine.clients.update(client()) == false)
            #expect(try await mine.clients.delete("client1") == false)
            #expect(try await mine.clientGrants.delete("cgr_1") == false)
            #expect(try await mine.resourceServers.delete(id: "r1") == false)
            #expect(try await mine.connections.update(Connection(id: "con_1", name: "stolen")) == false)
            #expect(try await mine.users.update(user()) == false)
            #expect(try await mine.users.setBlocked("auth0|1", true, at: now) == false)
            #expect(try await mine.users.setPassword("auth0|1", hash: SecretString("x"), ending: .silent, at: now) == false)
            try await mine.users.rehash("auth0|1", from: SecretString("hash"), to: SecretString("x"))
            #expect(try await mine.users.delete("auth0|1", at: now) == false)
            #expect(try await mine.consents.delete(userID: "auth0|1", clientID: "client1", audience: "https://api/") == false)
            #expect(try await mine.signingKeys.rotate(from: "k1", newNext: signingKey("k3"), at: now) == false)
            try await mine.sessions.touch(TokenHash(of: "cookie"), idleExpiresAt: now + 1, client: "x", at: now)
            #expect(try await mine.sessions.end(TokenHash(of: "cookie"), recording: nil) == nil)
            #expect(try await mine.sessions.endAll(of: "auth0|1", at: now, recording: event()) { _ in [] }.isEmpty)
            #expect(try await mine.transactions.markAuthenticated(TokenHash(of: "state"), sid: "x", at: now) == false)
            #expect(try await mine.transactions.markConsented(TokenHash(of: "state"), at: now) == false)
            #expect(try await mine.transactions.consume(TokenHash(of: "state")) == false)
            let redeemed = try await mine.authorizationCodes.redeem(
                TokenHash(of: "code"), issuing: nil, at: now, recording: event())
            #expect(redeemed == .missing)
            try await mine.authorizationCodes.revokeIssued(by: TokenHash(of: "code"), at: now, recording: event())
            #expect(try await mine.refreshTokens.use(use(try family()), recording: event()) == false)
            #expect(try await mine.refreshTokens.revoke(try family().id, at: now, recording: event()) == false)
            #expect(try await mine.refreshTokens.revokeForReuse(try family().id, at: now, recording: event()) == false)
            #expect(try await mine.refreshTokens.revokeGrant(of: try family().id, at: now, recording: event()) == false)
            #expect(try await mine.tickets.consume(TokenHash(of: "ticket"), at: now) == nil)
            try await mine.attempts.reset(["key"])
            try await changeNothingNew(mine)
            try await expectUntouched(theirs)
        }
    }

    private func changeNothingNew(_ mine: Stores) async throws {
        #expect(try await mine.authenticators.use("totp|dev_1", counter: 9, credential: nil, at: now) == false)
        #expect(try await mine.authenticators.delete("totp|dev_1", of: "auth0|1") == false)
        let tokens = federatedTokens()
        #expect(try await mine.federatedTokens.lease(tokens, until: now + 9, at: now) == false)
        #expect(try await mine.federatedTokens.renew(tokens, recording: event()) == false)
        #expect(try await mine.federatedTokens.forget(tokens) == false)
        try await mine.federatedTokens.release(tokens)
        try await mine.permissions.revoke(["read"], at: "https://api/", from: "auth0|1")
        try await mine.permissions.unassign(role: "editor", from: "auth0|1")
        #expect(try await mine.pushedRequests.consume(pushedRequest().hash, at: now) == false)
        let hash = deferred().hash
        #expect(try await mine.deferred.approve(hash, granting: access(), at: now, recording: event(), delivering: nil) == false)
        #expect(try await mine.deferred.deny(hash, at: now, recording: event(), delivering: nil) == false)
        #expect(try await mine.deferred.redeem(hash, issuing: nil, at: now, recording: event()) == false)
        let key = oneTimeCode().keyHash
        #expect(try await mine.oneTimeCodes.check(.passwordless, key: key, codeMAC: [9], at: now) == .missing)
        #expect(try await mine.oneTimeCodes.consume(.passwordless, key: key, at: now) == nil)
        #expect(try await mine.deliveries.lease(limit: 9, until: now + 9, at: now).isEmpty)
        try await mine.deliveries.markDelivered("d1", recording: nil)
        try await mine.deliveries.markFailed("d1", error: "x", nextAttemptAt: nil, recording: nil)
        #expect(try await mine.sessions.touch(sid: "sid-cookie", idleExpiresAt: now + 1, at: now) == false)
        try await mine.clients.noteUse(of: "client1", at: now)
    }

    private func expectNewUntouched(_ theirs: Stores) async throws {
        #expect(try await theirs.secrets.secret("salt", orInsert: SecretBytes([9])) == SecretBytes([1, 2, 3]))
        #expect(try await theirs.authenticators.find("totp|dev_1") == authenticator())
        #expect(try await theirs.federatedTokens.list(of: "auth0|1", at: "corp") == [federatedTokens()])
        #expect(try await theirs.permissions.permissions(of: "auth0|1", at: "https://api/") == ["read", "write"])
        #expect(try await theirs.pushedRequests.find(pushedRequest().hash) == pushedRequest())
        #expect(try await theirs.deferred.find(deferred().hash) == deferred())
        #expect(try await theirs.oneTimeCodes.find(.passwordless, key: oneTimeCode().keyHash, at: now) == oneTimeCode())
        #expect(try await theirs.replays.claim("jti", until: now + 10, at: now) == false)
        #expect(try await theirs.revocations.isRevoked(anyOf: [.token(jti: "jti")], at: now))
        #expect(try await theirs.deliveries.list(limit: 9) == [delivery()])
    }

    private func expectUntouched(_ theirs: Stores) async throws {
        #expect(try await theirs.clients.find("client1") == client())
        #expect(try await theirs.clientGrants.list(clientID: nil).count == 1)
        #expect(try await theirs.resourceServers.list().count == 1)
        #expect(try await theirs.connections.find(name: "db") != nil)
        let credential = try await theirs.users.findCredential(connection: "db", identifier: "a@example.com")
        #expect(credential?.passwordHash == SecretString("hash"))
        #expect(credential?.user.blocked == false)
        #expect(try await theirs.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") != nil)
        #expect(try await theirs.signingKeys.list().count == 2)
        #expect(try await theirs.sessions.find(TokenHash(of: "cookie"), at: now) == session())
        let transaction = try #require(try await theirs.transactions.find(TokenHash(of: "state"), at: now))
        #expect(transaction.authenticatedAt == nil && transaction.consentGivenAt == nil)
        #expect(try await theirs.authorizationCodes.find(TokenHash(of: "code"))?.usedAt == nil)
        try await expectNewUntouched(theirs)
        let kept = try family()
        #expect(try await theirs.refreshTokens.find(kept.id) == kept)
        #expect(try await theirs.tickets.find(TokenHash(of: "ticket"), at: now)?.usedAt == nil)
        let bucket = Bucket(capacity: 2, refillInterval: 10)
        #expect(try await theirs.attempts.take("key", from: bucket, at: now) == .allowed(remaining: 0))
        #expect(try await theirs.logs.latest(limit: 9).count == 2)
    }

    @Test("two tenants may have the same keys in every store", arguments: Backend.available)
    func sameKeys(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (mine, theirs) = try await tenants(storage)
            try await Everything.insert(into: mine)
            try await expectUntouched(theirs)
        }
    }
}

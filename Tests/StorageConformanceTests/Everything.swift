import OAuthProtocol
import Storage

/// A row in every store of a tenant.
enum Everything {
    static func insert(into stores: Stores) async throws {
        try await insertConfiguration(into: stores)
        try await insertPeople(into: stores)
        try await insertFlows(into: stores)
        try await insertOperations(into: stores)
    }

    private static func insertConfiguration(into stores: Stores) async throws {
        try await stores.clients.insert(client())
        try await stores.clientGrants.insert(
            ClientGrant(id: "cgr_1", clientID: "client1", audience: "https://api/", scope: ["a"]))
        try await stores.resourceServers.insert(
            ResourceServer(id: "r1", identifier: "https://api/", name: "API", createdAt: now))
        try await stores.connections.insert(Connection(id: "con_1", name: "db"))
        _ = try await stores.signingKeys.bootstrap(current: signingKey("k1"), next: signingKey("k2"))
        _ = try await stores.secrets.secret("salt", orInsert: SecretBytes([1, 2, 3]))
    }

    private static func insertPeople(into stores: Stores) async throws {
        try await stores.users.insert(user(), passwordHash: SecretString("hash"))
        try await stores.consents.record(
            Consent(userID: "auth0|1", clientID: "client1", audience: "https://api/", scopes: ["a"], updatedAt: now))
        try await stores.sessions.begin(session(), replacing: nil, recording: event())
        try await stores.authenticators.insert(authenticator())
        try await stores.federatedTokens.put(federatedTokens())
        try await stores.permissions.grant(["read"], at: "https://api/", to: "auth0|1")
        try await stores.permissions.grant(["write"], at: "https://api/", toRole: "editor")
        try await stores.permissions.assign(role: "editor", to: "auth0|1")
    }

    private static func insertFlows(into stores: Stores) async throws {
        try await stores.transactions.insert(LoginTransaction(
            stateHash: TokenHash(of: "state"), browserHash: TokenHash(of: "browser"), clientID: "client1", parameters: "",
            createdAt: now, expiresAt: now + 10))
        try await stores.authorizationCodes.insert(code(), recording: nil)
        try await stores.refreshTokens.insert(try family(), recording: event())
        try await stores.tickets.insert(Ticket(
            hash: TokenHash(of: "ticket"), purpose: .passwordReset, userID: "auth0|1", clientID: nil, createdAt: now,
            expiresAt: now + 10))
        try await stores.pushedRequests.insert(pushedRequest())
        try await stores.deferred.insert(deferred())
        try await stores.oneTimeCodes.put(oneTimeCode())
    }

    private static func insertOperations(into stores: Stores) async throws {
        _ = try await stores.attempts.take("key", from: Bucket(capacity: 2, refillInterval: 10), at: now)
        _ = try await stores.replays.claim("jti", until: now + 10, at: now)
        try await stores.revocations.revoke([.token(jti: "jti")], until: now + 10, at: now)
        try await stores.deliveries.insert([delivery()])
    }
}

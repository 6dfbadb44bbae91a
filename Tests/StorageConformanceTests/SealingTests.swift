import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct SealingTests {
    private func contains(_ bytes: [UInt8], _ part: String) -> Bool {
        let part = Array(part.utf8)
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
    }

    @Test("secrets and private keys are not readable in their rows", arguments: Backend.available)
    func notReadable(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = client()
            record.clientSecret = SecretString("very secret")
            try await storage.stores.clients.insert(record)
            _ = try await storage.stores.signingKeys.bootstrap(current: signingKey("k1"), next: signingKey("k2"))
            let rows = try await storage.engine.database.read { connection in
                try connection.query("SELECT document, secret FROM clients", []) {
                    (Array(try $0.text().utf8), try $0.blob())
                }
            }
            #expect(rows.count == 1)
            for (document, secret) in rows {
                #expect(!contains(document, "very secret"))
                #expect(!contains(secret, "very secret"))
            }
            let keys = try await storage.engine.database.read { connection in
                try connection.query("SELECT private_key FROM signing_keys", []) { try $0.blob() }
            }
            #expect(keys.count == 2)
            for key in keys { #expect(!contains(key, "private key of")) }
        }
    }

    @Test("nor are payloads, notification tokens and the other secrets", arguments: Backend.available)
    func newSecrets(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await insertSecrets(into: stores)
            let columns = [
                ("clients", "additional_secrets"), ("resource_servers", "signing_secret"), ("tenant_secrets", "secret"),
                ("authenticators", "secret"), ("deferred_authorizations", "notification"), ("one_time_codes", "payload"),
                ("deliveries", "payload"), ("connections", "secret"), ("federated_tokens", "access_token"),
                ("federated_tokens", "refresh_token"),
            ]
            for (table, column) in columns {
                let values = try await storage.engine.database.read { connection in
                    try connection.query("SELECT \(column) FROM \(table)", []) { try $0.blob() }
                }
                #expect(values.count == 1, "\(table)")
                for value in values { #expect(value.count > 12 && !contains(value, "very secret"), "\(table)") }
            }
            for table in ["clients", "resource_servers", "connections"] {
                let document = try await storage.engine.database.read { connection in
                    try connection.first("SELECT document FROM \(table)", []) { Array(try $0.text().utf8) }
                }
                #expect(!contains(try #require(document), "very secret"))
            }
        }
    }

    private func insertSecrets(into stores: Stores) async throws {
        let secret = SecretString("very secret")
        var (record, api) = (client(), ResourceServer(id: "r1", identifier: "https://api/", name: "API", createdAt: now))
        record.additionalSecrets = [ClientSecret(id: "cred_1", value: secret, createdAt: now)]
        api.signingSecret = secret
        try await stores.clients.insert(record)
        try await stores.resourceServers.insert(api)
        _ = try await stores.secrets.secret("salt", orInsert: SecretBytes(Array("very secret".utf8)))
        var (factor, request, code) = (authenticator(), deferred(), oneTimeCode())
        factor.secret = SecretBytes(Array("very secret".utf8))
        (request.notification, code.payload) = (secret, secret)
        try await stores.authenticators.insert(factor)
        try await stores.deferred.insert(request)
        try await stores.oneTimeCodes.put(code)
        var (connection, tokens) = (Connection(id: "con_1", name: "corp", strategy: "oidc"), federatedTokens())
        connection.provider = IdentityProvider(issuer: "https://idp/", clientID: "us")
        connection.provider?.clientSecret = secret
        (tokens.accessToken, tokens.refreshToken) = (secret, secret)
        try await stores.connections.insert(connection)
        try await stores.federatedTokens.put(tokens)
        try await stores.deliveries.insert([
            Delivery(id: "d1", kind: .cibaPing, clientID: "c", url: "https://c/", payload: secret, createdAt: now)
        ])
    }

    @Test("a sealed value that was moved to another row or tenant does not open", arguments: Backend.available)
    func boundToRow(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var (one, two) = (client("one"), client("two"))
            (one.clientSecret, two.clientSecret) = (SecretString("first"), SecretString("second"))
            for record in [one, two] { try await storage.stores.clients.insert(record) }
            try await storage.engine.database.write { connection in
                try connection.execute("""
                    UPDATE clients SET secret = (SELECT c.secret FROM clients c WHERE c.client_id = 'one')
                    WHERE client_id = 'two'
                    """)
                try connection.execute("UPDATE clients SET tenant_id = 'thief' WHERE client_id = 'one'")
            }
            await #expect(throws: SealingError.failed) { _ = try await storage.stores.clients.find("two") }
            let thief = storage.engine.stores(for: try #require(TenantID("thief")))
            await #expect(throws: SealingError.failed) { _ = try await thief.clients.find("one") }
        }
    }

    @Test("tokens of an identity provider open for their user, connection, account and kind alone", arguments: Backend.available)
    func federatedTokensAreBound(_ backend: Backend) async throws {
        let moves = [
            "user_id = 'auth0|2'", "connection_name = 'cor', account = 'pjane'", "account = 'joe'", "tenant_id = 'thief'",
            "access_token = refresh_token, access_token_key_id = refresh_token_key_id",
        ]
        for move in moves {
            try await backend.withFreshStorage { storage in
                try await storage.stores.federatedTokens.put(federatedTokens())
                try await storage.engine.database.write { try $0.execute("UPDATE federated_tokens SET \(move)") }
                let stores = storage.engine.stores(
                    for: move.hasPrefix("tenant") ? try #require(TenantID("thief")) : .default)
                let user = move.hasPrefix("user") ? "auth0|2" : "auth0|1"
                let connection = move.hasPrefix("connection") ? "cor" : "corp"
                await #expect(throws: SealingError.failed, "\(move)") {
                    _ = try await stores.federatedTokens.list(of: user, at: connection)
                }
            }
        }
    }

    @Test("values sealed under an older key of the ring open; a ring without it refuses", arguments: Backend.shared)
    func keyRotation(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = client()
            record.clientSecret = SecretString("secret")
            try await storage.stores.clients.insert(record)
            try await storage.stores.federatedTokens.put(federatedTokens())
            let new = try #require(MasterKeyRing.Key(bytes: Array(repeating: 9, count: 32)))
            let old = TestDatabase.masterKeys.current
            let rotated = try await storage.database.open(masterKeys: MasterKeyRing(current: new, older: [old]))
            #expect(try await rotated.stores(for: .default).clients.find("client1") == record)
            let tokens = rotated.stores(for: .default).federatedTokens
            #expect(try await tokens.list(of: "auth0|1", at: "corp") == [federatedTokens()])
            #expect(try await tokens.renew(federatedTokens(), recording: event()))
            #expect(try await storage.number("SELECT COUNT(*) FROM federated_tokens WHERE access_token_key_id = '\(new.id)'") == 1)
            try await rotated.close()
            let foreign = try await storage.database.open(masterKeys: MasterKeyRing(current: new))
            await #expect(throws: SealingError.unknownKey(old.id)) {
                _ = try await foreign.stores(for: .default).clients.find("client1")
            }
            try await foreign.close()
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct ClientStoreTests {
    @Test("a client comes back with every field and its secret", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = client("AbCdEfGhIjKlMnOpQrStUvWxYz012345")
            record.description = "e\u{301} is not \u{e9}"
            record.logoURI = "https://x/logo.png"
            record.appType = .regularWeb
            record.isFirstParty = false
            (record.thirdPartySecurityMode, record.redirectionPolicy) = (.permissive, .openRedirectProtection)
            record.callbacks = ["https://x/cb?a=1", "com.example:/cb", "caf\u{e9}", "cafe\u{301}"]
            record.allowedLogoutURLs = ["https://x/out"]
            record.webOrigins = ["https://x"]
            record.allowedOrigins = ["https://y"]
            record.initiateLoginURI = "https://x/login"
            record.oidcConformant = false
            record.isTokenEndpointIPHeaderTrusted = true
            record.jwtConfiguration.lifetime = 60
            record.refreshToken = .rotatingDefaults
            record.clientMetadata = ["key": "value/with/slashes", "\u{0}": "nul"]
            (record.acceptsAnyLoopback, record.crossOriginAuthentication) = (true, true)
            record.updatedAt = now + 5
            record.clientSecret = SecretString("s3cret-\u{1F600}")
            try await storage.stores.clients.insert(record)
            let found = try #require(try await storage.stores.clients.find(record.clientID))
            #expect(found == record)
            #expect(found.callbacks[2].isExactly("caf\u{e9}") && found.callbacks[3].isExactly("cafe\u{301}"))
            #expect(try await storage.stores.clients.list() == [record])
        }
    }

    @Test("client ids differ by case, and an existing one is a conflict", arguments: Backend.available)
    func conflict(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let clients = storage.stores.clients
            try await clients.insert(client("abc"))
            try await clients.insert(client("ABC"))
            await #expect(throws: StoreConflict(field: "client_id")) { try await clients.insert(client("abc")) }
            #expect(try await clients.find("Abc") == nil)
        }
    }

    @Test("a local change is seen at once, whatever was remembered", arguments: Backend.available)
    func cacheFollowsWrites(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let clients = storage.stores.clients
            var record = client()
            #expect(try await clients.find("client1") == nil)
            #expect(try await clients.update(record) == false)
            try await clients.insert(record)
            #expect(try await clients.find("client1") == record)
            record.name = "Changed"
            record.clientSecret = SecretString("new")
            #expect(try await clients.update(record))
            #expect(try await clients.find("client1") == record)
            #expect(try await clients.delete("client1"))
            #expect(try await clients.find("client1") == nil)
            #expect(try await clients.delete("client1") == false)
        }
    }

    @Test("deleting a client deletes what rests on it and nothing else", arguments: Backend.available)
    func deleteCascades(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await Everything.insert(into: stores)
            let other = try family(2, access: access(client: "other"))
            try await stores.refreshTokens.insert(other, recording: event())
            #expect(try await stores.clients.delete("client1"))
            #expect(try await stores.clientGrants.list(clientID: nil).isEmpty)
            #expect(try await stores.clientGrants.find(clientID: "client1", audience: "https://api/") == nil)
            #expect(try await stores.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") == nil)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "code")) == nil)
            #expect(try await stores.refreshTokens.find(try family().id) == nil)
            #expect(try await stores.refreshTokens.find(other.id) == other)
            #expect(try await stores.users.find("auth0|1") != nil)
        }
    }
}

@Suite struct ClientGrantStoreTests {
    @Test("a grant is kept, found, listed, changed and deleted", arguments: Backend.available)
    func lifeCycle(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let grants = storage.stores.clientGrants
            var grant = ClientGrant(id: "cgr_1", clientID: "c1", audience: "https://api/", scope: ["b", "a"])
            let other = ClientGrant(id: "cgr_2", clientID: "c2", audience: "https://api/", scope: [])
            try await grants.insert(grant)
            try await grants.insert(other)
            #expect(try await grants.find(clientID: "c1", audience: "https://api/") == grant)
            #expect(try await grants.find(clientID: "c1", audience: "https://API/") == nil)
            #expect(try await grants.list(clientID: nil) == [grant, other])
            #expect(try await grants.list(clientID: "c2") == [other])
            grant.scope = ["c"]
            #expect(try await grants.update(grant))
            #expect(try await grants.find(clientID: "c1", audience: "https://api/") == grant)
            #expect(try await grants.delete("cgr_1"))
            #expect(try await grants.find(clientID: "c1", audience: "https://api/") == nil)
            #expect(try await grants.delete("cgr_1") == false)
            #expect(try await grants.update(grant) == false)
        }
    }

    @Test("a client has one grant for an API", arguments: Backend.available)
    func conflict(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let grants = storage.stores.clientGrants
            try await grants.insert(ClientGrant(id: "cgr_1", clientID: "c1", audience: "a", scope: []))
            await #expect(throws: StoreConflict(field: "audience")) {
                try await grants.insert(ClientGrant(id: "cgr_2", clientID: "c1", audience: "a", scope: []))
            }
            try await grants.insert(ClientGrant(id: "cgr_2", clientID: "c1", audience: "b", scope: []))
            await #expect(throws: StoreConflict(field: "audience")) {
                _ = try await grants.update(ClientGrant(id: "cgr_2", clientID: "c1", audience: "a", scope: []))
            }
        }
    }
}

@Suite struct ResourceServerStoreTests {
    @Test("an API comes back with every field, by id and by identifier", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let apis = storage.stores.resourceServers
            var api = ResourceServer(id: "5f00", identifier: "https://caf\u{e9}/", name: "API", createdAt: now)
            api.scopes = [.init(value: "read:a", description: "Read"), .init(value: "write:a")]
            api.tokenLifetime = 60
            api.tokenLifetimeForWeb = 30
            api.allowOfflineAccess = true
            api.skipConsentForVerifiableFirstPartyClients = false
            api.tokenDialect = .rfc9068
            api.userPolicy = .denyAll
            api.clientPolicy = .denyAll
            try await apis.insert(api)
            #expect(try await apis.find(id: "5f00") == api)
            #expect(try await apis.find(identifier: "https://caf\u{e9}/") == api)
            #expect(try await apis.find(identifier: "https://cafe\u{301}/") == nil)
            #expect(try await apis.list() == [api])
        }
    }

    @Test("identifiers are unique and never change; a local change is seen at once", arguments: Backend.available)
    func update(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let apis = storage.stores.resourceServers
            var api = ResourceServer(id: "1", identifier: "https://api/", name: "API", createdAt: now)
            #expect(try await apis.update(api) == false)
            try await apis.insert(api)
            await #expect(throws: StoreConflict(field: "identifier")) {
                try await apis.insert(ResourceServer(id: "2", identifier: "https://api/", name: "API", createdAt: now))
            }
            _ = try await apis.find(identifier: "https://api/")
            api.name = "Renamed"
            #expect(try await apis.update(api))
            #expect(try await apis.find(identifier: "https://api/")?.name == "Renamed")
            api.identifier = "https://other/"
            #expect(try await apis.update(api) == false)
        }
    }

    @Test("deleting an API deletes the grants for it", arguments: Backend.available)
    func delete(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await Everything.insert(into: storage.stores)
            let kept = ClientGrant(id: "cgr_9", clientID: "client1", audience: "https://other/", scope: [])
            try await storage.stores.clientGrants.insert(kept)
            #expect(try await storage.stores.resourceServers.delete(id: "r1"))
            #expect(try await storage.stores.resourceServers.delete(id: "r1") == false)
            #expect(try await storage.stores.resourceServers.find(identifier: "https://api/") == nil)
            #expect(try await storage.stores.clientGrants.list(clientID: nil) == [kept])
        }
    }
}

@Suite struct ConnectionStoreTests {
    @Test("a connection comes back with every field; its name is unique and may change", arguments: Backend.available)
    func lifeCycle(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let connections = storage.stores.connections
            var record = Connection(id: "con_1", name: "Username-Password-Authentication", enabledClients: ["a", "b"])
            record.options.passwordPolicy = .excellent
            record.options.minimumPasswordLength = 12
            record.options.requiresUsername = true
            (record.options.disableSignup, record.isDomainConnection) = (true, true)
            try await connections.insert(record)
            #expect(try await connections.find(name: record.name) == record)
            #expect(try await connections.find(name: "username-password-authentication") == nil)
            let other = Connection(id: "con_2", name: "other")
            try await connections.insert(other)
            await #expect(throws: StoreConflict(field: "name")) {
                try await connections.insert(Connection(id: "con_3", name: "other"))
            }
            record.name = "other"
            await #expect(throws: StoreConflict(field: "name")) { _ = try await connections.update(record) }
            record.name = "renamed"
            #expect(try await connections.update(record))
            #expect(try await connections.find(name: "renamed") == record)
            #expect(try await connections.find(name: "Username-Password-Authentication") == nil)
            #expect(try await connections.list() == [other, record])
            #expect(try await connections.update(Connection(id: "con_9", name: "x")) == false)
        }
    }

    @Test("the identity provider that a connection names comes back with its secret, which changes and goes", arguments: Backend.available)
    func provider(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let connections = storage.stores.connections
            var record = Connection(id: "con_1", name: "corp", strategy: "oidc", enabledClients: ["a"])
            var provider = IdentityProvider(issuer: "https://idp.example/e\u{301}", clientID: "us")
            (provider.jwksURI, provider.tokenEndpoint) = ("https://idp.example/keys", "https://idp.example/token")
            (provider.clientSecret, provider.scope) = (SecretString("s3cret-\u{1F600}"), "openid email")
            record.provider = provider
            try await connections.insert(record)
            #expect(try await connections.find(name: "corp") == record)
            #expect(try await connections.list() == [record])
            record.provider?.clientSecret = SecretString("another")
            #expect(try await connections.update(record))
            #expect(try await connections.find(name: "corp") == record)
            (provider.clientSecret, provider.jwksURI, provider.scope) = (nil, nil, nil)
            record.provider = provider
            #expect(try await connections.update(record))
            #expect(try await connections.find(name: "corp") == record)
            record.provider = nil
            #expect(try await connections.update(record))
            #expect(try await connections.find(name: "corp") == record)
        }
    }
}

import OAuthProtocol
package import Storage

extension EngineFixture {
    package enum ChangeFailure: Error { case notStored }

    /// A stored client with a change, in the database too.
    @discardableResult
    package func changed(_ client: Client, _ change: (inout Client) -> Void) async throws -> Client {
        var changed = client
        change(&changed)
        guard try await stores.clients.update(changed) else { throw ChangeFailure.notStored }
        return changed
    }

    /// A connection with a change, in the database too.
    @discardableResult
    package func changed(_ connection: Connection, _ change: (inout Connection) -> Void) async throws -> Connection {
        var changed = connection
        change(&changed)
        guard try await stores.connections.update(changed) else { throw ChangeFailure.notStored }
        return changed
    }

    /// The fixture's API with a change, in the database too.
    @discardableResult
    package mutating func changeAPI(_ change: (inout ResourceServer) -> Void) async throws -> ResourceServer {
        change(&api)
        guard try await stores.resourceServers.update(api) else { throw ChangeFailure.notStored }
        return api
    }

    /// The fixture's user with a change, in the database too.
    package mutating func changeUser(_ change: (inout User) -> Void) async throws {
        change(&user)
        guard try await stores.users.update(user) else { throw ChangeFailure.notStored }
    }

    /// The tenant's settings with a change, in the database too.
    package mutating func configure(_ change: (inout TenantSettings) -> Void) async throws {
        change(&tenant.settings)
        guard try await engine.tenants.update(tenant) else { throw ChangeFailure.notStored }
    }
}

extension SessionEnding {
    /// Ends sessions, and nobody is told.
    package static let silent = SessionEnding(effects: SessionEndEffects(event: nil)) { _ in [] }
}

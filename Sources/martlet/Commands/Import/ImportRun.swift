import AuthorizationServer
import OAuthProtocol
import Storage

/// Writes a plan, record by record.
struct ImportRun {
    let session: ToolSession
    let plan: ImportPlan

    /// Throws `CommandFailure` for what the database refuses; what was written before stays, and the same import can be run
    /// again.
    func apply() async throws {
        do {
            try await applyTenant()
            for change in plan.connections { try await apply(change) }
            for change in plan.apis { try await apply(change) }
            for change in plan.clients { try await apply(change) }
            for change in plan.grants { try await apply(change) }
            for change in plan.users { try await apply(change) }
        } catch let conflict as StoreConflict {
            throw CommandFailure("there is another record with the same \(conflict.field); the import stopped there")
        }
        try await session.record("Import", target: plan.tenant.record.id.rawValue)
    }

    private func applyTenant() async throws {
        let tenants = session.installation.engine.tenants
        if plan.tenant.isNew { return try await tenants.insert(plan.tenant.record) }
        _ = try await tenants.update(plan.tenant.record)
    }

    private func apply(_ change: ImportPlan.Change<Connection>) async throws {
        let store = session.stores.connections
        if change.isNew { try await store.insert(change.record) } else { _ = try await store.update(change.record) }
    }

    private func apply(_ change: ImportPlan.Change<ResourceServer>) async throws {
        let store = session.stores.resourceServers
        if change.isNew { try await store.insert(change.record) } else { _ = try await store.update(change.record) }
    }

    private func apply(_ change: ImportPlan.Change<Client>) async throws {
        let store = session.stores.clients
        if change.isNew { try await store.insert(change.record) } else { _ = try await store.update(change.record) }
    }

    private func apply(_ change: ImportPlan.Change<ClientGrant>) async throws {
        let store = session.stores.clientGrants
        if change.isNew { try await store.insert(change.record) } else { _ = try await store.update(change.record) }
    }

    private func apply(_ change: ImportPlan.UserChange) async throws {
        let (store, id) = (session.stores.users, change.user.userID)
        var hash = change.passwordHash
        if let password = change.password { hash = try await session.context.environment.passwordHasher.hash(password) }
        if change.isNew {
            try await store.insert(change.user, passwordHash: hash)
        } else {
            _ = try await store.update(change.user)
            if let hash { _ = try await store.setPassword(id, hash: hash, ending: nil, at: session.now) }
        }
        for tokens in change.tokens { try await session.stores.federatedTokens.put(tokens) }
        for (audience, scopes) in change.permissions { try await session.stores.permissions.grant(scopes, at: audience, to: id) }
    }
}

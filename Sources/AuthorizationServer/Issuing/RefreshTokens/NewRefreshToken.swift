import OAuthProtocol
import Storage

/// A refresh-token family that is about to be stored, with its first token.
struct NewRefreshToken: Sendable {
    let family: RefreshTokenFamily
    let value: SecretString

    /// A family for the access when `offline_access` was granted, else `nil`. Nothing is stored.
    static func ifDue(
        for access: GrantedAccess, client: Client, in context: TenantContext, at now: Timestamp
    ) throws -> NewRefreshToken? {
        guard access.scopes.contains(Scopes.offlineAccess) else { return nil }
        let environment = context.environment
        guard let id = RefreshTokenFamilyID(bytes: environment.randomness.bytes(16)) else { throw SealingError.failed }
        var family = RefreshTokenFamily(
            id: id, access: access, isRotating: client.refreshToken.rotationType == .rotating, createdAt: now,
            seed: SecretBytes(environment.randomness.bytes(32)), keyID: environment.masterKeys.current.id)
        family.absoluteExpiresAt = RefreshTokenLifetimes.absoluteEnd(for: client, from: now)
        family.idleExpiresAt = RefreshTokenLifetimes.idleEnd(for: client, from: now, absoluteEnd: family.absoluteExpiresAt)
        guard let value = RefreshTokenValue.text(of: family, masterKeys: environment.masterKeys) else {
            throw SealingError.unknownKey(family.keyID)
        }
        return NewRefreshToken(family: family, value: value)
    }
}

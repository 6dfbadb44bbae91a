import OAuthProtocol

/// Names a new grant, so that its access tokens can be revoked together.
package enum NewGrant {
    /// 22 URL-safe characters of 128 random bits.
    package static func id(_ context: TenantContext) -> String { Base64URL.encode(context.environment.randomness.bytes(16)) }
}

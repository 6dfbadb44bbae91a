package import OAuthProtocol
package import Storage

/// The development switch: a client may accept any loopback address, but only in a tenant that declares itself a
/// development tenant. Both must hold.
package struct DevelopmentLoopback: Sendable {
    private let isDevelopment: Bool

    package init(_ settings: TenantSettings) { isDevelopment = settings.isDevelopment }

    package func accepts(_ uri: RedirectURI, for client: Client) -> Bool {
        isDevelopment && client.acceptsAnyLoopback && uri.isLoopback
    }

    package func accepts(_ origin: WebOrigin, for client: Client) -> Bool {
        isDevelopment && client.acceptsAnyLoopback && origin.isLoopback
    }
}

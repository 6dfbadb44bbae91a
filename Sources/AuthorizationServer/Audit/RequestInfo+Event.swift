package import OAuthProtocol
package import Storage

extension RequestInfo {
    /// An audit event of this request: its instant, address, agent and host, and whom it concerns. `description` is read
    /// by operators; it must hold no secret.
    package func event(
        _ type: LogEventType, client: Client? = nil, user: User? = nil, description: String? = nil
    ) -> LogEvent {
        var event = LogEvent(type, date: now, ip: address, userAgent: userAgent, hostname: issuer.host)
        event.description = description
        event.clientID = client?.clientID
        event.clientName = client?.name
        event.userID = user?.userID
        event.userName = user?.email ?? user?.username
        event.connection = user?.connection
        if let sdk = sdkTelemetry.flatMap(SDKTelemetry.parse) { event.details["auth0_client"] = .object(sdk) }
        return event
    }
}

extension LogEvent {
    /// The event with what was granted: API identifier and scopes.
    package func granting(_ access: GrantedAccess) -> LogEvent {
        var copy = self
        copy.userID = userID ?? access.userID
        copy.audience = access.audience
        copy.scope = access.scopes.isEmpty ? nil : access.scopes.description
        return copy
    }

    /// The event with one type-specific member (management contract 13.1).
    package func with(detail name: String, _ value: JSONValue) -> LogEvent {
        var copy = self
        copy.details[name] = value
        return copy
    }
}

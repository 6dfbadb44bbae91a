package import OAuthProtocol
package import Storage

/// Claims that a tenant adds to tokens (contract 9.5). What breaks a rule is left out without an error.
package struct CustomClaims: Sendable {
    package enum Token: String, Sendable, CaseIterable { case idToken = "id_token", accessToken = "access_token" }

    private let mappings: [CustomClaim]

    package init(_ settings: TenantSettings) { mappings = settings.customClaims }

    /// Bytes of all custom claims of one token, as JSON.
    static let maximumBytes = 102_400

    /// Names that belong to the protocols (contract 9.5).
    static let reserved: Set<String> = [
        "acr", "act", "active", "amr", "at_hash", "ath", "attest", "aud", "auth_time", "authorization_details", "azp", "c_hash",
        "client_id", "cnf", "cty", "dest", "entitlements", "events", "exp", "groups", "gty", "htm", "htu", "iat",
        "internalService", "iss", "jcard", "jku", "jti", "jwe", "jwk", "kid", "may_act", "mky", "nbf", "nonce", "object_id",
        "org_id", "org_name", "orig", "origid", "permissions", "roles", "rph", "s_hash", "sid", "sub", "sub_jwk", "toe", "txn",
        "typ", "uuid", "vot", "vtm", "x5t#S256", "scope",
    ]
    private static let reservedPrefixes = ["sip_"]
    private static let refusedNamespaces = ["auth0.com", "webtask.io", "webtask.run"]

    /// The payload with the tenant's claims that have a value for the user, until the size is used up.
    package func adding(to payload: JSONObject, _ token: Token, _ user: User) -> JSONObject {
        guard !mappings.isEmpty else { return payload }
        var (result, size) = (payload, 0)
        for mapping in mappings where mapping.tokens.contains(token.rawValue) && Self.isAllowed(mapping.name) {
            guard result[mapping.name] == nil, let value = Self.value(at: mapping.source, of: user) else { continue }
            let bytes = mapping.name.utf8.count + JSONObject(dictionaryLiteral: ("v", value)).serialized.count
            guard size + bytes <= Self.maximumBytes else { continue }
            size += bytes
            result.append(mapping.name, value)
        }
        return result
    }

    /// Not reserved, and not in a namespace of Auth0's.
    package static func isAllowed(_ name: String) -> Bool {
        guard !name.isEmpty, !reserved.contains(name), !reservedPrefixes.contains(where: name.hasPrefix) else { return false }
        if name.hasPrefix("urn:auth0") { return false }
        guard let uri = RedirectURI(name), let host = uri.host else { return true }
        return !refusedNamespaces.contains { host == $0 || host.hasSuffix(".\($0)") }
    }

    /// `user_metadata.a.b` or `app_metadata.a`.
    private static func value(at path: String, of user: User) -> JSONValue? {
        let parts = path.split(separator: ".").map(String.init)
        let text: String? = switch parts.first {
        case "user_metadata": user.userMetadata
        case "app_metadata": user.appMetadata
        case .some, nil: nil
        }
        guard parts.count > 1, var value = text.flatMap({ try? JSONValue.parse(Array($0.utf8)) }) else { return nil }
        for part in parts.dropFirst() {
            guard let member = value.object?[part] else { return nil }
            value = member
        }
        return value == .null ? nil : value
    }
}

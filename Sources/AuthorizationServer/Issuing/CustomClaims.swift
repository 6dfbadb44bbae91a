package import OAuthProtocol
package import Storage

/// Claims that a tenant adds to tokens (contract 9.5). What breaks a rule is left out without an error.
package struct CustomClaims: Sendable {
    package enum Token: String, Sendable, CaseIterable { case idToken = "id_token", accessToken = "access_token" }

    /// What the token was granted, which decides on names that are not the tenant's own.
    package struct Grant: Sendable {
        var scopes: Scopes
        /// What the `claims` parameter asks for in this place.
        var requested: JSONObject = [:]
        /// The token is for an API of this server other than `/userinfo`.
        var isForOwnAPI = false

        package init(scopes: Scopes, requested: JSONObject = [:], isForOwnAPI: Bool = false) {
            (self.scopes, self.requested, self.isForOwnAPI) = (scopes, requested, isForOwnAPI)
        }

        /// Profile scopes rule over claims of those names also when the tenant sets them (contract 9.4), and tokens for APIs of
        /// this server take only names with a namespace (contract 9.5).
        fileprivate func admits(_ name: String) -> Bool {
            guard !isForOwnAPI || isNamespaced(name) else { return false }
            return UserClaims.releases(name, for: scopes, requested: requested)
        }
    }

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
        "typ", "uuid", "vot", "vtm", "x5t#S256", "scope", "claims",
    ]
    private static let reservedPrefixes = ["sip_"]
    private static let refusedNamespaces = ["auth0.com", "webtask.io", "webtask.run"]

    /// The payload with the tenant's claims that have a value for the user and that the grant admits, until the size is used up.
    package func adding(to payload: JSONObject, _ token: Token, of user: User, under grant: Grant) -> JSONObject {
        guard !mappings.isEmpty else { return payload }
        var (result, size) = (payload, 0)
        for mapping in mappings where mapping.tokens.contains(token.rawValue) && Self.isAllowed(mapping.name) {
            guard grant.admits(mapping.name) else { continue }
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

    private static func isNamespaced(_ name: String) -> Bool {
        let text = name.lowercased()
        return ["https://", "http://", "urn:"].contains(where: text.hasPrefix)
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

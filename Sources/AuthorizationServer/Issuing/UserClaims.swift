import Crypto
package import OAuthProtocol
package import Storage

/// The claims about a user that scopes release, for ID tokens and `/userinfo` (contract 9.4).
package enum UserClaims {
    /// The names of all claims that `claims` may give (discovery's `claims_supported` adds the protocol's).
    static let names = fields.map(\.name)

    /// The claims in Auth0's order; only those that have a value. `sub` is not among them. `requested` adds those that the
    /// `claims` parameter names (OIDC Core 5.5).
    package static func claims(
        of user: User, for scopes: Scopes, requested: JSONObject = [:], profile: WireProfile = .auth0
    ) -> JSONObject {
        var claims = JSONObject()
        for field in fields where field.scopes.contains(where: scopes.contains) || requested[field.name] != nil {
            if let value = field.value(user) { claims.append(field.name, spelled(value, of: field.name, user, profile)) }
        }
        return claims
    }

    /// For each claim that is asked for by name and that no scope in `granted` releases, the scope that does.
    static func scopes(releasing asked: RequestedClaims, beside granted: Scopes) -> Scopes {
        let withheld = fields.filter { field in
            let isAsked = asked.idToken[field.name] != nil || asked.userinfo[field.name] != nil
            return isAsked && !field.scopes.contains(where: granted.contains)
        }
        return Scopes(withheld.map { $0.scopes[0] })
    }

    /// Whether a claim of this name may be given, whoever sets it: one of OpenID Connect's or Auth0's own needs a scope of its, or
    /// to be asked for by name; others are not judged here.
    static func releases(_ name: String, for scopes: Scopes, requested: JSONObject) -> Bool {
        guard let field = fields.first(where: { $0.name.isExactly(name) }) else { return true }
        return field.scopes.contains(where: scopes.contains) || requested[name] != nil
    }

    /// `updated_at` is a number in OpenID Connect, a text with Auth0 (contract 24 row 20).
    private static func spelled(_ value: JSONValue, of name: String, _ user: User, _ profile: WireProfile) -> JSONValue {
        guard name == "updated_at", profile.rules.hasNumericUpdatedAt else { return value }
        return .integer(user.updatedAt.seconds)
    }

    private struct Field: Sendable {
        let name: String
        /// Any of these releases the claim; the first one is what a user knows it by. Never empty.
        let scopes: [String]
        let value: @Sendable (User) -> JSONValue?
    }

    private static func profile(
        _ name: String, or scope: String? = nil, _ text: @escaping @Sendable (User) -> String?
    ) -> Field {
        Field(name: name, scopes: ["profile"] + (scope.map { [$0] } ?? [])) { user in text(user).map(JSONValue.string) }
    }

    private static let fields: [Field] = [
        profile("given_name", or: "given_name") { $0.profile.givenName },
        profile("family_name", or: "family_name") { $0.profile.familyName },
        profile("middle_name") { $0.profile.middleName },
        profile("nickname", or: "nickname", nickname),
        profile("preferred_username") { $0.profile.preferredUsername ?? $0.username },
        profile("name", or: "name", name),
        profile("picture", or: "picture", Avatar.url),
        profile("profile") { $0.profile.profilePage },
        profile("website") { $0.profile.website },
        profile("gender") { $0.profile.gender },
        profile("birthdate") { $0.profile.birthdate },
        profile("zoneinfo") { $0.profile.zoneinfo },
        profile("locale") { $0.profile.locale },
        profile("updated_at") { $0.updatedAt.iso8601 },
        Field(name: "email", scopes: ["email"]) { user in user.email.map(JSONValue.string) },
        Field(name: "email_verified", scopes: ["email", "email_verified"]) { user in
            user.email.map { _ in .bool(user.emailVerified) }
        },
        Field(name: "phone_number", scopes: ["phone"]) { user in user.profile.phoneNumber.map(JSONValue.string) },
        Field(name: "phone_number_verified", scopes: ["phone"]) { user in
            user.profile.phoneNumber.map { _ in .bool(user.profile.phoneNumberVerified ?? false) }
        },
        Field(name: "address", scopes: ["address"], value: address),
        Field(name: "created_at", scopes: ["created_at"]) { user in .string(user.createdAt.iso8601) },
        Field(name: "identities", scopes: ["identities"], value: identities),
    ]

    /// OIDC Core 5.1.1; absent without any part.
    @Sendable private static func address(_ user: User) -> JSONValue? {
        guard let address = user.profile.address else { return nil }
        let parts = [
            ("formatted", address.formatted), ("street_address", address.streetAddress), ("locality", address.locality),
            ("region", address.region), ("postal_code", address.postalCode), ("country", address.country),
        ]
        var claim = JSONObject()
        for (name, part) in parts {
            if let part { claim.append(name, .string(part)) }
        }
        return claim.members.isEmpty ? nil : .object(claim)
    }

    @Sendable private static func name(_ user: User) -> String? { user.profile.name ?? user.email ?? user.username }

    @Sendable private static func nickname(_ user: User) -> String? {
        user.profile.nickname ?? user.email.map(localPart) ?? user.username
    }

    private static func localPart(_ email: String) -> String {
        guard let at = email.utf8.lastIndex(of: UInt8(ascii: "@")) else { return email }
        return String(email[..<at])
    }

    @Sendable private static func identities(_ user: User) -> JSONValue? {
        let parts = user.userID.utf8.split(separator: UInt8(ascii: "|"), maxSplits: 1).map { String(Substring($0)) }
        guard parts.count == 2 else { return nil }
        let identity: JSONObject = [
            "provider": .string(parts[0]), "user_id": .string(parts[1]), "connection": .string(user.connection),
            "isSocial": false,
        ]
        return .array([.object(identity)])
    }
}

/// The picture of a user who set none: Gravatar, which falls back to initials (contract 9.4).
private enum Avatar {
    @Sendable static func url(_ user: User) -> String? {
        if let picture = user.profile.picture { return picture }
        guard let email = user.email else { return nil }
        let folded = email.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        return "https://s.gravatar.com/avatar/\(md5(folded))?s=480&r=pg&d=initials&initials=\(initials(folded))"
    }

    /// Gravatar's name for an address; protects nothing.
    private static func md5(_ bytes: [UInt8]) -> String {
        Insecure.MD5.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }

    /// The first two letters or digits of the address.
    private static func initials(_ folded: [UInt8]) -> String {
        let letters = folded.filter { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        return String(decoding: letters.prefix(2), as: UTF8.self)
    }
}

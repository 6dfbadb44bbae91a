/// An ordered set of scope tokens (RFC 6749 section 3.3). Equality ignores order; `description` keeps it.
///
/// Tokens are ASCII by grammar, so `String` comparison is byte comparison here.
package struct Scopes: Sendable, Codable, ExpressibleByArrayLiteral, CustomStringConvertible {
    package private(set) var values: [String]

    package init(_ values: some Sequence<String> = []) {
        var seen = Set<String>()
        self.values = values.filter { seen.insert($0).inserted }
    }

    package init(arrayLiteral elements: String...) { self.init(elements) }

    /// Parses a space-separated list. `nil` when a token has a character outside
    /// `%x21 / %x23-5B / %x5D-7E`; repeated and leading spaces are tolerated, as Auth0 does.
    package init?(parsing text: String) {
        for byte in text.utf8 where byte < 0x20 || byte == 0x22 || byte == 0x5C || byte > 0x7E { return nil }
        self.init(text.utf8.split(separator: 0x20).compactMap { String($0) })
    }

    package var isEmpty: Bool { values.isEmpty }
    package var description: String { values.joined(separator: " ") }
    package func contains(_ scope: String) -> Bool { values.contains(scope) }
    package func isSubset(of other: Scopes) -> Bool { values.allSatisfy(other.contains) }
    package func intersection(_ other: Scopes) -> Scopes { Scopes(values.filter(other.contains)) }
    package func subtracting(_ other: Scopes) -> Scopes { Scopes(values.filter { !other.contains($0) }) }
    package func union(_ other: Scopes) -> Scopes { Scopes(values + other.values) }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([String].self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}

extension Scopes: Equatable {
    package static func == (left: Scopes, right: Scopes) -> Bool {
        left.values.count == right.values.count && left.isSubset(of: right)
    }
}

extension Scopes {
    /// Scopes that belong to OpenID Connect rather than to an API (OIDC Core 5.4, 11).
    package static let openIDConnect: Scopes = ["openid", "profile", "email", "address", "phone", "offline_access"]
    package static let offlineAccess = "offline_access"
    package static let onlineAccess = "online_access"
    package static let openid = "openid"
}

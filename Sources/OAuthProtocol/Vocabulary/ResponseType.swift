/// What `/authorize` is asked to answer with: any of the seven combinations of
/// `code`, `token` and `id_token` (OIDC Core 3, OAuth 2.0 Multiple Response Types).
package struct ResponseType: OptionSet, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let code = ResponseType(rawValue: 1)
    package static let token = ResponseType(rawValue: 2)
    package static let idToken = ResponseType(rawValue: 4)

    private static let names: [(ResponseType, String)] = [(.code, "code"), (.token, "token"), (.idToken, "id_token")]

    /// Parses a space-separated list in any order. `nil` for unknown, repeated or no members.
    package init?(parsing text: String) {
        var result: ResponseType = []
        for part in text.split(separator: " ") {
            guard let member = Self.names.first(where: { $0.1 == part })?.0, !result.contains(member) else { return nil }
            result.insert(member)
        }
        guard !result.isEmpty else { return nil }
        self = result
    }

    package var description: String { Self.names.filter { contains($0.0) }.map(\.1).joined(separator: " ") }
    /// As the registry of OAuth 2.0 Multiple Response Types spells it, `id_token` before `token`; Auth0 has them the other way.
    package var registeredName: String {
        [(ResponseType.code, "code"), (.idToken, "id_token"), (.token, "token")].filter { contains($0.0) }.map(\.1)
            .joined(separator: " ")
    }
    /// True when the browser itself receives a token, which makes `query` an unsafe response mode.
    package var issuesInFrontChannel: Bool { contains(.token) || contains(.idToken) }
    /// What a client's `grant_types` must have for it: codes `authorization_code`, tokens in the browser `implicit`, hybrids both
    /// (contract 4.1; OIDC Registration 2).
    package var neededGrants: [GrantType] {
        (contains(.code) ? [.authorizationCode] : []) + (issuesInFrontChannel ? [.implicit] : [])
    }
    /// All seven combinations in the order in which discovery lists them (contract 3.1).
    package static let all: [ResponseType] = [
        [.code], [.token], [.idToken], [.code, .token], [.code, .idToken], [.token, .idToken], [.code, .token, .idToken],
    ]
}

/// How the answer of `/authorize` travels back to the client (contract 4.1, 4.4).
package enum ResponseMode: String, Sendable, CaseIterable {
    case query, fragment
    case formPost = "form_post"
    case webMessage = "web_message"
    /// JARM: one signed parameter `response`, in the mode that the response type would use.
    case jwt
    case queryJWT = "query.jwt"
    case fragmentJWT = "fragment.jwt"
    case formPostJWT = "form_post.jwt"

    /// The response is one signed parameter (JARM 2).
    package var isSigned: Bool {
        switch self {
        case .jwt, .queryJWT, .fragmentJWT, .formPostJWT: true
        case .query, .fragment, .formPost, .webMessage: false
        }
    }
}

/// A member of the `prompt` list (OIDC Core 3.1.2.1, contract 4.5).
package enum Prompt: String, Sendable, CaseIterable {
    case none, login, consent
    case selectAccount = "select_account"
}

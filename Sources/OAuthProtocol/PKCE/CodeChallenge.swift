import Crypto

/// The challenge of an authorization request, to be answered by the code verifier of the token request (RFC 7636).
package struct CodeChallenge: Sendable, Equatable {
    /// How the verifier becomes the challenge (RFC 7636 section 4.2).
    package enum Method: String, Sendable, Codable, CaseIterable {
        case s256 = "S256"
        case plain
    }

    package let value: String
    package let method: Method

    /// Throws `invalidRequest` unless `value` has 43 to 128 unreserved characters.
    package init(value: String, method: Method) throws(OAuthError) {
        guard Self.isWellFormed(value) else { throw OAuthError(.invalidRequest, WireText.malformedCodeChallenge) }
        self.value = value
        self.method = method
    }

    /// True when `verifier` is what the challenge was made from (RFC 7636 section 4.6). Compares in constant time;
    /// false when the verifier breaks its own grammar (section 4.1).
    package func matches(verifier: String) -> Bool {
        guard Self.isWellFormed(verifier) else { return false }
        let expected =
            switch method {
            case .s256: Self.s256(of: verifier)
            case .plain: verifier
            }
        // Digests compare in constant time, strings do not.
        return Self.digest(expected) == Self.digest(value)
    }

    /// `BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))`.
    package static func s256(of verifier: String) -> String { Base64URL.encode(digest(verifier)) }

    private static func digest(_ text: String) -> SHA256.Digest { SHA256.hash(data: Array(text.utf8)) }

    private static func isWellFormed(_ text: String) -> Bool {
        (43...128).contains(text.utf8.count) && text.utf8.allSatisfy(ASCII.isUnreserved)
    }
}

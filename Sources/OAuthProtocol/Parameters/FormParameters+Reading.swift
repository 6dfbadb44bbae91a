extension FormParameters {
    package func contains(_ name: String) -> Bool { entries.contains { $0.name.isExactly(name) } }

    /// Every value of a name, in order.
    package func values(_ name: String) -> [Value] { entries.filter { $0.name.isExactly(name) }.map(\.value) }

    /// The one value of a parameter; `nil` when it is absent or empty (RFC 6749 section 3.1). Throws `invalidRequest` when
    /// it is repeated, is not a string, has control characters or is longer than `maximumBytes`.
    package func optional(_ name: String, maximumBytes: Int = 4096) throws(OAuthError) -> String? {
        guard let value = try single(name) else { return nil }
        switch value {
        case .json: throw OAuthError(.invalidRequest, WireText.parameterNotAString(name))
        case .text(let text):
            guard text.utf8.count <= maximumBytes else {
                throw OAuthError(.invalidRequest, WireText.parameterTooLong(name))
            }
            guard !text.utf8.contains(where: ASCII.isControl) else {
                throw OAuthError(.invalidRequest, WireText.malformedParameter(name))
            }
            return text.isEmpty ? nil : text
        }
    }

    /// As `optional(_:maximumBytes:)`, but throws `invalidRequest` when the parameter is absent or empty.
    package func required(_ name: String, maximumBytes: Int = 4096) throws(OAuthError) -> String {
        guard let text = try optional(name, maximumBytes: maximumBytes) else {
            throw OAuthError(.invalidRequest, WireText.missingParameter(name))
        }
        return text
    }

    /// A password: as `optional(_:maximumBytes:)`, but any character counts, a tab as well. A NUL, which no hash function of ours
    /// takes, is refused as malformed.
    package func password(_ name: String) throws(OAuthError) -> SecretString? {
        guard case .text(let text)? = try single(name) else {
            guard try single(name) == nil else { throw OAuthError(.invalidRequest, WireText.parameterNotAString(name)) }
            return nil
        }
        guard text.utf8.count <= 4096 else { throw OAuthError(.invalidRequest, WireText.parameterTooLong(name)) }
        guard !text.utf8.contains(0) else { throw OAuthError(.invalidRequest, WireText.malformedParameter(name)) }
        return text.isEmpty ? nil : SecretString(text)
    }

    /// As `password(_:)`, but throws `invalidRequest` when it is absent or empty.
    package func requiredPassword(_ name: String) throws(OAuthError) -> SecretString {
        guard let password = try password(name) else {
            throw OAuthError(.invalidRequest, WireText.missingParameter(name))
        }
        return password
    }

    /// A parameter that is an object: a JSON member, or text that parses as a JSON object. `nil` when absent or empty
    /// text. Throws `invalidRequest` when it is repeated or is anything else.
    package func object(_ name: String) throws(OAuthError) -> JSONObject? {
        switch try single(name) {
        case nil, .text(""): return nil
        case .json(.object(let object)): return object
        case .json: throw OAuthError(.invalidRequest, WireText.malformedParameter(name))
        case .text(let text):
            guard let object = (try? JSONValue.parse(Array(text.utf8)))?.object else {
                throw OAuthError(.invalidRequest, WireText.malformedParameter(name))
            }
            return object
        }
    }

    /// The names that are not among `allowed`, for an answer: they are the sender's own text, so only plain ones are repeated, and
    /// not many. `nil` when there are none.
    package func names(beyond allowed: [String]) -> [String]? {
        let foreign = entries.map(\.name).filter { name in !allowed.contains(where: name.isExactly) }
        guard !foreign.isEmpty else { return nil }
        let plain = foreign.filter { $0.utf8.count <= 64 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
        return Array(plain.prefix(8))
    }

    private func single(_ name: String) throws(OAuthError) -> Value? {
        var found: Value?
        for entry in entries where entry.name.isExactly(name) {
            guard found == nil else { throw OAuthError(.invalidRequest, WireText.repeatedParameter(name)) }
            found = entry.value
        }
        return found
    }
}

/// The parameters of one request in the order in which they came, whether from a query, a form or a JSON body.
///
/// Repeats are kept, so that a reader can refuse what RFC 6749 section 3.1 forbids; nothing is trimmed or repaired.
package struct FormParameters: Sendable {
    /// A parameter's value. Only JSON bodies have values that are not text.
    package enum Value: Sendable, Hashable {
        case text(String)
        case json(JSONValue)
    }

    /// What a request may cost before anything is known about its sender.
    package struct Limits: Sendable {
        package var maximumBytes = 65_536
        package var maximumParameters = 200

        package init(maximumBytes: Int = 65_536, maximumParameters: Int = 200) {
            self.maximumBytes = maximumBytes
            self.maximumParameters = maximumParameters
        }

        package static let standard = Limits()
    }

    package private(set) var entries: [(name: String, value: Value)]

    package init() { entries = [] }

    package init(_ pairs: [(String, String)]) { entries = pairs.map { ($0, .text($1)) } }

    /// Parses `application/x-www-form-urlencoded` text, which is what a query is too. Throws `invalidRequest` for a broken
    /// escape, invalid UTF-8, a NUL, or more bytes or parameters than `limits` allow.
    package init(query: String, limits: Limits = .standard) throws(OAuthError) {
        try self.init(formBody: Array(query.utf8), limits: limits)
    }

    /// As `init(query:limits:)`, from the bytes of a body.
    package init(formBody: [UInt8], limits: Limits = .standard) throws(OAuthError) {
        guard formBody.count <= limits.maximumBytes else { throw OAuthError(.invalidRequest, WireText.requestTooLarge) }
        entries = []
        for pair in formBody.split(separator: UInt8(ascii: "&")) {
            let separator = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decodeForm(pair[..<separator]),
                let value = PercentEncoding.decodeForm(pair[separator...].dropFirst())
            else { throw OAuthError(.invalidRequest, WireText.malformedForm) }
            entries.append((name, .text(value)))
            try checkCount(limits)
        }
    }

    /// Parses a JSON body whose top level is an object (contract 1.1). A `null` member counts as absent; a repeated one
    /// stays repeated. Throws `invalidRequest` for anything else, and beyond `limits`.
    package init(jsonBody: [UInt8], limits: Limits = .standard) throws(OAuthError) {
        let members: [JSONObject.Member]
        do {
            members = try JSONValue.parseMembers(jsonBody, limits: JSONLimits(maximumBytes: limits.maximumBytes))
        } catch .tooLarge {
            throw OAuthError(.invalidRequest, WireText.requestTooLarge)
        } catch {
            throw OAuthError(.invalidRequest, WireText.malformedJSON, cause: error)
        }
        entries = []
        for member in members {
            switch member.value {
            case .null: continue
            case .string(let text): entries.append((member.name, .text(text)))
            case .bool, .integer, .number, .array, .object: entries.append((member.name, .json(member.value)))
            }
        }
        try checkCount(limits)
    }

    private func checkCount(_ limits: Limits) throws(OAuthError) {
        guard entries.count <= limits.maximumParameters else {
            throw OAuthError(.invalidRequest, WireText.tooManyParameters)
        }
    }

    /// The parameters but those of these names.
    package func without(_ names: [String]) -> FormParameters {
        var rest = self
        rest.entries.removeAll { entry in names.contains(where: entry.name.isExactly) }
        return rest
    }

    package mutating func append(_ name: String, _ text: String) { entries.append((name, .text(text))) }

    /// The text entries in form encoding, in order. JSON values are left out.
    package var formEncoded: String {
        PercentEncoding.encodePairs(
            entries.compactMap { entry in
                switch entry.value {
                case .text(let text): (entry.name, text)
                case .json: nil
                }
            })
    }
}

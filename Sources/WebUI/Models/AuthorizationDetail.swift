/// One object of `authorization_details` (RFC 9396 section 2), shown with every member that it has.
package struct AuthorizationDetail: Sendable {
    package struct Member: Sendable {
        package var name: String
        package var value: Value
        package init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
    }

    package indirect enum Value: Sendable {
        case text(String)
        case list([Value])
        case members([Member])
    }

    /// The heading.
    package var type: String
    /// All but `type`, in order.
    package var members: [Member]

    package init(type: String, members: [Member]) { (self.type, self.members) = (type, members) }
}

extension PageFields {
    /// The objects as nested lists. What is too deep, too much or too long is left out, and the page says so.
    init(details: [AuthorizationDetail]) {
        var outline = DetailOutline()
        let shown = details.map { outline.fields(of: $0) }
        self = [
            "hasDetails": .flag(!details.isEmpty), "details": .list(shown.compactMap(\.self)),
            "detailsAreCut": .flag(outline.isCut),
        ]
    }
}

/// Turns details into the fields of a nested list, within bounds, so that a page stays readable and small.
///
/// Mustache looks up a name that an item lacks in the items around it. Therefore each item has every name.
private struct DetailOutline {
    private static let (maximumLines, maximumDepth, maximumScalars) = (400, 8, 1_000)

    private(set) var isCut = false
    private var remainingLines = maximumLines

    mutating func fields(of detail: AuthorizationDetail) -> PageFields? {
        guard takeLine() else { return nil }
        let items = lines(of: .members(detail.members), depth: 1)
        return [
            "detailType": shown(detail.type), "hasMembers": .flag(!items.isEmpty), "members": .list(items),
        ]
    }

    private mutating func lines(of value: AuthorizationDetail.Value, depth: Int) -> [PageFields] {
        switch value {
        case .text: []
        case .list(let values): lines(of: values.map { (nil, $0) }, depth: depth)
        case .members(let members): lines(of: members.map { ($0.name, $0.value) }, depth: depth)
        }
    }

    private mutating func lines(of entries: [(String?, AuthorizationDetail.Value)], depth: Int) -> [PageFields] {
        guard entries.isEmpty || depth <= Self.maximumDepth else {
            isCut = true
            return []
        }
        var lines: [PageFields] = []
        for (name, value) in entries {
            guard takeLine() else { break }
            lines.append(line(name, value, depth: depth))
        }
        return lines
    }

    private mutating func line(_ name: String?, _ value: AuthorizationDetail.Value, depth: Int) -> PageFields {
        let inner = lines(of: value, depth: depth + 1)
        return [
            "memberName": name.map { shown($0) } ?? .flag(false),
            "memberText": text(of: value),
            "hasMembers": .flag(!inner.isEmpty), "members": .list(inner),
        ]
    }

    private mutating func text(of value: AuthorizationDetail.Value) -> PageFields.Value {
        switch value {
        case .text(let text): shown(text)
        case .list(let values): values.isEmpty ? .text("(none)") : .flag(false)
        case .members(let members): members.isEmpty ? .text("(none)") : .flag(false)
        }
    }

    private mutating func shown(_ text: String) -> PageFields.Value {
        guard !text.isEmpty else { return .text("(empty)") }
        // By scalar: one Character may be of any length.
        guard text.unicodeScalars.count > Self.maximumScalars else { return .text(text) }
        isCut = true
        return .text(String(text.unicodeScalars.prefix(Self.maximumScalars)) + "…")
    }

    private mutating func takeLine() -> Bool {
        guard remainingLines > 0 else {
            isCut = true
            return false
        }
        remainingLines -= 1
        return true
    }
}

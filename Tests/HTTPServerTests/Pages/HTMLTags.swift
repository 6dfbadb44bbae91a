/// The tags of an HTML document as a browser's tokenizer sees them, code point by code point (HTML section 13.2.5).
///
/// Knows what our pages use: quoted attributes, attributes without value, raw text in `script`.
struct HTMLTags {
    struct Tag: Equatable {
        var name: String
        var attributes: [(name: String, value: String)] = []

        subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }
        /// The name and the names of the attributes: what must not depend on what a user typed.
        var shape: String { ([name] + attributes.map(\.name)).joined(separator: " ") }

        static func == (one: Tag, other: Tag) -> Bool { one.shape == other.shape }
    }

    private(set) var tags: [Tag] = []
    /// Character data between tags, scripts excluded.
    private(set) var text = ""
    private var rest: ArraySlice<Unicode.Scalar>

    init(_ html: String) {
        rest = Array(html.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "<", let next = rest.first, next.properties.isAlphabetic || next == "/" || next == "!" {
                readTag()
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    func all(_ name: String) -> [Tag] { tags.filter { $0.name == name } }

    private mutating func readTag() {
        var tag = Tag(name: read { !Self.endsName($0) })
        while let next = rest.first, next != ">" {
            if Self.isSpace(next) {
                rest.removeFirst()
            } else {
                tag.attributes.append(readAttribute())
            }
        }
        rest = rest.dropFirst()
        tags.append(tag)
        if tag.name == "script" { skipRawText() }
    }

    private mutating func readAttribute() -> (name: String, value: String) {
        let first = rest.removeFirst()
        let name = String(first) + read { $0 != "=" && !Self.endsName($0) }
        guard rest.first == "=" else { return (name, "") }
        rest.removeFirst()
        guard rest.first == "\"" else { return (name + " (unquoted)", read { !Self.isSpace($0) && $0 != ">" }) }
        rest.removeFirst()
        let value = read { $0 != "\"" }
        rest = rest.dropFirst()
        return (name, value)
    }

    private mutating func skipRawText() {
        let end = Array("</script".unicodeScalars)
        while !rest.isEmpty, !rest.prefix(end.count).map({ Character($0).lowercased() }).elementsEqual(end.map { String($0) }) {
            rest.removeFirst()
        }
    }

    private mutating func read(while condition: (Unicode.Scalar) -> Bool) -> String {
        let found = rest.prefix(while: condition)
        rest = rest.dropFirst(found.count)
        return String(String.UnicodeScalarView(found))
    }

    private static func endsName(_ scalar: Unicode.Scalar) -> Bool { isSpace(scalar) || scalar == ">" }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" || scalar == "\u{C}"
    }
}

import OAuthProtocol

/// An HTML page as a browser without JavaScript sees it: text, links and forms.
package struct TestPage: Sendable {
    package let status: Int
    /// Path and query.
    package let path: String
    package let html: String
    package let headers: WireAnswer

    package struct Form: Sendable {
        package let action: String
        package let method: String
        /// What the page itself gives: hidden fields, and prefilled ones.
        package let fields: [(name: String, value: String)]
        /// Names and values of the submit buttons that have a name.
        package let buttons: [(name: String, value: String)]
    }

    package var forms: [Form] { HTMLForms(html).forms }
}

extension WireAnswer {
    /// The forms of the page in the body.
    package var forms: [TestPage.Form] { HTMLForms(text).forms }
}

/// Finds forms in our own, well-formed pages.
struct HTMLForms {
    private struct Tag {
        var name: String
        var attributes: [String: String]
    }

    private let tags: [Tag]

    init(_ html: String) { tags = Self.scan(html) }

    var forms: [TestPage.Form] {
        var forms: [TestPage.Form] = []
        var open: (tag: Tag, fields: [(String, String)], buttons: [(String, String)])?
        for tag in tags {
            switch tag.name {
            case "form": open = (tag, [], [])
            case "/form":
                if let form = open { forms.append(Self.form(form.tag, form.fields, form.buttons)) }
                open = nil
            case "input":
                if let name = tag.attributes["name"] { open?.fields.append((name, tag.attributes["value"] ?? "")) }
            case "button":
                if let name = tag.attributes["name"] { open?.buttons.append((name, tag.attributes["value"] ?? "")) }
            default: break
            }
        }
        return forms
    }

    private static func form(_ tag: Tag, _ fields: [(String, String)], _ buttons: [(String, String)]) -> TestPage.Form {
        TestPage.Form(
            action: tag.attributes["action"] ?? "", method: (tag.attributes["method"] ?? "get").lowercased(),
            fields: fields.map { (name: $0.0, value: $0.1) }, buttons: buttons.map { (name: $0.0, value: $0.1) })
    }

    private static func scan(_ html: String) -> [Tag] {
        var tags: [Tag] = []
        var rest = html[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: ">") else { break }
            tags.append(tag(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return tags
    }

    private static func tag(_ text: Substring) -> Tag {
        let name = text.prefix { !$0.isWhitespace }.lowercased()
        var attributes: [String: String] = [:]
        var rest = text.dropFirst(name.count).drop { $0.isWhitespace }
        while !rest.isEmpty {
            let key = rest.prefix { !$0.isWhitespace && $0 != "=" }
            rest = rest.dropFirst(max(key.count, 1))
            var value = ""
            if rest.first == "=" { (value, rest) = self.value(rest.dropFirst()) }
            attributes[key.lowercased()] = value
            rest = rest.drop { $0.isWhitespace }
        }
        return Tag(name: name, attributes: attributes)
    }

    private static func value(_ text: Substring) -> (String, Substring) {
        guard text.first == "\"" else {
            let bare = text.prefix { !$0.isWhitespace }
            return (unescape(bare), text.dropFirst(bare.count))
        }
        let quoted = text.dropFirst().prefix { $0 != "\"" }
        return (unescape(quoted), text.dropFirst(quoted.count + 2))
    }

    static func unescape(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            result += rest[..<ampersand]
            guard let end = rest[ampersand...].firstIndex(of: ";"), let scalar = entity(rest[rest.index(after: ampersand)..<end])
            else {
                result += "&"
                rest = rest[rest.index(after: ampersand)...]
                continue
            }
            result.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") || name.hasPrefix("#X") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}

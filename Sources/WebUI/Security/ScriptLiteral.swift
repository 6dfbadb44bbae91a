/// Text that is safe inside a `<script>` element, where HTML escaping does not apply.
enum ScriptLiteral {
    /// `json` unchanged in meaning, but with no character that HTML or an old script engine reads as an end: `<`, `>`, `&`
    /// and the line separators become `\u` escapes. In JSON they occur only inside strings, so the escapes are equal.
    static func embedded(json: String) -> String {
        var text = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<", ">", "&", "\u{2028}", "\u{2029}": text += escape(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// `text` as a string literal of JavaScript.
    static func string(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\", "'", "`", "\u{0}"..."\u{1F}", "\u{7F}": literal += escape(scalar)
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return embedded(json: literal + "\"")
    }

    /// Only for scalars of the basic plane.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}

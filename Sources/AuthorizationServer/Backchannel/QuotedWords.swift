import OAuthProtocol

/// Words that a client chose, in a message of ours to a user: on one line, and without anything that a mail program would make a
/// link of, because our message lends them our name.
struct QuotedWords: CustomStringConvertible {
    let description: String

    private static let maximumLength = 256

    init(_ text: String) {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar = " "
        for scalar in text.unicodeScalars.prefix(Self.maximumLength) {
            let shown = Self.isShown(scalar) ? scalar : " "
            if Self.makesAddress(last, shown) { result.append(" ") }
            result.append(shown)
            last = shown
        }
        description = String(result)
    }

    /// A dot before a letter makes a host name, a colon before a slash a scheme.
    private static func makesAddress(_ one: Unicode.Scalar, _ next: Unicode.Scalar) -> Bool {
        (one == "." && next.properties.isAlphabetic) || (one == ":" && next == "/") || (one == "@" && next != " ")
    }

    /// What a line shows as it was written: nothing that breaks, hides or reorders it.
    static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        // Joiners belong to the spelling of Persian and of many pictures.
        if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

import Mustache

/// Escapes text for HTML content and for quoted attribute values, byte by byte.
///
/// swift-mustache 2.1.1 escapes `Character` by `Character`: a quote or an angle bracket followed by a combining mark is one
/// `Character` that it does not know and lets through, yet a browser sees the bare quote. Hence this content type, which
/// `EmbeddedTemplates` puts before every template.
struct HTMLEscaping: MustacheContentType {
    /// The name in the pragma of the templates.
    static let name = "ESCAPED_HTML"

    func escapeText(_ text: String) -> String {
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.utf8.count + 16)
        for byte in text.utf8 {
            if let replacement = Self.replacement(for: byte) {
                escaped.append(contentsOf: replacement.utf8)
            } else {
                escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func replacement(for byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        case UInt8(ascii: "`"): "&#96;"
        // A line break in an attribute must survive, and HTML forbids the other control characters.
        case 0x09, 0x0A, 0x0D: nil
        case 0..<0x20, 0x7F: "\u{FFFD}"
        default: nil
        }
    }
}

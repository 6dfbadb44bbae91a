/// Text that must never reach a log, an error or a page by accident: it prints as `<redacted>`.
package struct SecretString: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself. Name it at the one place that needs it.
    package let revealed: String
    package init(_ revealed: String) { self.revealed = revealed }
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    package static func == (left: SecretString, right: SecretString) -> Bool {
        left.revealed.utf8.elementsEqual(right.revealed.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in revealed.utf8 { hasher.combine(byte) }
    }
}

/// Bytes that must never reach a log: they print as `<redacted>`.
package struct SecretBytes: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let revealed: [UInt8]
    package init(_ revealed: [UInt8]) { self.revealed = revealed }
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension String {
    /// Byte comparison. `==` on `String` compares canonical equivalence, which redirect URIs, client ids, audiences and
    /// issuers must not (RFC 3986 section 6.2.1).
    package func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// A dictionary key compared by bytes.
package struct ExactString: Hashable, Sendable {
    package let value: String
    package init(_ value: String) { self.value = value }
    package static func == (left: ExactString, right: ExactString) -> Bool { left.value.isExactly(right.value) }
    package func hash(into hasher: inout Hasher) {
        var copy = value
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

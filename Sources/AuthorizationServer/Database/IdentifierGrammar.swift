/// What may be an e-mail address here: sane rather than RFC 5322. Whether it exists, a mail will tell.
package enum EmailAddress {
    /// One `@` after a local part of 1 to 64 bytes and before a domain of dot-separated labels; 254 bytes at most; no
    /// spaces, control characters, quotes, angle brackets, commas, colons, semicolons, backslashes or parentheses, which
    /// could change the meaning of a mail header.
    package static func isPlausible(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].count) else { return false }
        guard parts[0].allSatisfy(isLocalByte), parts[0].first != 0x2E, parts[0].last != 0x2E else { return false }
        let labels = parts[1].split(separator: 0x2E, omittingEmptySubsequences: false)
        return labels.allSatisfy {
            (1...63).contains($0.count) && $0.allSatisfy(isDomainByte) && $0.first != 0x2D && $0.last != 0x2D
        }
    }

    private static func isLocalByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !Array("\"(),:;<>[\\]".utf8).contains(byte)
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            0x2D:
            true
        default: byte >= 0x80
        }
    }
}

/// What may be a user name: 1 to 128 bytes without spaces and control characters, and never like an address, because
/// both are looked up by the same field of the login page.
package enum Username {
    package static func isPlausible(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "@") }
    }
}

/// A telephone number in E.164 with its plus sign (contract 20.1): where a text message can be sent to.
package enum PhoneNumber {
    /// `+` and 1 to 15 digits.
    package static func isPlausible(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "+") && (1...15).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}

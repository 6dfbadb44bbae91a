import OAuthProtocol

/// The four kinds of characters that policies count (contract 13.3). All are ASCII: another letter is of no kind.
enum CharacterKind: String, CaseIterable {
    case lowerCase, upperCase, numbers, specialCharacters

    var message: String {
        switch self {
        case .lowerCase: "lower case letters (a-z)"
        case .upperCase: "upper case letters (A-Z)"
        case .numbers: "numbers (i.e. 0-9)"
        case .specialCharacters: "special characters (e.g. !@#$%^&*)"
        }
    }

    func occurs(in password: String) -> Bool { password.utf8.contains(where: contains) }

    private func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .lowerCase: (0x61...0x7A).contains(byte)
        case .upperCase: (0x41...0x5A).contains(byte)
        case .numbers: (0x30...0x39).contains(byte)
        case .specialCharacters:
            (0x20...0x2F).contains(byte) || (0x3A...0x40).contains(byte) || (0x5B...0x60).contains(byte)
                || (0x7B...0x7E).contains(byte)
        }
    }
}

/// One rule of a policy, with its wire form.
enum PasswordRule {
    case length(atLeast: Int)
    /// In bytes, as the limit is about our work.
    case size(atMost: Int)
    case all([CharacterKind])
    case some(Int, of: [CharacterKind])
    case identical(atMost: Int)

    /// How a password does by one rule: an element of `description.rules`.
    struct Finding {
        var isVerified: Bool
        var json: JSONObject
    }

    func finding(for password: String) -> Finding {
        let isVerified = isKept(by: password)
        var json: JSONObject = ["code": .string(code), "message": .string(message)]
        if let format { json["format"] = .array(format) }
        json["verified"] = .bool(isVerified)
        if let kinds { json["items"] = .array(kinds.map { Self.item($0, password) }) }
        return Finding(isVerified: isVerified, json: json)
    }

    /// The lines of the `policy` member: the rule, then its items one step further in.
    var lines: [String] {
        var values = (format ?? []).map { $0.string ?? $0.integer.map { String($0) } ?? "" }[...]
        var text = ""
        var rest = message[...]
        while let percent = rest.firstIndex(of: "%"), let value = values.popFirst() {
            text += rest[..<percent] + value
            rest = rest[percent...].dropFirst(2)
        }
        return ["* " + text + rest] + (kinds ?? []).map { " * " + $0.message }
    }

    private func isKept(by password: String) -> Bool {
        switch self {
        case .length(atLeast: let count): password.unicodeScalars.count >= count
        case .size(atMost: let count): password.utf8.count <= count
        case .all(let kinds): kinds.allSatisfy { $0.occurs(in: password) }
        case .some(let count, let kinds): kinds.count { $0.occurs(in: password) } >= count
        case .identical(atMost: let count): Self.longestRun(in: password) <= count
        }
    }

    private var code: String {
        switch self {
        case .length(atLeast: 1): "nonEmpty"
        case .length(atLeast: _): "lengthAtLeast"
        case .size(atMost: _): "lengthAtMost"
        case .all: "shouldContain"
        case .some: "containsAtLeast"
        case .identical: "identicalChars"
        }
    }

    /// With `%d` and `%s` where `format` goes: SDKs match their number against it.
    private var message: String {
        switch self {
        case .length(atLeast: 1): "Non-empty password required"
        case .length(atLeast: _): "At least %d characters in length"
        case .size(atMost: _): "At most %d bytes in length"
        case .all: "Should contain:"
        case .some: "Contain at least %d of the following %d types of characters:"
        case .identical: "No more than %d identical characters in a row (e.g., \"%s\" not allowed)"
        }
    }

    private var format: [JSONValue]? {
        switch self {
        case .length(atLeast: 1), .all: nil
        case .length(atLeast: let count), .size(atMost: let count): [.integer(Int64(count))]
        case .some(let count, let kinds): [.integer(Int64(count)), .integer(Int64(kinds.count))]
        case .identical(atMost: let count): [.integer(Int64(count)), .string(String(repeating: "a", count: count + 1))]
        }
    }

    private var kinds: [CharacterKind]? {
        switch self {
        case .all(let kinds), .some(_, let kinds): kinds
        case .length, .size, .identical: nil
        }
    }

    private static func item(_ kind: CharacterKind, _ password: String) -> JSONValue {
        .object([
            "code": .string(kind.rawValue), "message": .string(kind.message), "verified": .bool(kind.occurs(in: password)),
        ])
    }

    private static func longestRun(in password: String) -> Int {
        var (longest, run) = (0, 0)
        var previous: Unicode.Scalar?
        for scalar in password.unicodeScalars {
            run = scalar == previous ? run + 1 : 1
            longest = max(longest, run)
            previous = scalar
        }
        return longest
    }
}

/// The cost of one Argon2id hash (RFC 9106). The default is OWASP's: 19 MiB, two passes, one lane.
package struct Argon2Parameters: Sendable, Equatable {
    /// In KiB.
    package var memory: UInt32 = 19_456
    package var passes: UInt32 = 2
    package var lanes: UInt32 = 1

    package init() {}
    package init(memory: UInt32, passes: UInt32, lanes: UInt32) {
        (self.memory, self.passes, self.lanes) = (memory, passes, lanes)
    }

    /// Beyond these a stored hash could stop the server; it is refused rather than checked.
    fileprivate static let ceiling = Argon2Parameters(memory: 262_144, passes: 16, lanes: 8)
}

/// What an encoded hash says of itself: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
struct EncodedArgon2 {
    enum Variant: String { case argon2i, argon2d, argon2id }

    let variant: Variant
    let version: UInt32
    let parameters: Argon2Parameters

    /// `nil` for anything else, and for costs above the ceiling.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, let variant = Variant(rawValue: String(parts[1])) else { return nil }
        let costs = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard costs.count == 3, let version = Self.number("v=", parts[2]), let memory = Self.number("m=", costs[0]),
            let passes = Self.number("t=", costs[1]), let lanes = Self.number("p=", costs[2])
        else { return nil }
        let ceiling = Argon2Parameters.ceiling
        guard memory <= ceiling.memory, passes <= ceiling.passes, lanes <= ceiling.lanes else { return nil }
        self.variant = variant
        self.version = version
        parameters = Argon2Parameters(memory: memory, passes: passes, lanes: lanes)
    }

    /// Whether a hash made today would be stronger, or of another kind.
    func isOutdated(beside current: Argon2Parameters) -> Bool {
        variant != .argon2id || version != 19 || parameters.memory < current.memory || parameters.passes < current.passes
    }

    private static func number(_ prefix: String, _ text: Substring) -> UInt32? {
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.dropFirst(prefix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt32(digits)
    }
}

package import OAuthProtocol
package import Storage

/// Auth0's five password policies with their wire texts (contract 13.3).
package struct PasswordPolicyCheck: Sendable {
    /// Longer passwords are refused: they cost time and add nothing.
    package static let maximumBytes = 256

    private let rules: [PasswordRule]

    package init(_ options: DatabaseOptions) {
        let length = { (standard: Int) in PasswordRule.length(atLeast: options.minimumPasswordLength ?? standard) }
        rules =
            switch options.passwordPolicy {
            case .none: [length(1)]
            case .low: [length(6)]
            case .fair: [length(8), .all([.lowerCase, .upperCase, .numbers])]
            case .good: [length(8), .some(3, of: CharacterKind.allCases)]
            case .excellent: [length(10), .some(3, of: CharacterKind.allCases), .identical(atMost: 2)]
            }
    }

    /// Throws a `DatabaseConnectionError` named `PasswordStrengthError` unless the password keeps every rule.
    package func require(_ password: SecretString) throws(DatabaseConnectionError) {
        if password.revealed.utf8.contains(0) { throw .unusablePassword }
        var applied = rules
        if password.revealed.utf8.count > Self.maximumBytes { applied.append(.size(atMost: Self.maximumBytes)) }
        let findings = applied.map { $0.finding(for: password.revealed) }
        guard findings.contains(where: { !$0.isVerified }) else { return }
        throw tooWeak(findings, applied)
    }

    /// The rules as the pages and the error's `policy` member show them, one `* …` line each.
    package var text: String { Self.text(of: rules) }

    private static func text(of rules: [PasswordRule]) -> String {
        rules.flatMap(\.lines).joined(separator: "\n")
    }

    private func tooWeak(_ findings: [PasswordRule.Finding], _ applied: [PasswordRule]) -> DatabaseConnectionError {
        DatabaseConnectionError(
            name: "PasswordStrengthError", code: "invalid_password",
            description: .object(["rules": .array(findings.map { .object($0.json) }), "verified": false]),
            members: [("message", "Password is too weak"), ("policy", .string(Self.text(of: applied)))])
    }
}

import OAuthProtocol
import Storage

/// The rules of a password policy as pages list them: a sentence each.
package enum PasswordRules {
    /// The rules of a connection, for the page that asks for a new password.
    static func of(_ connection: Connection, _ context: TenantContext) -> [String] {
        let users = context.environment.connections.passwordConnection(strategy: connection.strategy)
        return sentences(of: users?.passwordPolicy(of: connection) ?? "")
    }

    /// From the text of a `policy` member (contract 13.3): the items of a rule follow it, separated by commas.
    package static func sentences(of policy: String) -> [String] {
        var sentences: [String] = []
        for line in policy.split(separator: "\n") {
            if line.hasPrefix("* ") {
                sentences.append(String(line.dropFirst(2)))
            } else if line.hasPrefix(" * "), let rule = sentences.popLast() {
                sentences.append(rule + (rule.hasSuffix(":") ? " " : ", ") + line.dropFirst(3))
            } else {
                sentences.append(String(line))
            }
        }
        return sentences
    }
}

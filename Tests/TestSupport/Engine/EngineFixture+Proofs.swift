import AuthorizationServer
package import OAuthProtocol
package import Storage

extension EngineFixture {
    /// Every grant by which users prove themselves at the token endpoint.
    package static let proofGrants: [GrantType] = [
        .password, .passwordRealm, .passwordlessOTP, .mfaOTP, .mfaOOB, .mfaRecoveryCode, .webauthn, .refreshToken,
        .authorizationCode,
    ]

    /// Gives `web` and `native` those grants, and the tenant the connections `email` and `sms`.
    package mutating func allowProofs() async throws {
        (web.grantTypes, native.grantTypes) = (Self.proofGrants, Self.proofGrants)
        for client in [web, native] { _ = try await stores.clients.update(client) }
        for (id, strategy) in [("con_000000000000email", "email"), ("con_0000000000000sms", "sms")] {
            try await stores.connections.insert(Connection(id: id, name: strategy, strategy: strategy))
        }
    }

    /// Changes the tenant, in the fixture and in the database.
    package mutating func changeSettings(_ change: (inout TenantSettings) -> Void) async throws {
        change(&tenant.settings)
        _ = try await engine.tenants.update(tenant)
    }

    /// The six digits of the newest mail.
    package var mailedCode: String? { mail.messages.last.flatMap { Self.code(in: $0.text) } }
    /// The six digits of the newest text message.
    package var textedCode: String? { outside.texts.messages.last { $0.channel == .text }.flatMap { Self.code(in: $0.text) } }
    /// The six digits of the newest call, as somebody hears them.
    package var spokenCode: String? {
        outside.texts.messages.last { $0.channel == .voice }.map { String($0.text.filter(\.isNumber).prefix(6)) }
    }
    /// The link of the newest mail.
    package var mailedLink: String? {
        mail.messages.last?.text.split(whereSeparator: \.isWhitespace).map(String.init).first { $0.hasPrefix("https://") }
    }

    private static func code(in text: String) -> String? {
        let runs = text.split { !$0.isASCII || !$0.isNumber }
        return runs.map(String.init).first { $0.utf8.count == 6 }
    }

    /// Another code of six digits.
    package static func otherCode(than code: String) -> String { code == "000000" ? "000001" : "000000" }
}

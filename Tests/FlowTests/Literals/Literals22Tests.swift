import Testing

/// Each literal of contract 22.2, and the answers of contract 1.4 and 7.1, from the real endpoints over the router (contract 26.9).
///
/// What nothing here can answer is not listed: `password_leaked` and `requires_verification` (we compare with no list of leaked
/// passwords and ask for no captcha), `PasswordHistoryError` (no history is kept), and `login_required` for a second factor (the
/// hosted pages ask for none).
@Suite struct Literals22Tests {
    @Test("refresh tokens", arguments: Literal.refreshTokens)
    func refreshTokens(_ literal: Literal) async throws { try await literal.check() }

    @Test("authorization codes", arguments: Literal.codes)
    func codes(_ literal: Literal) async throws { try await literal.check() }

    @Test("clients and their grants", arguments: Literal.clientsAndGrants)
    func clientsAndGrants(_ literal: Literal) async throws { try await literal.check() }

    @Test("passwords", arguments: Literal.passwords)
    func passwords(_ literal: Literal) async throws { try await literal.check() }

    @Test("mailed and texted codes", arguments: Literal.verificationCodes)
    func verificationCodes(_ literal: Literal) async throws { try await literal.check() }

    @Test("second factors", arguments: Literal.secondFactors)
    func secondFactors(_ literal: Literal) async throws { try await literal.check() }

    @Test("proofs of possession", arguments: Literal.proofsOfPossession)
    func proofsOfPossession(_ literal: Literal) async throws { try await literal.check() }

    @Test("database connections", arguments: Literal.databases)
    func databases(_ literal: Literal) async throws { try await literal.check() }

    @Test("bad clients", arguments: Literal.badClients)
    func badClients(_ literal: Literal) async throws { try await literal.check() }

    @Test("devices", arguments: Literal.devices)
    func devices(_ literal: Literal) async throws { try await literal.check() }

    @Test("backchannel authentication", arguments: Literal.backchannel)
    func backchannel(_ literal: Literal) async throws { try await literal.check() }

    @Test("endpoints", arguments: Literal.endpoints)
    func endpoints(_ literal: Literal) async throws { try await literal.check() }

    @Test("callbacks", arguments: Literal.callbacks)
    func callbacks(_ literal: Literal) async throws { try await literal.check() }

    /// Contract 22.2, copied: code and exact text.
    static let contract: [(String, String)] = [
        ("invalid_grant", "Unknown or invalid refresh token."),
        ("invalid_grant", "The refresh_token was generated for a user who doesn't exist anymore."),
        ("invalid_grant", "Wrong email or password."), ("invalid_grant", "Wrong email or verification code."),
        ("invalid_grant", "Wrong phone number or verification code."), ("invalid_grant", "Invalid otp_code."),
        ("invalid_grant", "Invalid binding_code."), ("invalid_grant", "MFA Authorization rejected."),
        ("expired_token", "mfa_token is expired"), ("invalid_grant", "Malformed mfa_token"), ("access_denied", "Unauthorized"),
        ("unauthorized", "user is blocked"), ("invalid_grant", "Invalid authorization code"),
        ("invalid_grant", "Failed to verify code verifier"),
    ]

    /// Codes whose text is free.
    static let codesOfContract = [
        "mfa_required", "unsupported_challenge_type", "use_dpop_nonce", "invalid_dpop_proof", "too_many_attempts", "unauthorized",
        "access_denied", "login_required", "invalid_user_password", "invalid_password",
    ]

    @Test("every literal of 22.2 that we can answer has a row")
    func complete() {
        let rows: [Literal] = [
            Literal.refreshTokens, Literal.codes, Literal.clientsAndGrants, Literal.passwords, Literal.verificationCodes,
            Literal.secondFactors, Literal.proofsOfPossession, Literal.databases, Literal.badClients, Literal.devices,
            Literal.backchannel, Literal.endpoints, Literal.callbacks,
        ].flatMap { $0 }
        for (code, text) in Self.contract { #expect(rows.contains { $0.error == code && $0.text == text }, "\(code) \(text)") }
        for code in Self.codesOfContract { #expect(rows.contains { $0.error == code }, "\(code)") }
        #expect(Set(rows.map(\.testDescription)).count == rows.count)
    }
}

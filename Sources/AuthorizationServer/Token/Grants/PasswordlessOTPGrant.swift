import OAuthProtocol
import Storage

/// `grant_type=http://auth0.com/oauth/grant-type/passwordless/otp` (contract 7.6): a code of `/passwordless/start`, or one of
/// `/otp/challenge` with its `auth_session`.
struct PasswordlessOTPGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Who the right code signs in.
    private struct Claim {
        let identifier: PasswordlessIdentifier
        let connection: Connection
        let allowsSignup: Bool
        let refusal: OAuthError
    }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let code = try form.required("otp", maximumBytes: 64)
        let login = DirectLogin(context, from: client)
        let asked = try await login.asked(form, in: request)
        let claim = if let session = try form.optional("auth_session") {
            try await claim(session: session, code, client.client, in: request)
        } else {
            try await claim(form, code, client.client, in: request)
        }
        let user = try await PasswordlessUsers(context, of: claim.connection).proven(
            claim.identifier, allowsSignup: claim.allowsSignup, orRefuse: claim.refusal, in: request)
        return try await UserFailure.naming(user.userID) {
            let access = try await login.access(of: user, to: asked, flow: .passwordless)
            try await MFAGate(context).check(
                FirstFactor(
                    access: access, user: user, client: client.client,
                    method: claim.identifier.kind == .email ? .emailCode : .textCode, proved: asked.proved), in: request)
            return try await login.issue(access, asked, to: user, recording: .otpExchanged, in: request)
        }
    }

    // MARK: A code of /passwordless/start

    private func claim(
        _ form: FormParameters, _ code: String, _ client: Client, in request: RequestInfo
    ) async throws -> Claim {
        let (username, realm) = (try form.required("username"), try form.required("realm"))
        guard let connection = try await context.stores.connections.find(name: realm),
            let strategy = PasswordlessStrategy(of: connection)
        else { throw OAuthError(.invalidRequest, WireText.connectionNotFound) }
        guard connection.isEnabled(for: client) else { throw OAuthError(.invalidRequest, WireText.connectionDisabled) }
        let wrong = strategy == .email ? WireText.wrongEmailOrCode : WireText.wrongPhoneOrCode
        let refusal = OAuthError(.invalidGrant, wrong)
        guard let identifier = PasswordlessIdentifier(strategy.identifierKind, username) else { throw refusal }
        let codes = PasswordlessCodes(context, of: connection, for: client)
        try await guessing(identifier, connection, in: request) {
            guard try await codes.accept(code, .passwordless, for: identifier, at: request.now) != nil else { throw refusal }
        }
        return Claim(identifier: identifier, connection: connection, allowsSignup: true, refusal: refusal)
    }

    // MARK: An auth_session

    private func claim(
        session handle: String, _ code: String, _ client: Client, in request: RequestInfo
    ) async throws -> Claim {
        let refusal = OAuthError(.invalidRequest, WireText.wrongVerificationCode)
        let (codes, key) = (context.stores.oneTimeCodes, TokenHash(of: handle))
        guard let found = try await codes.find(.otpChallenge, key: key, at: request.now), let session = OTPSession(found),
            session.clientID.isExactly(client.clientID),
            let connection = try await context.stores.connections.find(name: session.connection),
            connection.isEnabled(for: client)
        else { throw refusal }
        let mac = OneTimeCodeMAC.make(of: code, for: .otpChallenge, key: key, in: context)
        try await guessing(session.identifier, connection, in: request) {
            guard case .accepted = try await codes.check(.otpChallenge, key: key, codeMAC: mac, at: request.now) else {
                throw refusal
            }
        }
        return Claim(
            identifier: session.identifier, connection: connection, allowsSignup: session.allowsSignup, refusal: refusal)
    }

    /// Runs a check of a code within the brake of the account. The attempt is taken first, so that guesses sent at once cannot
    /// all pass.
    private func guessing(
        _ identifier: PasswordlessIdentifier, _ connection: Connection, in request: RequestInfo, _ check: () async throws -> Void
    ) async throws {
        let subject = AttemptSubject(connection: connection.name, account: identifier.text, address: request.address)
        try await GuessingBrake(context).require(.passwordlessCode, for: subject, at: request.now)
        try await check()
        try await GuessingBrake(context).giveBack(.passwordlessCode, for: subject)
    }
}

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
        let guess = try await PasswordlessGuess.named(username, at: realm, client: client, context, in: request)
        try await guess.accept(code)
        return Claim(
            identifier: guess.identifier, connection: guess.connection, allowsSignup: true, refusal: guess.refusal)
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
        let subject = AttemptSubject(
            connection: connection.name, account: session.identifier.text, address: request.address)
        try await GuessingBrake(context).guess(.passwordlessCode, for: subject, at: request.now) {
            guard case .accepted = try await codes.check(.otpChallenge, key: key, codeMAC: mac, at: request.now) else {
                throw refusal
            }
        }
        return Claim(
            identifier: session.identifier, connection: connection, allowsSignup: session.allowsSignup, refusal: refusal)
    }
}

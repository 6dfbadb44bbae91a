import OAuthProtocol
import Storage

/// `grant_type=http://auth0.com/oauth/grant-type/mfa-otp` (contract 7.7): the code of an authenticator application.
struct MFAOTPGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let code = try form.required("otp", maximumBytes: 64)
        return try await MFACompletion(context, from: client, recording: .mfaOTPExchanged, in: request)
            .respond(to: form) { login in
                try await use(code, login, client.client, in: request)
                return MFACompletion.Outcome(method: "otp")
            }
    }

    /// Each step of time counts once, and none before it (RFC 6238 section 5.2).
    private func use(_ code: String, _ login: MFACompletion.Login, _ client: Client, in request: RequestInfo) async throws {
        for factor in login.factors.candidates(.totp, for: login.token) {
            guard let secret = factor.secret,
                let step = context.environment.timeBasedCodes.step(of: code, secret: secret, at: request.now)
            else { continue }
            let isNew = try await FactorUse(context, in: request).note(factor, counter: step, by: login.user, client: client)
            if isNew { return }
        }
        throw OAuthError(.invalidGrant, WireText.invalidOTPCode)
    }
}

/// `grant_type=http://auth0.com/oauth/grant-type/mfa-oob` (contract 7.7): a code that was sent to the user.
struct MFAOOBGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let oobCode = try form.required("oob_code")
        let bindingCode = try form.required("binding_code", maximumBytes: 64)
        return try await MFACompletion(context, from: client, recording: .otpExchanged, in: request)
            .respond(to: form) { login in
                let id = try await OutOfBandCodes(context, in: request).accept(oobCode, bindingCode, for: login.token)
                try await use(id, login, client.client, in: request)
                return MFACompletion.Outcome(method: "otp")
            }
    }

    /// The factor may have been removed, or taken from the user, since the code was sent.
    private func use(_ id: String, _ login: MFACompletion.Login, _ client: Client, in request: RequestInfo) async throws {
        let factors = login.factors
        if factors.impliedEmail?.id.isExactly(id) == true { return }
        let kinds: [Authenticator.Kind] = [.email, .sms, .voice]
        let candidates = kinds.flatMap { factors.candidates($0, for: login.token) }
        guard let factor = candidates.first(where: { $0.id.isExactly(id) }),
            try await FactorUse(context, in: request).note(factor, counter: 0, by: login.user, client: client)
        else { throw OAuthError(.invalidGrant, WireText.mfaRejected, auditReason: "the factor is gone") }
    }
}

/// `grant_type=http://auth0.com/oauth/grant-type/mfa-recovery-code` (contract 7.7): the code is used up and a new one returned.
struct MFARecoveryCodeGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let typed = try form.required("recovery_code", maximumBytes: 128)
        return try await MFACompletion(context, from: client, recording: .mfaRecoveryExchanged, in: request)
            .respond(to: form) { login in
                let new = RecoveryCode.make(context.environment.randomness)
                guard let code = RecoveryCode(typed: typed), let factor = login.factors.recoveryCode,
                    let secret = factor.secret, code.matches(secret),
                    try await context.stores.authenticators.replaceSecret(
                        factor.id, from: secret, to: new.hash, at: request.now)
                else { throw OAuthError(.invalidGrant, WireText.mfaRejected, auditReason: "wrong recovery code") }
                return MFACompletion.Outcome(method: nil, extra: [("recovery_code", .string(new.text))])
            }
    }
}

/// What the three grants share: the login behind the `mfa_token`, the brake on guesses, and the tokens of the original grant.
struct MFACompletion: Sendable {
    /// A login that waits for its second factor.
    struct Login: Sendable {
        let token: MFAToken
        let user: User
        let factors: UserFactors
    }

    /// A factor was proved.
    struct Outcome: Sendable {
        /// Its method (RFC 8176).
        var method: String?
        /// Further members of the answer.
        var extra: [(name: String, value: JSONValue)] = []
    }

    private let context: TenantContext
    private let authenticated: AuthenticatedClient
    private let success: LogEventType
    private let request: RequestInfo

    init(_ context: TenantContext, from client: AuthenticatedClient, recording success: LogEventType, in request: RequestInfo) {
        (self.context, authenticated) = (context, client)
        (self.success, self.request) = (success, request)
    }

    /// `prove` throws unless the factor is right. The token is used up after that: of two right answers at once one wins.
    func respond(
        to form: FormParameters, proving prove: (Login) async throws -> Outcome
    ) async throws -> TokenResponse {
        let token = try await MFATokens(context).find(
            try form.required("mfa_token"), of: authenticated.client, at: request.now)
        return try await UserFailure.naming(token.userID) {
            let refusal = OAuthError(.invalidMFAToken, WireText.malformedMFAToken, auditReason: "the user is gone")
            let user = try await GrantedUser(context).find(token.userID, orRefuse: refusal)
            let factors = try await UserFactors.load(of: user, after: token.method, in: context)
            let (access, asked) = try await current(token)
            let outcome = try await guessing(user) {
                try await prove(Login(token: token, user: user, factors: factors))
            }
            try await MFATokens(context).consume(token, at: request.now)
            return try await issue(access, asked, outcome, token, to: user)
        }
    }

    /// What was to be granted, as far as it still may be.
    private func current(_ token: MFAToken) async throws -> (GrantedAccess, DirectLogin.Asked) {
        var (access, api): (GrantedAccess, ResourceServer?)
        if MultifactorAPI.isNamed(token.access.audience, at: request.issuer) {
            (access, api) = (token.access, MultifactorAPI.api(at: request.issuer))
        } else {
            (access, api) = try await UserTokenIssuing.current(token.access, of: authenticated.client, in: context)
        }
        let proved = try await SenderConstraint(context).confirmation(
            for: authenticated, api: api, requiring: token.boundKey, in: request)
        return (access, DirectLogin.Asked(api: api, scopes: access.scopes, proved: proved))
    }

    /// The attempt is taken first, so that guesses sent at once cannot all pass; a right answer costs none.
    private func guessing(_ user: User, _ prove: () async throws -> Outcome) async throws -> Outcome {
        let (brake, subject) = (GuessingBrake(context), AttemptSubject(account: user.userID, address: request.address))
        try await brake.require(.multifactorCode, for: subject, at: request.now)
        let outcome = try await prove()
        try await brake.giveBack(.multifactorCode, for: subject)
        return outcome
    }

    private func issue(
        _ access: GrantedAccess, _ asked: DirectLogin.Asked, _ outcome: Outcome, _ token: MFAToken, to user: User
    ) async throws -> TokenResponse {
        var access = access
        let methods = ["mfa"] + [token.method.amr, outcome.method].compactMap(\.self)
        access.details.amr = methods.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        var response = try await DirectLogin(context, from: authenticated).issue(
            access, asked, to: user, recording: success, in: request)
        response.extra += outcome.extra
        if token.method == .exchange {
            response.extra.append(("issued_token_type", .string(TokenExchangeGrant.accessTokenType)))
        }
        return response
    }
}

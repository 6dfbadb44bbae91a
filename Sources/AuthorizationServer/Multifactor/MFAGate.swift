import OAuthProtocol
import Storage

/// A login that got as far as one factor.
struct FirstFactor: Sendable {
    enum Method: String, Sendable {
        case password = "pwd"
        case emailCode = "email", textCode = "sms"
        /// A passkey without verification of the user: possession alone.
        case passkey = "hwk"
        /// Somebody whom the tenant trusts vouched for the user (contract 18).
        case exchange

        /// The method of RFC 8176 that it amounts to; `nil` when it is not known.
        var amr: String? {
            switch self {
            case .password: "pwd"
            case .emailCode, .textCode: "otp"
            case .passkey: "hwk"
            case .exchange: nil
            }
        }

        /// Who reads the user's mail passed the first factor and would pass this one.
        var sharedChannels: Set<Authenticator.Kind> {
            switch self {
            case .password, .passkey, .exchange: []
            case .emailCode: [.email]
            case .textCode: [.sms, .voice]
            }
        }
    }

    /// What would be granted.
    var access: GrantedAccess
    var user: User
    var client: Client
    var method: Method
    var proved: ProvedPossession
}

/// Between one factor and the tokens: refuses with `mfa_required` where a second one is due (contract 7.1, 17.1).
struct MFAGate: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Returns when no further factor is needed. Otherwise throws `mfaRequired` with an `mfa_token` to go on with.
    func check(_ login: FirstFactor, in request: RequestInfo) async throws {
        let policy = context.settings.multifactor.policy
        let isForced = policy == .always || MultifactorAPI.isNamed(login.access.audience, at: request.issuer)
        guard isForced || policy == .enrolled else { return }
        let factors = try await UserFactors.load(of: login.user, after: login.method, in: context)
        guard isForced || factors.hasEnrolled else { return }
        let token = try await MFATokens(context).issue(for: login, at: request.now)
        throw OAuthError(.mfaRequired, WireText.multifactorRequired)
            .with(member: "mfa_token", .string(token))
            .with(member: "mfa_requirements", .object(factors.requirements))
    }
}

import OAuthProtocol
import Storage

/// The second factors of one user, as the tenant allows them (contract 17.2).
struct UserFactors: Sendable {
    /// What the user enrolled, confirmed or not, oldest first. No passkeys.
    let enrolled: [Authenticator]
    /// The verified address of the account, which needs no enrolment.
    let impliedEmail: Authenticator?
    private let allowed: Set<String>
    private let excluded: Set<Authenticator.Kind>

    /// - Parameter method: how the user signed in; what went through the same channel is no second factor.
    static func load(
        of user: User, after method: FirstFactor.Method? = nil, in context: TenantContext
    ) async throws -> UserFactors {
        let stored = try await context.stores.authenticators.list(of: user.userID)
        return UserFactors(user, stored, settings: context.settings.multifactor, after: method)
    }

    init(_ user: User, _ stored: [Authenticator], settings: MultifactorSettings, after method: FirstFactor.Method? = nil) {
        enrolled = stored.filter { $0.kind != .passkey }
        allowed = Set(settings.factors)
        excluded = method?.sharedChannels ?? []
        let implied = Self.implied(user)
        let isNamed = stored.contains { $0.kind == .email && $0.isActive && $0.name == implied?.name }
        let isAllowed = allowed.contains(Authenticator.Kind.email.factorType) && !excluded.contains(.email)
        impliedEmail = isNamed || !isAllowed ? nil : implied
    }

    /// Its id says nothing and stays the same.
    private static func implied(_ user: User) -> Authenticator? {
        guard user.emailVerified, let email = user.email else { return nil }
        let digits = TokenHash(of: "implied email factor|\(user.userID)").bytes.prefix(8)
        let name = digits.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var factor = Authenticator(id: "email|dev_\(name)", userID: user.userID, kind: .email, createdAt: user.createdAt)
        (factor.name, factor.isActive) = (email, true)
        return factor
    }

    /// What the user may answer a challenge with, without recovery codes.
    var active: [Authenticator] {
        (enrolled + [impliedEmail].compactMap(\.self)).filter { $0.isActive && $0.kind != .recoveryCode && isUsable($0.kind) }
    }

    /// Whether the user enrolled a factor: then policy `enrolled` asks for it.
    var hasEnrolled: Bool { active.contains { $0.id != impliedEmail?.id } }

    /// The code that stands in for a lost factor.
    var recoveryCode: Authenticator? {
        enrolled.last { $0.kind == .recoveryCode && $0.isActive && isUsable(.recoveryCode) }
    }

    func isUsable(_ kind: Authenticator.Kind) -> Bool { allowed.contains(kind.factorType) && !excluded.contains(kind) }

    /// What is listed: active factors and those that wait to be confirmed, recovery codes last.
    var listed: [Authenticator] {
        let all = enrolled.filter { allowed.contains($0.kind.factorType) } + [impliedEmail].compactMap(\.self)
        return all.filter { $0.kind != .recoveryCode } + all.filter { $0.kind == .recoveryCode }
    }

    /// The `mfa_requirements` of contract 17.1: what can be asked for, or else what must be enrolled.
    var requirements: JSONObject {
        var challenge = Self.unique(active.map(\.kind.factorType))
        guard !challenge.isEmpty else {
            let kinds: [Authenticator.Kind] = [.totp, .sms, .email]
            return ["enroll": Self.list(kinds.filter { isUsable($0) }.map(\.factorType))]
        }
        if recoveryCode != nil { challenge.append(Authenticator.Kind.recoveryCode.factorType) }
        return ["challenge": Self.list(challenge)]
    }

    private static func unique(_ types: [String]) -> [String] {
        types.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func list(_ types: [String]) -> JSONValue {
        .array(types.map { .object(["type": .string($0)]) })
    }
}

extension Authenticator.Kind {
    /// The `type` of contract 17.2, which is the name in the tenant's settings too.
    var factorType: String {
        switch self {
        case .totp: "otp"
        case .email: "email"
        case .sms, .voice: "phone"
        case .recoveryCode: "recovery-code"
        case .passkey: "passkey"
        }
    }

    /// The `challenge_type` that asks for it; also the `authenticator_type`.
    var challengeType: String {
        switch self {
        case .totp: "otp"
        case .email, .sms, .voice: "oob"
        case .recoveryCode: "recovery-code"
        case .passkey: "passkey"
        }
    }
}

package import OAuthProtocol
import Storage

/// `POST /mfa/associate` (contract 17.4): enrols a factor, which its first use confirms.
package struct MFAAssociateEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What is to be enrolled.
    private enum Asked {
        case otp
        case outOfBand(Authenticator.Kind, to: String)

        var kind: Authenticator.Kind {
            switch self {
            case .otp: .totp
            case .outOfBand(let kind, _): kind
            }
        }
    }

    /// With an `mfa_token` only the first factor may be enrolled. Throws `OAuthError`, spelled for the client's profile.
    package func respond(
        to form: FormParameters, _ presented: PresentedAccessToken?, in request: RequestInfo
    ) async throws -> JSONObject {
        let caller = try await MultifactorCaller.find(presented, needing: MultifactorAPI.enroll, context, in: request)
        return try await caller.spelling(in: context) { user in
            try await checkClient(form, caller, in: request)
            let factors = try await UserFactors.load(of: user, after: caller.method, in: context)
            if case .login = caller, !factors.active.isEmpty {
                throw OAuthError(.accessDenied, WireText.alreadyEnrolled)
            }
            let asked = try asked(form, user)
            guard factors.isUsable(asked.kind) else { throw OAuthError(.accessDenied, WireText.factorDisabled) }
            return try await enroll(asked, caller, user, isFirst: !factors.hasEnrolled, in: request)
        }
    }

    /// Client credentials are optional here; those that are sent must be right.
    private func checkClient(_ form: FormParameters, _ caller: MultifactorCaller, in request: RequestInfo) async throws {
        guard let id = try form.optional("client_id") else { return }
        guard id.isExactly(caller.clientID) else {
            throw OAuthError(.invalidClient, WireText.unauthorized, auditReason: "another client's token")
        }
        guard form.contains("client_secret") || form.contains("client_assertion") else { return }
        _ = try await ClientAuthenticator(context).authenticate(form, authorization: nil, in: request)
    }

    // MARK: Parameters

    private func asked(_ form: FormParameters, _ user: User) throws(OAuthError) -> Asked {
        let types = try Self.list("authenticator_types", form)
        if types.contains("otp") { return .otp }
        guard types.contains("oob") else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("authenticator_types"))
        }
        let channels = try Self.list("oob_channels", form)
        let telephone: [Authenticator.Kind] = [.sms, .voice]
        if let kind = telephone.first(where: { channels.contains($0.rawValue) }) {
            return .outOfBand(kind, to: try Self.identifier(.phone, try form.required("phone_number"), "phone_number"))
        }
        guard channels.contains("email") else {
            let isPush = channels.contains(MultifactorAPI.pushChannel)
            throw OAuthError(
                .invalidRequest, isPush ? WireText.pushNotOffered : WireText.malformedParameter("oob_channels"))
        }
        guard let email = try form.optional("email") ?? user.email else {
            throw OAuthError(.invalidRequest, WireText.missingParameter("email"))
        }
        return .outOfBand(.email, to: try Self.identifier(.email, email, "email"))
    }

    private static func identifier(
        _ kind: PasswordlessIdentifier.Kind, _ typed: String, _ name: String
    ) throws(OAuthError) -> String {
        guard let identifier = PasswordlessIdentifier(kind, typed) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter(name))
        }
        return identifier.text
    }

    /// An array of texts, or texts separated by spaces. Throws `invalidRequest` for anything else.
    private static func list(_ name: String, _ form: FormParameters) throws(OAuthError) -> [String] {
        let values = form.values(name)
        switch values.first {
        case .json(.array(let items)) where values.count == 1:
            let texts = items.compactMap(\.string)
            guard texts.count == items.count else { throw OAuthError(.invalidRequest, WireText.malformedParameter(name)) }
            return texts
        case nil, .text, .json: return try form.required(name).split(separator: " ").map(String.init)
        }
    }

    // MARK: Enrolling

    private func enroll(
        _ asked: Asked, _ caller: MultifactorCaller, _ user: User, isFirst: Bool, in request: RequestInfo
    ) async throws -> JSONObject {
        try await forgetUnconfirmed(asked.kind, of: user)
        var factor = newFactor(asked.kind, caller, at: request.now)
        var answer: JSONObject
        switch asked {
        case .otp:
            let secret = context.environment.randomness.bytes(20)
            factor.secret = SecretBytes(secret)
            try await context.stores.authenticators.insert(factor)
            let text = Base32.encode(secret)
            answer = [
                "authenticator_type": "otp", "secret": .string(text), "barcode_uri": .string(barcode(text, user)),
            ]
        case .outOfBand(let kind, let name):
            factor.name = name
            try await context.stores.authenticators.insert(factor)
            let code = try await OutOfBandCodes(context, in: request).send(to: factor, for: caller)
            answer = [
                "authenticator_type": "oob", "oob_channel": .string(kind.rawValue), "oob_code": .string(code),
                "binding_method": "prompt",
            ]
        }
        if isFirst, let code = try await newRecoveryCode(caller, user, in: request) {
            answer["recovery_codes"] = .strings([code])
        }
        return answer
    }

    /// One unconfirmed factor of a kind: the newest. Rows of enrolments that were given up do not add up.
    private func forgetUnconfirmed(_ kind: Authenticator.Kind, of user: User) async throws {
        for old in try await context.stores.authenticators.list(of: user.userID) where old.kind == kind && !old.isActive {
            _ = try await context.stores.authenticators.delete(old.id, of: user.userID)
        }
    }

    private func newFactor(_ kind: Authenticator.Kind, _ caller: MultifactorCaller, at now: Timestamp) -> Authenticator {
        let id = "\(kind.rawValue)|dev_\(context.environment.randomness.alphanumeric(16))"
        var factor = Authenticator(id: id, userID: caller.userID, kind: kind, createdAt: now)
        factor.credential = FactorEnrollment(caller).text
        return factor
    }

    /// The code of a first enrolment; it counts once the factor is confirmed. `nil` where the tenant has no recovery codes.
    private func newRecoveryCode(_ caller: MultifactorCaller, _ user: User, in request: RequestInfo) async throws -> String? {
        guard context.settings.multifactor.factors.contains(Authenticator.Kind.recoveryCode.factorType) else { return nil }
        try await forgetUnconfirmed(.recoveryCode, of: user)
        let code = RecoveryCode.make(context.environment.randomness)
        var factor = newFactor(.recoveryCode, caller, at: request.now)
        factor.secret = code.hash
        try await context.stores.authenticators.insert(factor)
        return code.text
    }

    /// What an authenticator application reads from a QR code.
    private func barcode(_ secret: String, _ user: User) -> String {
        let tenant = Self.component(context.settings.friendlyName)
        let label = Self.component(user.email ?? user.username ?? user.userID)
        return "otpauth://totp/\(tenant):\(label)?secret=\(secret)&issuer=\(tenant)&algorithm=SHA1&digits=6&period=30"
    }

    /// Form encoding writes a space as `+`, which applications show as it is.
    private static func component(_ text: String) -> String {
        PercentEncoding.encodeForm(text).split(separator: "+", omittingEmptySubsequences: false).joined(separator: "%20")
    }
}

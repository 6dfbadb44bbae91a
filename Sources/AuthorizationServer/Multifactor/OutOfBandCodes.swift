import OAuthProtocol
import Storage

/// Codes of a second factor that are sent to the user: an `oob_code` for the client, a `binding_code` for the user
/// (contract 17.3).
struct OutOfBandCodes: Sendable {
    /// Contract 17.5.
    private static let lifetime: Lifetime = .minutes(5)
    private static let attempts = 3

    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Sends a code to the factor. Returns the `oob_code`. Throws `tooManyAttempts` when too many were sent to this user,
    /// `temporarilyUnavailable` when the message could not be handed over.
    func send(to factor: Authenticator, for caller: MultifactorCaller) async throws -> String {
        let brake = AttemptSubject(account: factor.userID, address: request.address)
        try await GuessingBrake(context).require(.multifactorMessage, for: brake, at: request.now)
        let (handle, code) = (context.environment.randomness.handle(), context.environment.randomness.digits())
        let key = TokenHash(of: handle)
        let payload: JSONObject = ["factor": .string(factor.id), "for": .string(FactorEnrollment(caller).text)]
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .mfaOutOfBand, keyHash: key,
                codeMAC: OneTimeCodeMAC.make(of: code, for: .mfaOutOfBand, key: key, in: context),
                payload: SecretString(payload.serializedString), attempts: Self.attempts,
                lifetime: (request.now, request.now + Self.lifetime)))
        let isSent = await CodeMessages(context, in: request).send(
            code, validFor: Self.lifetime, to: Self.destination(of: factor))
        guard isSent else { throw OAuthError(.temporarilyUnavailable, WireText.temporarilyUnavailable) }
        return handle
    }

    private static func destination(of factor: Authenticator) -> CodeMessages.Destination {
        let name = factor.name ?? ""
        return switch factor.kind {
        case .email: .email(name)
        case .voice: .phone(name, .voice)
        case .sms, .totp, .recoveryCode, .passkey: .phone(name, .text)
        }
    }

    /// The id of the factor whose code it is; the code is used up. Throws `invalidGrant`: `MFA Authorization rejected.` for an
    /// `oob_code` that is not for this login or is over, `Invalid binding_code.` for a wrong code.
    func accept(_ oobCode: String, _ bindingCode: String, for token: MFAToken) async throws -> String {
        let (codes, key) = (context.stores.oneTimeCodes, TokenHash(of: oobCode))
        guard let found = try await codes.find(.mfaOutOfBand, key: key, at: request.now),
            let payload = (try? JSONValue.parse(Array(found.payload.revealed.utf8)))?.object,
            let factorID = payload["factor"]?.string, isFor(token, payload["for"]?.string)
        else { throw OAuthError(.invalidGrant, WireText.mfaRejected, auditReason: "unknown oob_code") }
        let mac = OneTimeCodeMAC.make(of: bindingCode, for: .mfaOutOfBand, key: key, in: context)
        switch try await codes.check(.mfaOutOfBand, key: key, codeMAC: mac, at: request.now) {
        case .accepted: return factorID
        case .wrong: throw OAuthError(.invalidGrant, WireText.invalidBindingCode)
        case .missing: throw OAuthError(.invalidGrant, WireText.mfaRejected, auditReason: "spent oob_code")
        }
    }

    /// A challenge answers the login that it was made for. One that confirms a factor enrolled with an access token answers any
    /// login at the same client; whose factor it is, the caller checks.
    private func isFor(_ token: MFAToken, _ text: String?) -> Bool {
        let own = [FactorEnrollment.token(token.hash), .client(token.clientID)]
        return own.contains { $0.text == text }
    }
}

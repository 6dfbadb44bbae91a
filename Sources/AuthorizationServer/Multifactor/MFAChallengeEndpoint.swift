package import OAuthProtocol
import Storage

/// `POST /mfa/challenge` (contract 17.3): asks the user for a factor, by a message where the factor needs one.
package struct MFAChallengeEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `OAuthError`, spelled for the client's profile.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            return try await challenge(form, client.client, in: client.trustedView(of: request))
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            throw error
        }
    }

    private func challenge(_ form: FormParameters, _ client: Client, in request: RequestInfo) async throws -> JSONObject {
        let token = try await MFATokens(context).find(try form.required("mfa_token"), of: client, at: request.now)
        let (types, channel) = (try Self.types(form), try Self.channel(form))
        let caller = MultifactorCaller.login(token)
        let user = try await caller.user(in: context)
        let factors = try await UserFactors.load(of: user, after: token.method, in: context)
        let fitting = factors.active.filter { channel == nil || $0.kind == channel }
        guard !factors.active.isEmpty else { throw Self.refused(.unsupportedChallengeType, WireText.notEnrolled) }
        let factor = try Self.choose(fitting, of: types, named: try form.optional("authenticator_id"))
        var event = request.event(.mfaChallengeStarted, client: client, user: user)
        event = event.with(detail: "authenticator", .string(factor.kind.rawValue))
        guard factor.kind.challengeType == "oob" else {
            try await context.stores.logs.record(event)
            return ["challenge_type": .string(factor.kind.challengeType)]
        }
        let code = try await OutOfBandCodes(context, in: request).send(to: factor, for: caller)
        try await context.stores.logs.record(event)
        return ["challenge_type": "oob", "oob_code": .string(code), "binding_method": "prompt"]
    }

    private static let supported = ["otp", "oob"]

    /// All that are supported when the request names none.
    private static func types(_ form: FormParameters) throws(OAuthError) -> [String] {
        guard let text = try form.optional("challenge_type", maximumBytes: 128) else { return supported }
        let types = text.split(separator: " ").map(String.init).filter { name in supported.contains(where: name.isExactly) }
        guard !types.isEmpty else { throw refused(.unsupportedChallengeType, WireText.unsupportedChallenge) }
        return types
    }

    /// The channel that the request insists on.
    private static func channel(_ form: FormParameters) throws(OAuthError) -> Authenticator.Kind? {
        guard let name = try form.optional("oob_channel", maximumBytes: 32) else { return nil }
        guard !name.isExactly(MultifactorAPI.pushChannel) else {
            throw refused(.unsupportedChallengeType, WireText.pushNotOffered)
        }
        let kinds: [Authenticator.Kind] = [.sms, .voice, .email]
        guard let kind = kinds.first(where: { name.isExactly($0.rawValue) }) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("oob_channel"))
        }
        return kind
    }

    private static func choose(
        _ active: [Authenticator], of types: [String], named id: String?
    ) throws(OAuthError) -> Authenticator {
        let fitting = active.filter { types.contains($0.kind.challengeType) }
        guard let id else {
            // What needs no message comes first.
            guard let factor = fitting.first(where: { $0.kind == .totp }) ?? fitting.first else {
                throw refused(.associationRequired, WireText.unsupportedChallenge)
            }
            return factor
        }
        guard let factor = fitting.first(where: { $0.id.isExactly(id) }) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("authenticator_id"))
        }
        return factor
    }

    private static func refused(_ kind: OAuthError.Kind, _ text: String) -> OAuthError {
        var error = OAuthError(kind, text)
        error.auth0Status = 403
        return error
    }
}

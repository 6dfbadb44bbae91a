import JOSE
import OAuthProtocol
import Storage

/// How a backchannel request names the user (CIBA 7.1): by exactly one of three hints.
enum BackchannelHint: Sendable {
    case login(String)
    case idToken(String)
    case loginToken(String)
}

/// A backchannel authentication request, judged (CIBA 7.1, contract 15.3).
struct BackchannelParameters: Sendable {
    let scopes: Scopes
    let hint: BackchannelHint
    let bindingMessage: String?
    /// `requested_expiry`, else the tenant's.
    let lifetime: Lifetime
    let notificationToken: String?
    let authorizationDetails: String?

    init(_ form: FormParameters, of client: Client, _ context: TenantContext) throws(OAuthError) {
        scopes = try TokenParameters.scopes(in: form)
        guard scopes.contains(Scopes.openid) else { throw OAuthError(.invalidRequest, WireText.openidRequired) }
        hint = try Self.hint(form)
        bindingMessage = try Self.message(form, context.profile(of: client))
        lifetime = try Self.expiry(form, context.settings.backchannel) ?? context.settings.backchannel.lifetime
        notificationToken = try Self.notificationToken(form, client)
        authorizationDetails = try form.optional("authorization_details", maximumBytes: 16_384)
    }

    private static func hint(_ form: FormParameters) throws(OAuthError) -> BackchannelHint {
        let (login, idToken) = (try loginHint(form), try form.optional("id_token_hint", maximumBytes: 16_384))
        let loginToken = try form.optional("login_hint_token", maximumBytes: 16_384)
        switch (login, idToken, loginToken) {
        case (let login?, nil, nil): return .login(login)
        case (nil, let token?, nil): return .idToken(token)
        case (nil, nil, let token?): return .loginToken(token)
        case (nil, nil, nil): throw OAuthError(.invalidRequest, WireText.missingParameter("login_hint"))
        case (.some, _, _), (_, .some, _): throw OAuthError(.invalidRequest, WireText.oneHint)
        }
    }

    /// Text, or in a JSON body an object (contract 1.1).
    private static func loginHint(_ form: FormParameters) throws(OAuthError) -> String? {
        if case .json(let value)? = form.values("login_hint").first, form.values("login_hint").count == 1 {
            return String(decoding: value.serialized, as: UTF8.self)
        }
        return try form.optional("login_hint")
    }

    private static let auth0Characters = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 +-_.,:#".utf8)

    /// Auth0 takes 64 plain characters (contract 15.3); otherwise a line of what a page can show, and no address.
    private static func message(_ form: FormParameters, _ profile: WireProfile) throws(OAuthError) -> String? {
        guard let text = try form.optional("binding_message") else { return nil }
        let (scalars, bytes) = (text.unicodeScalars, text.utf8)
        let fits = profile == .auth0
            ? bytes.count <= 64 && bytes.allSatisfy(auth0Characters.contains)
            : scalars.count <= 256 && scalars.allSatisfy(QuotedWords.isShown) && !text.contains("://")
        guard fits else { throw OAuthError(.invalidBindingMessage, WireText.malformedParameter("binding_message")) }
        return text
    }

    private static func expiry(_ form: FormParameters, _ settings: BackchannelSettings) throws(OAuthError) -> Lifetime? {
        guard let text = try form.optional("requested_expiry", maximumBytes: 20) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text), seconds > 0,
            seconds <= settings.maximumLifetime.seconds
        else { throw OAuthError(.invalidRequest, WireText.malformedParameter("requested_expiry")) }
        return Lifetime(seconds: seconds)
    }

    /// A bearer token of at most 1024 characters (CIBA 7.1).
    private static func notificationToken(_ form: FormParameters, _ client: Client) throws(OAuthError) -> String? {
        let token = try form.optional("client_notification_token")
        guard client.ciba.tokenDeliveryMode == .ping else { return nil }
        guard let token, token.utf8.count <= 1024, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw OAuthError(.invalidRequest, WireText.missingParameter("client_notification_token"))
        }
        return token
    }
}

/// The signed form of a request (CIBA 7.1.1; FAPI-CIBA 5.2.2): all parameters come from it.
struct BackchannelRequestObject: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// The form itself, or what the object says when there is or must be one. Throws `invalidRequest`.
    func parameters(_ form: FormParameters, of client: Client) async throws -> FormParameters {
        let profile = context.profile(of: client)
        let mustSign = profile.rules.requiresSignedRequests || client.ciba.authenticationRequestSigningAlg != nil
        guard let object = try form.optional("request", maximumBytes: 65_536) else {
            guard !mustSign else { throw OAuthError(.invalidRequest, WireText.signedRequestRequired) }
            return form
        }
        var policy = ClientJWTPolicy(
            refusal: .invalidRequest, text: WireText.invalidRequestObject,
            algorithms: ClientJWTPolicy.algorithms(of: profile, registered: client.ciba.authenticationRequestSigningAlg),
            audience: .anyOf([request.issuer.description]))
        policy.required = ["iss", "aud", "exp", "iat", "nbf", "jti"]
        (policy.maximumLifetime, policy.maximumAge, policy.replay) = (.hours(1), .hours(1), "bc-authorize")
        let payload = try await ClientSignedJWT(context).verify(object, of: client, policy: policy, in: request).payload
        var parameters = FormParameters()
        for member in payload.members where !["iss", "aud", "exp", "iat", "nbf", "jti"].contains(member.name) {
            switch member.value {
            case .string(let text): parameters.append(member.name, text)
            case .integer(let number): parameters.append(member.name, String(number))
            case .bool(let flag): parameters.append(member.name, String(flag))
            case .object, .array: parameters.append(member.name, String(decoding: member.value.serialized, as: UTF8.self))
            case .number, .null: continue
            }
        }
        return parameters
    }
}

package import OAuthProtocol

/// The parameters of an authorization request as the checks judge them: read once each, typed where the grammar allows.
/// A value that does not parse is `nil` beside its text; the check of that parameter refuses it (contract 4.1).
package struct AuthorizeParameters: Sendable {
    package var responseTypeText: String?
    package var responseType: ResponseType?
    package var responseModeText: String?
    package var scopeText: String?
    package var audience: String?
    package var resource: String?
    package var nonce: String?
    package var codeChallenge: String?
    package var codeChallengeMethod: String?
    package var promptText: String?
    package var maxAgeText: String?
    package var loginHint: String?
    package var screenHint: String?
    package var connection: String?
    package var organization: String?
    package var idTokenHint: String?
    package var requestObject: String?
    package var requestURI: String?
    package var uiLocales: String?
    package var claimsText: String?
    package var acrValuesText: String?
    package var authorizationDetails: String?
    package var dpopJKT: String?
    /// Names that strict third parties may not send (contract 4.7).
    package var unlisted: [String]

    /// Throws `.invalidRequest` for a parameter that is repeated, too long, not a string or has control characters.
    package init(_ form: FormParameters) throws(OAuthError) {
        responseTypeText = try form.optional("response_type", maximumBytes: 128)
        responseType = responseTypeText.flatMap { ResponseType(parsing: $0) }
        responseModeText = try form.optional("response_mode", maximumBytes: 128)
        scopeText = try form.optional("scope")
        audience = try form.optional("audience")
        resource = try form.optional("resource")
        nonce = try form.optional("nonce")
        codeChallenge = try form.optional("code_challenge")
        codeChallengeMethod = try form.optional("code_challenge_method", maximumBytes: 128)
        promptText = try form.optional("prompt", maximumBytes: 256)
        maxAgeText = try form.optional("max_age", maximumBytes: 128)
        loginHint = try form.optional("login_hint")
        screenHint = try form.optional("screen_hint")
        connection = try form.optional("connection")
        organization = try form.optional("organization")
        idTokenHint = try form.optional("id_token_hint", maximumBytes: 16_384)
        requestObject = try form.optional("request", maximumBytes: 65_536)
        requestURI = try form.optional("request_uri")
        uiLocales = try form.optional("ui_locales")
        (_, _) = (try form.optional("claims_locales"), try form.optional("display", maximumBytes: 128))
        claimsText = try Self.structured("claims", form)
        acrValuesText = try form.optional("acr_values")
        authorizationDetails = try Self.structured("authorization_details", form)
        dpopJKT = try form.optional("dpop_jkt", maximumBytes: 128)
        unlisted = Self.unlisted(in: form)
        // Not among what is kept: `SessionTransferArrival` has used it up by then.
        _ = try form.optional("session_transfer_token")
    }

    /// A parameter whose value is JSON: as text, or as JSON in a JSON body.
    private static func structured(_ name: String, _ form: FormParameters) throws(OAuthError) -> String? {
        if form.values(name).count == 1, case .json(let value) = form.values(name)[0] {
            return String(decoding: value.serialized, as: UTF8.self)
        }
        return try form.optional(name, maximumBytes: 16_384)
    }

    /// The parameters that a request is checked by. Others are ignored (contract, golden rule 6) and not kept.
    private static let names: [String] = [
        "client_id", "redirect_uri", "state", "response_type", "response_mode", "scope", "audience", "resource", "nonce",
        "code_challenge", "code_challenge_method", "prompt", "max_age", "login_hint", "screen_hint", "connection",
        "organization", "id_token_hint", "ui_locales", "claims", "acr_values", "authorization_details", "dpop_jkt",
        "claims_locales", "display",
    ]

    /// What is kept of a form while the user signs in.
    static func known(_ form: FormParameters) -> FormParameters {
        var kept = FormParameters()
        for entry in form.entries {
            guard names.contains(where: { $0.isExactly(entry.name) }) else { continue }
            switch entry.value {
            case .text(let text): kept.append(entry.name, text)
            case .json(let value): kept.append(entry.name, String(decoding: value.serialized, as: UTF8.self))
            }
        }
        return kept
    }

    /// The members of `prompt`; `nil` when one is unknown.
    package var prompts: [Prompt]? {
        guard let promptText else { return [] }
        let parsed = promptText.split(separator: " ").map { Prompt(rawValue: String($0)) }
        return parsed.contains(nil) ? nil : parsed.compactMap { $0 }
    }

    /// Seconds; `nil` when absent or not a number. ASCII digits only: `Int64("+5")` would succeed.
    package var maxAge: Int64? {
        guard let maxAgeText, maxAgeText.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(maxAgeText).flatMap { $0 <= 10_000_000_000 ? $0 : nil }
    }

    /// The claims parameter; `nil` when it is there and malformed.
    package var claims: RequestedClaims? { claimsText.map { RequestedClaims(parsing: $0) } ?? RequestedClaims.none }
    /// `acr_values`, in order of preference.
    package var acrValues: [String] { (acrValuesText ?? "").split(separator: " ").map(String.init) }

    package var scopes: Scopes? { scopeText.map { Scopes(parsing: $0) } ?? Scopes() }

    /// `nil` without a challenge. An absent method means `plain` (RFC 7636 section 4.3).
    package var challengeMethod: CodeChallenge.Method? {
        CodeChallenge.Method(rawValue: codeChallengeMethod ?? CodeChallenge.Method.plain.rawValue)
    }
}

import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses a code without a challenge for strict third parties and for public clients (unless the tenant relaxed it),
    /// `plain` (unless the tenant allows it), unknown methods and challenges outside the grammar (RFC 7636 section 4.3;
    /// contract 4.7, 7.2, 24 row 7).
    package static let pkce = AuthorizeCheck("pkce") { parameters, subject throws(OAuthError) in
        guard parameters.responseType?.contains(.code) == true else { return }
        guard let challenge = parameters.codeChallenge else {
            let required = mustUseS256(subject) || subject.client.isPublic && subject.settings.requirePKCEForPublicClients
            guard !required, parameters.codeChallengeMethod == nil else {
                throw OAuthError(.invalidRequest, WireText.missingParameter("code_challenge"))
            }
            return
        }
        guard let method = parameters.challengeMethod else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("code_challenge_method"))
        }
        if method == .plain, mustUseS256(subject) || !subject.settings.allowPlainCodeChallenge {
            throw OAuthError(.invalidRequest, WireText.plainChallengeRefused)
        }
        _ = try CodeChallenge(value: challenge, method: method)
    }

    /// Strict third parties, confidential ones too, and FAPI 2 always, FAPI 1 for pushed requests (FAPI 1.0 Part 2, 5.2.2).
    private static func mustUseS256(_ subject: Subject) -> Bool {
        subject.client.isStrictThirdParty || subject.profile.rules.requiresS256
            || (subject.profile == .fapi1Advanced && subject.origin.isPushed)
    }
}

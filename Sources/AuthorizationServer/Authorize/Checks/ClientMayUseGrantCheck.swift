import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses a response type whose grant the client lacks (contract 4.1, 4.3): all but `code` for strict third parties, which
    /// never have `implicit` (4.7).
    package static let clientMayUseGrant = AuthorizeCheck("clientMayUseGrant") { parameters, subject throws(OAuthError) in
        let type = parameters.responseType ?? []
        for grant in type.neededGrants where !subject.client.grantTypes.contains(grant) {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(grant.rawValue))
        }
        guard isRegistered(type, subject) else {
            throw OAuthError(.unauthorizedClient, WireText.responseTypeNotRegistered)
        }
        try checkSecurityProfile(type, parameters, subject.profile)
    }

    private static func isRegistered(_ type: ResponseType, _ subject: Subject) -> Bool {
        guard let registered = subject.client.requests.responseTypes else { return true }
        return registered.contains { ResponseType(parsing: $0) == type }
    }

    /// FAPI 2: `code` alone. FAPI 1: a detached signature beside the code, or a signed response (FAPI 1.0 Part 2, 5.2.2).
    private static func checkSecurityProfile(
        _ type: ResponseType, _ parameters: AuthorizeParameters, _ profile: WireProfile
    ) throws(OAuthError) {
        if profile.rules.requiresPushedRequests, type != [.code] {
            throw OAuthError(.unsupportedResponseType, WireText.unsupportedResponseType(type.description))
        }
        guard profile == .fapi1Advanced else { return }
        let isSigned = parameters.responseModeText.flatMap(ResponseMode.init(rawValue:))?.isSigned ?? false
        guard type == [.code, .idToken] || (type == [.code] && isSigned) else {
            throw OAuthError(.unsupportedResponseType, WireText.unsupportedResponseType(type.description))
        }
    }
}

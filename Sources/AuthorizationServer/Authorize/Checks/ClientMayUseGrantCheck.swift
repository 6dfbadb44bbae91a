import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses a response type whose grant the client lacks: `code` needs `authorization_code`, tokens need `implicit`,
    /// hybrids need both (contract 4.1, 4.3).
    package static let clientMayUseGrant = AuthorizeCheck("clientMayUseGrant") { parameters, subject throws(OAuthError) in
        var needed: [GrantType] = []
        let type = parameters.responseType ?? []
        if type.contains(.code) { needed.append(.authorizationCode) }
        if type.issuesInFrontChannel { needed.append(.implicit) }
        for grant in needed where !subject.client.grantTypes.contains(grant) {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(grant.rawValue))
        }
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage

/// One request put to one check.
struct CheckCase {
    var client: Client
    var settings = TenantSettings()

    init(public isPublic: Bool = false) {
        client = Client(
            clientID: "client", name: "Client", tokenEndpointAuthMethod: isPublic ? .none : .clientSecretPost,
            grantTypes: [.authorizationCode, .implicit], createdAt: Timestamp(seconds: 1))
    }

    /// The refusal, or `nil` when the check lets the request pass.
    func refusal(of check: AuthorizeCheck, _ pairs: [(String, String)]) throws -> OAuthError? {
        let parameters = try AuthorizeParameters(FormParameters(pairs))
        do {
            try check.judge(parameters, AuthorizeCheck.Subject(client: client, settings: settings))
            return nil
        } catch {
            return error
        }
    }
}

import AuthorizationServer
import Hummingbird
import OAuthProtocol
import WebUI

extension TenantCall {
    /// The authorization response in its response mode (contract 4.4).
    func answer(to response: AuthorizationResponse) -> Response {
        switch response.delivery {
        case .redirect(let location): return sendOn(to: location)
        case .formPost(let action):
            let fields = response.parameters.map { HiddenField($0.name, $0.value) }
            return page(
                FormPostPage(
                    frame, redirectURI: action, parameters: fields, application: response.target.clientName, nonce: scriptNonce))
        case .webMessage(let origin):
            return page(WebMessagePage(responseJSON: Self.message(response), targetOrigin: origin, nonce: scriptNonce))
        case .errorPage:
            let error = response.error ?? OAuthError(.serverError, WireText.serverError)
            return ErrorPageResponse(self).response(to: error, known: [("client_id", response.target.clientID)])
        }
    }

    private var scriptNonce: ScriptNonce { ScriptNonce(randomBytes: edge.environment.randomness.bytes(16)) }

    private static func message(_ response: AuthorizationResponse) -> String {
        var members: JSONObject = [:]
        for (name, value) in response.parameters {
            members[name] = name == "expires_in" ? Int64(value).map { .integer($0) } : .string(value)
        }
        return members.serializedString
    }
}

import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import Storage
import WebUI

extension TenantCall {
    /// Runs a step of the authorization endpoint. Its failures become what contract 4.2 says: our page, the client's answer,
    /// or the default login route.
    func answeringFailures(_ step: () async throws -> Response) async throws -> Response {
        do {
            return try await step()
        } catch AuthorizeFailure.shownToUser(let error, let clientID) {
            return ErrorPageResponse(self).response(to: error, known: known(clientID))
        } catch AuthorizeFailure.sentToClient(let error, let target) {
            return answer(to: AuthorizationResponse(refusal: error, target: target))
        } catch AuthorizeFailure.transactionLost(let loginRoute) {
            if let route = loginRoute.flatMap({ RedirectURI($0) }) { return sendOn(to: route.original) }
            return ErrorPageResponse(self).response(to: OAuthError(.invalidRequest, WireText.transactionLost))
        }
    }

    /// What a tenant's own error page is told beside the error (contract 4.2): the client, and of the address the connection and
    /// the first language, each only if known.
    private func known(_ clientID: String?) -> [(String, String)] {
        let query = try? queryParameters()
        let language = (try? query?.optional("ui_locales"))?.split(separator: " ").first.map(String.init)
        let parts = [("client_id", clientID), ("connection", try? query?.optional("connection")), ("lang", language)]
        return parts.compactMap { name, value in value.map { (name, $0) } }
    }

    func answer(to outcome: AuthorizeOutcome) -> Response {
        switch outcome {
        case .page(let path, let changes): sendOn(to: path).setting(changes, for: info.issuer)
        case .answer(let response, let changes): answer(to: response).setting(changes, for: info.issuer)
        }
    }

    /// The page that a step shows, or where it leads.
    func answer<Prompt>(to outcome: PageOutcome<Prompt>, showing page: (Prompt) -> Response) -> Response {
        switch outcome {
        case .show(let prompt, let changes): page(prompt).setting(changes, for: info.issuer)
        case .leave(let outcome): answer(to: outcome)
        }
    }

    /// Sends the browser on: 302 as Auth0 does (contract 4.4), after a form 303, so that it is not sent again.
    func sendOn(to location: String) -> Response {
        .redirect(to: location, status: request.method == .post ? .seeOther : .found)
    }

    /// What came from a page's address or, after submission, from its form.
    func visit(_ form: FormParameters) throws(OAuthError) -> PageVisit {
        PageVisit(state: try form.optional("state"), browser: browser, request: info)
    }

    /// A page with the status of its problem.
    func page(_ page: some Page, for problem: PageProblem?) -> Response {
        var response = self.page(page, status: HTTPResponse.Status(code: problem?.status ?? 200))
        if let delay = problem?.retryAfter { response.headers[.retryAfter] = String(delay.seconds) }
        return response
    }
}

extension PageForm {
    /// A form of a login step: with the transaction and the CSRF token.
    init(action: String, _ context: PageContext) {
        self.init(action: action, hidden: [HiddenField("state", context.state), HiddenField("_csrf", context.csrf)])
    }
}

extension PageApplication {
    init(_ context: PageContext) {
        self.init(name: context.clientName, logoURL: context.clientLogoURL)
        (policyURL, termsURL) = (context.clientPolicyURL, context.clientTermsURL)
        unverified = context.unverified.map { Unverified(domain: $0.domain, redirectHost: $0.callbackHost) }
    }
}

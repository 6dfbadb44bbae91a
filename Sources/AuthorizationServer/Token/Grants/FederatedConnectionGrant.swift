import OAuthProtocol
import Storage

/// `grant_type=urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token` (Auth0's Token Vault, contract
/// 18): a token of ours for the access token that the user's account at an identity provider gave us.
///
/// The subject token stays as it is: a refresh token is neither used up nor renewed.
struct FederatedConnectionGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private static let issuedType = "http://auth0.com/oauth/token-type/federated-connection-access-token"
    private static let refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token"

    private struct Parameters {
        let subjectToken: String
        let isRefreshToken: Bool
        let connection: String
        let account: String?

        init(_ form: FormParameters) throws(OAuthError) {
            subjectToken = try form.required("subject_token", maximumBytes: 16_384)
            let type = try form.required("subject_token_type", maximumBytes: 512)
            isRefreshToken = type.isExactly(refreshTokenType)
            guard isRefreshToken || type.isExactly(TokenExchangeGrant.accessTokenType) else {
                throw OAuthError(.invalidRequest, WireText.malformedParameter("subject_token_type"))
            }
            if let wanted = try form.optional("requested_token_type", maximumBytes: 512), !wanted.isExactly(issuedType) {
                throw OAuthError(.invalidRequest, WireText.malformedParameter("requested_token_type"))
            }
            connection = try form.required("connection")
            account = try form.optional("login_hint")
        }
    }

    /// Who asks for whom, proved.
    private struct Subject {
        let user: User
        var freshNonce: String?
    }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        // Somebody else's application must not get at what the user's accounts elsewhere allow.
        guard client.hasProvedSecret, client.client.isFirstParty else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.federatedConnectionAccessToken.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let parameters = try Parameters(form)
        let upstream = try await upstream(parameters.connection, for: client.client)
        let subject = try await subject(parameters, from: client, in: request)
        return try await UserFailure.naming(subject.user.userID) {
            var event = request.event(.federatedTokenExchanged, client: client.client, user: subject.user)
            event.connection = upstream.connection.name
            let current = try await UpstreamTokens(context, of: upstream, in: request).current(
                of: subject.user.userID, account: parameters.account, recording: event)
            return Self.response(current, subject)
        }
    }

    private func upstream(_ name: String, for client: Client) async throws -> UpstreamConnection {
        guard let upstream = try await UpstreamConnection.find(name, in: context) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        guard upstream.connection.isEnabled(for: client) else {
            throw OAuthError(.invalidRequest, WireText.connectionDisabled)
        }
        return upstream
    }

    private static func response(_ current: UpstreamTokens.Current, _ subject: Subject) -> TokenResponse {
        let token = IssuedAccessToken(value: current.accessToken.revealed, expiresIn: current.expiresIn)
        var response = TokenResponse(token, granting: [])
        response.scope = current.scope
        response.extra.append(("issued_token_type", .string(issuedType)))
        response.dpopNonce = subject.freshNonce
        return response
    }

    // MARK: The subject

    private func subject(
        _ parameters: Parameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> Subject {
        guard parameters.isRefreshToken else {
            let received = try await ReceivedAccessToken.read(
                parameters.subjectToken, shownBy: client, for: .federatedConnectionAccessToken, context, in: request)
            return Subject(user: received.user)
        }
        guard let token = RefreshTokenValue(parameters.subjectToken) else { throw PresentedRefreshToken.refusal("malformed") }
        let presented = try await PresentedRefreshToken.find(token, of: client.client, in: context)
        return try await UserFailure.naming(presented.family.access.userID) {
            try await subject(presented, from: client, in: request)
        }
    }

    /// Good now, with the proof that it is bound to. A token that was used before is refused and ends nothing: that is for the
    /// grant that uses tokens.
    private func subject(
        _ presented: PresentedRefreshToken, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> Subject {
        try presented.check(at: request.now)
        if case .reuse = presented.decision(at: request.now) { throw PresentedRefreshToken.refusal("a used refresh token") }
        let (user, access) = (try presented.grantedUser(), presented.family.access)
        let proved = try await SenderConstraint(context).confirmation(
            for: client, api: nil, requiring: access.details.boundKey, in: request)
        if access.endsWithSession(for: client.client),
            try await !OnlineRefreshTokens.touchSession(of: access, in: context, at: request.now)
        {
            throw PresentedRefreshToken.refusal("the session has ended")
        }
        return Subject(user: user, freshNonce: proved.freshNonce)
    }
}

import OAuthProtocol
import Storage

/// `grant_type=urn:okta:params:oauth:grant-type:webauthn` (contract 19): ends a sign-up or a login that `/passkey/*` began.
struct WebAuthnGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        guard context.settings.passkeys.enabled else { throw OAuthError(.endpointDisabled, WireText.endpointDisabled) }
        guard client.client.isFirstParty else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.webauthn.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let session = try form.required("auth_session")
        let response = try AuthenticatorResponse(form)
        let login = DirectLogin(context, from: client)
        let asked = try await login.asked(form, in: request)
        let proof = try await proof(response, session, client.client, realm: try form.optional("realm"), in: request)
        return try await UserFailure.naming(proof.user.userID) {
            let access = try await login.access(of: proof.user, to: asked, flow: .webauthn)
            if !proof.isUserVerified {
                try await MFAGate(context).check(
                    FirstFactor(
                        access: access, user: proof.user, client: client.client, method: .passkey, proved: asked.proved),
                    in: request)
            }
            return try await login.issue(access, asked, to: proof.user, recording: .passkeyExchanged, in: request)
        }
    }

    /// The ceremony is used up whatever the answer turns out to be: a challenge is answered once.
    private func proof(
        _ response: AuthenticatorResponse, _ session: String, _ client: Client, realm: String?, in request: RequestInfo
    ) async throws -> PasskeyProof {
        let purpose: OneTimeCode.Purpose = switch response.answer {
        case .attestation: .passkeyRegistration
        case .assertion: .passkeyLogin
        }
        guard let ceremony = try await PasskeyCeremony.take(session, purpose, by: client, in: context, at: request.now),
            let connection = try await context.stores.connections.find(name: ceremony.connection),
            connection.isEnabled(for: client), realm?.isExactly(connection.name) ?? true
        else { throw OAuthError(.invalidRequest, WireText.invalidAuthSession) }
        let party = PasskeyParty(context.settings, for: client, at: request.issuer)
        let check = PasskeyCheck(context, connection, party.expectation(challenge: ceremony.challenge), in: request)
        switch response.answer {
        case .attestation(let attestation):
            return try await check.signUp(attestation, response.credentialID, ceremony.newcomer, client)
        case .assertion(let assertion, let handle):
            return try await check.signIn(assertion, response.credentialID, userHandle: handle)
        }
    }
}

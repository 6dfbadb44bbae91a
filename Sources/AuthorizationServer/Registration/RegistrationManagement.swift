package import OAuthProtocol
import Storage

/// `GET`, `PUT` and `DELETE` of `registration_client_uri` with its access token (RFC 7592).
package struct RegistrationManagement: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    package func read(_ clientID: String, authorization: String?, in request: RequestInfo) async throws -> JSONObject {
        try await spelled {
            let (client, token) = try await owned(clientID, authorization)
            return RegisteredMetadata.answer(client, accessToken: token, issuer: request.issuer)
        }
    }

    /// Replaces the metadata as a whole (RFC 7592 section 2.2). Id, secret and access token stay.
    package func update(
        _ clientID: String, _ sent: JSONObject, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        try await spelled {
            var (client, token) = try await owned(clientID, authorization)
            guard sent["client_id"]?.string?.isExactly(clientID) == true else { throw ClientMetadata.refusal("client_id") }
            if let secret = sent["client_secret"]?.string, !(client.clientSecret == SecretString(secret)) {
                throw ClientMetadata.refusal("client_secret", "cannot be chosen")
            }
            let metadata = try SoftwareStatement(context).merged(sent, at: request.now)
            try ClientMetadata(metadata).apply(to: &client, context)
            RegistrationEndpoint(context).settle(&client)
            try await SectorIdentifier(context).check(client, at: request.now)
            let echo = RegisteredMetadata.echo(metadata, of: client).serializedString
            client.registration?.metadata = echo
            client.updatedAt = request.now
            _ = try await context.stores.clients.update(client)
            return RegisteredMetadata.answer(client, accessToken: token, issuer: request.issuer)
        }
    }

    package func delete(_ clientID: String, authorization: String?, in request: RequestInfo) async throws {
        try await spelled {
            let (client, _) = try await owned(clientID, authorization)
            _ = try await context.stores.clients.delete(client.clientID)
        }
    }

    /// The client whose registration token it is. One refusal for every reason: who lacks the token learns nothing of which
    /// clients there are (RFC 7592 section 2.1).
    private func owned(_ clientID: String, _ authorization: String?) async throws -> (Client, token: String) {
        let token = PresentedAccessToken.bearer(in: authorization) ?? ""
        let hash = Base64URL.encode(TokenHash(of: token).bytes)
        guard let client = try await context.stores.clients.find(clientID), client.clientID.isExactly(clientID),
            client.registration?.accessTokenHash?.isExactly(hash) == true
        else { throw OAuthError(.invalidToken, WireText.noBearerToken) }
        return (client, token)
    }

    private func spelled<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            try RegistrationEndpoint(context).requireSwitch()
            return try await body()
        } catch var error as OAuthError {
            error.profile = .standard
            throw error
        }
    }
}

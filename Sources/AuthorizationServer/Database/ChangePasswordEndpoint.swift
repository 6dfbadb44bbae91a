package import OAuthProtocol
import Storage

/// `POST /dbconnections/change_password` (contract 13.4): mails a link. A password in the call is ignored.
package struct ChangePasswordEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The text of the answer, the same for users that do not exist. Throws `OAuthError`: `.invalidRequest`,
    /// `.unauthorizedClient`, `.tooManyRequests`.
    package func respond(to form: FormParameters, in request: RequestInfo) async throws -> String {
        let client = try await client(form)
        let connection = try await LoginConnection(context).named(try form.required("connection"), for: client)
        let email = try form.optional("email")
        guard let identifier = try email ?? form.optional("username") else {
            throw OAuthError(.invalidRequest, WireText.missingParameter("email"))
        }
        try await PasswordResetMail(context).send(to: identifier, connection: connection, client: client, in: request)
        return WireText.passwordResetSent
    }

    private func client(_ form: FormParameters) async throws -> Client? {
        guard let id = try form.optional("client_id") else { return nil }
        guard let client = try await context.client(id) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(id))
        }
        try client.requireCredentialEndpoints()
        return client
    }
}

package import OAuthProtocol
import Storage

/// `POST /passwordless/verify` (contract 20.4): whether a code is right, before a page sends its browser to
/// `/passwordless/verify_redirect` with it. A right code stays, a wrong one costs a try.
package struct PasswordlessVerify: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Returns for a right code. Throws `OAuthError`: `invalidGrant` with the text of contract 22.2, `tooManyAttempts`,
    /// `invalidRequest`.
    package func respond(to form: FormParameters, in request: RequestInfo) async throws {
        let code = try form.required("verification_code", maximumBytes: 64)
        let (connection, strategy) = try await PasswordlessGuess.connection(try form.required("connection"), context)
        let identifier = try Self.identifier(form, strategy)
        let client = try await client(form, identifier, connection, at: request.now)
        try await PasswordlessGuess(for: identifier, of: connection, client: client, context, in: request).verify(code)
    }

    /// Exactly one of `email` and `phone_number`, as the connection has it.
    private static func identifier(
        _ form: FormParameters, _ strategy: PasswordlessStrategy
    ) throws(OAuthError) -> PasswordlessIdentifier {
        let (email, phone) = (try form.optional("email"), try form.optional("phone_number"))
        guard (email == nil) != (phone == nil) else { throw OAuthError(.invalidRequest, WireText.oneIdentifier) }
        let name = email == nil ? "phone_number" : "email"
        let kind: PasswordlessIdentifier.Kind = email == nil ? .phone : .email
        guard kind == strategy.identifierKind, let identifier = PasswordlessIdentifier(kind, email ?? phone ?? "") else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter(name))
        }
        return identifier
    }

    /// The one that is named, or, since SDKs name none, the one that asked for the newest code.
    private func client(
        _ form: FormParameters, _ identifier: PasswordlessIdentifier, _ connection: Connection, at now: Timestamp
    ) async throws -> Client? {
        guard let id = try form.optional("client_id", maximumBytes: 512) else {
            return try await PasswordlessCodes.latestClient(for: identifier, of: connection, context, at: now)
        }
        guard let client = try await context.client(id) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(id))
        }
        return client
    }
}

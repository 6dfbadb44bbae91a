import Logging
package import OAuthProtocol
import Storage

/// `POST /oauth/token` (contract 7): the phases that no grant can skip. Parameters, the grant by table, the client's proof,
/// whether the client may use the grant, then the grant's own file; every outcome is in the audit log.
package struct TokenEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Answers a token request. `authorization` is the raw `Authorization` header.
    /// Throws `OAuthError`, spelled for the profile of the client once that is known; anything else is a fault of ours.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> TokenResponse {
        try await audited(in: request) { attempt in
            let type = GrantType(try form.required("grant_type"))
            guard let entry = GrantTable.entry(for: type) else {
                attempt.client = try await named(in: form, authorization)
                throw OAuthError(.unsupportedGrantType, WireText.unsupportedGrantType(type.rawValue))
            }
            attempt.failure = entry.failure
            try TokenParameters.check(form)
            attempt.clientID = try ClientAuthenticator.presentedClientID(in: form, authorization: authorization)
            attempt.client = try await named(in: form, authorization)
            let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
            attempt.isProved = true
            try Self.check(client.client, mayUse: type)
            try await context.noteUse(of: client.client, at: request.now)
            return try await entry.make(context).respond(to: form, from: client, in: client.trustedView(of: request))
        }
    }

    /// What is known of a request so far, for the audit log and the spelling of an error.
    private struct Attempt {
        var failure = LogEventType.loginFailed
        var clientID: String?
        /// Named by the request: it decides how a refusal is spelled, but stands in the log only once it has proved itself.
        var client: Client?
        var isProved = false
    }

    /// The client that the request names, for the spelling of a refusal. Nothing that is wrong with it matters here.
    private func named(in form: FormParameters, _ authorization: String?) async throws -> Client? {
        guard let id = try? ClientAuthenticator.presentedClientID(in: form, authorization: authorization) else { return nil }
        return try await context.client(id)
    }

    private static func check(_ client: Client, mayUse type: GrantType) throws(OAuthError) {
        // A public client cannot act in its own name, whatever its record says (contract 2.1).
        let isImpossible = client.isPublic && type == .clientCredentials
        guard client.grantTypes.contains(type), !isImpossible else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(type.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
    }

    /// Runs the request and records a refusal. Successes are recorded by the grants, in the transaction that makes them.
    private func audited(
        in request: RequestInfo, _ body: (inout Attempt) async throws -> TokenResponse
    ) async throws -> TokenResponse {
        var attempt = Attempt()
        do {
            return try await body(&attempt)
        } catch let failure as AuditedFailure {
            throw spelled(failure.error, for: attempt.client)
        } catch let failure as UserFailure {
            await record(failure.error, attempt, userID: failure.userID, in: request)
            throw spelled(failure.error, for: attempt.client)
        } catch let error as OAuthError {
            await record(error, attempt, in: request)
            throw spelled(error, for: attempt.client)
        }
    }

    private func spelled(_ error: OAuthError, for client: Client?) -> OAuthError {
        var copy = error
        copy.profile = context.profile(of: client)
        return copy
    }

    /// A log that cannot be written must not turn a refusal into a fault.
    private func record(_ error: OAuthError, _ attempt: Attempt, userID: String? = nil, in request: RequestInfo) async {
        let client = attempt.isProved ? attempt.client : nil
        var event = request.event(attempt.failure, client: client, description: error.auditReason ?? error.description)
        event.clientID = event.clientID ?? attempt.clientID.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) }
        event.userID = userID
        do {
            try await context.stores.logs.record(event)
        } catch {
            request.logger.error("The audit log refused an event", metadata: ["type": "\(attempt.failure.rawValue)"])
        }
    }
}

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
        let type = GrantType(try form.required("grant_type"))
        guard let entry = GrantTable.entry(for: type) else {
            throw OAuthError(.unsupportedGrantType, WireText.unsupportedGrantType(type.rawValue))
        }
        return try await audited(entry, form, in: request) { attempt in
            try TokenParameters.check(form)
            attempt.clientID = try ClientAuthenticator.presentedClientID(in: form, authorization: authorization)
            let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
            attempt.client = client.client
            try Self.check(client.client, mayUse: type)
            return try await entry.make(context).respond(to: form, from: client, in: client.trustedView(of: request))
        }
    }

    /// What is known of a request so far, for the audit log and the spelling of an error.
    private struct Attempt {
        var clientID: String?
        var client: Client?
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
        _ entry: GrantTable.Entry, _ form: FormParameters, in request: RequestInfo,
        _ body: (inout Attempt) async throws -> TokenResponse
    ) async throws -> TokenResponse {
        var attempt = Attempt()
        do {
            return try await body(&attempt)
        } catch let failure as AuditedFailure {
            throw Self.spelled(failure.error, for: attempt.client)
        } catch let error as OAuthError {
            await record(entry.failure, error, attempt, in: request)
            throw Self.spelled(error, for: attempt.client)
        }
    }

    private static func spelled(_ error: OAuthError, for client: Client?) -> OAuthError {
        var copy = error
        copy.profile = client?.wireProfile ?? error.profile
        return copy
    }

    /// A log that cannot be written must not turn a refusal into a fault.
    private func record(_ type: LogEventType, _ error: OAuthError, _ attempt: Attempt, in request: RequestInfo) async {
        var event = request.event(type, client: attempt.client, description: error.auditReason ?? error.description)
        event.clientID = event.clientID ?? attempt.clientID.map { String(decoding: $0.utf8.prefix(64), as: UTF8.self) }
        do {
            try await context.stores.logs.record(event)
        } catch {
            request.logger.error("The audit log refused an event", metadata: ["type": "\(type.rawValue)"])
        }
    }
}

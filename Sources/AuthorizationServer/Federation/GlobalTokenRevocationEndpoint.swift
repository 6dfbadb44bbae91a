import Logging
package import OAuthProtocol
import Storage

/// `POST /oauth/global-token-revocation/connection/{name}` (contract 12.4, draft-parecki-oauth-global-token-revocation): the
/// identity provider of a connection says that all that one of its users holds here must end.
package struct GlobalTokenRevocationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The endpoint's path up to the name of the connection, without the leading slash.
    static let path = "oauth/global-token-revocation/connection/"

    /// Ends the user's sessions and refresh tokens, and tells the clients of the sessions; access tokens are left to expire. The
    /// token of the provider is used up by a request that is well formed, whether or not there is such a user.
    ///
    /// `body` is the JSON object that was sent, `nil` for anything else. Throws `notFound` for an unknown connection or user,
    /// `invalidToken`, and `invalidRequest` for a body that names nobody. Records `universal_logout_succeeded` in the
    /// transaction, or `universal_logout_failed`.
    package func respond(
        to body: JSONObject?, presenting presented: PresentedAccessToken?, connection name: String, in request: RequestInfo
    ) async throws {
        guard let upstream = try await UpstreamConnection.find(name, in: context) else {
            throw OAuthError(.notFound, WireText.connectionNotFound)
        }
        do {
            try await respond(to: body, presented, upstream, in: request)
        } catch let error as OAuthError {
            await record(error, upstream, in: request)
            throw error
        }
    }

    private func respond(
        to body: JSONObject?, _ presented: PresentedAccessToken?, _ upstream: UpstreamConnection, in request: RequestInfo
    ) async throws {
        guard let presented, presented.scheme.isExactly("Bearer"), let compact = presented.token, !compact.isEmpty else {
            throw OAuthError(.invalidToken, WireText.invalidRevocationToken, auditReason: "no bearer token")
        }
        let tokens = RevocationToken(context, of: upstream, in: request)
        let token = try await tokens.verify(compact)
        let subject = try Self.subject(in: body)
        try await tokens.useUp(token)
        // A provider speaks for its own users alone.
        guard subject.issuer.isExactly(upstream.provider.issuer), let user = try await upstream.user(subject.name, in: context)
        else { throw OAuthError(.notFound, WireText.unknownSubject) }
        let event = request.event(.universalLogoutSucceeded, user: user)
        try await SessionEnd(context).endEverything(of: user.userID, recording: event, in: request)
    }

    private struct Subject {
        let issuer, name: String
    }

    /// The one subject identifier (RFC 9493 section 3.2.4): `subject`, which later versions of the draft call `sub_id`.
    private static func subject(in body: JSONObject?) throws(OAuthError) -> Subject {
        let named = ["subject", "sub_id"].compactMap { body?[$0] }
        guard named.count == 1, let subject = named[0].object, subject["format"]?.string?.isExactly("iss_sub") == true,
            let issuer = subject["iss"]?.string, let name = subject["sub"]?.string, !name.isEmpty
        else { throw OAuthError(.invalidRequest, WireText.malformedSubject) }
        return Subject(issuer: issuer, name: name)
    }

    /// A log that cannot be written must not turn a refusal into a fault.
    private func record(_ error: OAuthError, _ upstream: UpstreamConnection, in request: RequestInfo) async {
        var event = request.event(.universalLogoutFailed, description: error.auditReason ?? error.description)
        event.connection = upstream.connection.name
        do {
            try await context.stores.logs.record(event)
        } catch {
            request.logger.error("The audit log refused an event", metadata: ["type": "\(event.type.rawValue)"])
        }
    }
}

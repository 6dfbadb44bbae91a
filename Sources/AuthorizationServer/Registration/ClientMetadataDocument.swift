import OAuthProtocol
import Storage

/// A client whose id is the address of a document that describes it (OAuth Client ID Metadata Document). Fetched through the
/// guard, an hour old at most; failures are remembered for a short while. While its server is away, a client whose document is
/// known stays what it was for a day: its users are still to be refreshed and logged out.
struct ClientMetadataDocument: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    static let maximumAge: Lifetime = .hours(1)
    static let staleIfError: Lifetime = .hours(24)
    private static let retryAfter: Lifetime = 30
    private static let maximumNameBytes = 512
    private static let maximumBytes = 16_384

    /// Whether an id is an address at all: other ids are records.
    static func isName(_ clientID: String) -> Bool { clientID.utf8.starts(with: "https://".utf8) }

    /// `nil` when the tenant does not allow such ids, when the address breaks a rule, or when there is no good document. Throws
    /// `temporarilyUnavailable` when it cannot be told whether there is one: no client is unknown because its server is away.
    func client(_ clientID: String) async throws -> Client? {
        guard context.settings.registration.metadataDocuments, Self.isAcceptable(clientID) else { return nil }
        let environment = context.environment
        let judgement = DocumentJudgement(judge: "client of \(context.tenant.id.rawValue)") {
            described(by: $0, as: clientID) != nil
        }
        let answer: OutboundResponse
        do {
            answer = try await environment.remoteDocuments.document(
                at: clientID, accepting: "application/json", through: environment.outbound,
                freshness: freshness(judgedBy: judgement))
        } catch where error.mayPass {
            throw Self.unavailable
        } catch {
            return nil
        }
        guard let client = described(by: answer, as: clientID), try await SectorIdentifier(context).stillHolds(for: client) else {
            return nil
        }
        return client
    }

    /// How fresh what belongs to such a client must be.
    func freshness(judgedBy judgement: DocumentJudgement? = nil) -> DocumentFreshness {
        var freshness = DocumentFreshness(now: context.environment.now(), maximumAge: Self.maximumAge)
        (freshness.staleIfError, freshness.judgement, freshness.isForStranger) = (Self.staleIfError, judgement, true)
        return freshness
    }

    static var unavailable: OAuthError {
        OAuthError(
            .temporarilyUnavailable, WireText.temporarilyUnavailable, auditReason: "the client's document cannot be read",
            retryAfter: retryAfter)
    }

    /// `https`, with a path, and nothing that could be read in two ways: no user information, query, fragment or dot segments.
    static func isAcceptable(_ clientID: String) -> Bool {
        guard clientID.utf8.count <= maximumNameBytes, let uri = RedirectURI(clientID), uri.scheme == "https", uri.query == nil,
            !clientID.utf8.contains(UInt8(ascii: "#")), !clientID.utf8.contains(UInt8(ascii: "%")), uri.path.utf8.count > 1
        else { return false }
        return !uri.path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    private func described(by answer: OutboundResponse, as clientID: String) -> Client? {
        guard answer.contentType == "application/json" || answer.contentType.hasSuffix("+json"),
            answer.body.count <= Self.maximumBytes, let members = (try? JSONValue.parse(answer.body))?.object,
            members["client_id"]?.string?.isExactly(clientID) == true,
            // A secret in a public document is none.
            members["client_secret"] == nil, members["client_secret_expires_at"] == nil
        else { return nil }
        let name = RedirectURI(clientID)?.host ?? clientID
        var client = Client(
            clientID: clientID, name: name, tokenEndpointAuthMethod: .none, grantTypes: [], createdAt: Timestamp(milliseconds: 0))
        client.isFirstParty = false
        client.thirdPartySecurityMode = context.settings.registration.thirdPartySecurityMode
        client.wireProfile = context.settings.defaultWireProfile == .auth0 ? .standard : nil
        client.registration = ClientRegistration(origin: .metadataDocument)
        var described = members
        if described["token_endpoint_auth_method"] == nil { described["token_endpoint_auth_method"] = "none" }
        guard (try? ClientMetadata(described).apply(to: &client, named: name, context)) != nil,
            client.tokenEndpointAuthMethod == .none || client.tokenEndpointAuthMethod == .privateKeyJWT
        else { return nil }
        client.refreshToken = .rotatingDefaults
        return client
    }
}

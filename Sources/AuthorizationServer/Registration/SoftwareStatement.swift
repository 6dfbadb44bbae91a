import JOSE
import OAuthProtocol
import Storage

/// Metadata that somebody trusted signed (RFC 7591 section 2.3). What it says wins over what the client says.
struct SoftwareStatement: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private static let ownClaims = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"]

    /// The members with those of the statement. Throws `invalidSoftwareStatement` for one that does not verify,
    /// `unapprovedSoftwareStatement` when the tenant trusts nobody or insists on one that is missing.
    func merged(_ members: JSONObject, at now: Timestamp) throws(OAuthError) -> JSONObject {
        let settings = context.settings.registration
        guard let value = members["software_statement"], value != .null else {
            guard !settings.requiresSoftwareStatement else {
                throw OAuthError(.unapprovedSoftwareStatement, WireText.softwareStatementRequired)
            }
            return members
        }
        guard let keys = settings.softwareStatementJWKS else {
            throw OAuthError(.unapprovedSoftwareStatement, WireText.softwareStatementRefused)
        }
        guard let text = value.string, let set = try? JWKSet(parsing: Array(keys.utf8)),
            let statement = try? JWS.verify(text, keys: set, algorithms: SignatureAlgorithm.asymmetric),
            statement.payload["exp"]?.integer.map({ $0 > now.seconds }) ?? true
        else { throw OAuthError(.invalidSoftwareStatement, WireText.softwareStatementRefused) }
        var result = members
        for member in statement.payload.members where !Self.ownClaims.contains(member.name) {
            result[member.name] = member.value
        }
        return result
    }
}

/// The list behind a `sector_identifier_uri` holds every callback (OIDC Registration 5).
struct SectorIdentifier: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Throws `invalidClientMetadata`; also for a pairwise client whose callbacks have several hosts and no list.
    func check(_ client: Client, at now: Timestamp) async throws {
        guard let uri = client.responses.sectorIdentifierURI else {
            let hosts = Set(client.callbacks.compactMap { RedirectURI($0)?.host })
            guard client.responses.subjectType == .public || hosts.count <= 1 else {
                throw ClientMetadata.refusal("sector_identifier_uri", "is needed: the redirect_uris have several hosts")
            }
            return
        }
        let listed = try await list(uri, at: now)
        for callback in client.callbacks where !listed.contains(where: callback.isExactly) {
            throw ClientMetadata.refusal("sector_identifier_uri", "does not list every redirect_uri")
        }
    }

    private func list(_ uri: String, at now: Timestamp) async throws -> [String] {
        let answer: OutboundResponse
        do {
            answer = try await context.environment.outbound.get(uri, accepting: "application/json", limits: .strangersDocument)
        } catch {
            throw ClientMetadata.refusal("sector_identifier_uri", "cannot be read")
        }
        guard answer.status == 200, let list = (try? JSONValue.parse(answer.body))?.array else {
            throw ClientMetadata.refusal("sector_identifier_uri", "is not a list")
        }
        return list.compactMap(\.string)
    }
}

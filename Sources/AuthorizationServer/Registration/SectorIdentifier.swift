import JOSE
import OAuthProtocol
import Storage

/// The list behind a `sector_identifier_uri` holds every callback (OIDC Registration 5): nobody joins the sector of others, whose
/// users' pairwise identifiers it would learn.
struct SectorIdentifier: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private static let type = "application/json"

    /// At registration: asks now. Throws `invalidClientMetadata`; also for a pairwise client whose callbacks have several hosts
    /// and no list.
    func check(_ client: Client, at now: Timestamp) async throws {
        guard let uri = client.responses.sectorIdentifierURI else {
            guard Self.needsNoList(client) else {
                throw ClientMetadata.refusal("sector_identifier_uri", "is needed: the redirect_uris have several hosts")
            }
            return
        }
        let answer: OutboundResponse
        do {
            answer = try await context.environment.outbound.get(uri, accepting: Self.type, limits: .strangersDocument)
        } catch {
            throw ClientMetadata.refusal("sector_identifier_uri", "cannot be read")
        }
        guard answer.status == 200, let listed = Self.list(in: answer) else {
            throw ClientMetadata.refusal("sector_identifier_uri", "is not a list")
        }
        guard Self.lists(listed, all: client) else {
            throw ClientMetadata.refusal("sector_identifier_uri", "does not list every redirect_uri")
        }
    }

    /// For a client that is described anew each time: by a list that is kept as long as the description. Throws
    /// `temporarilyUnavailable` when the list cannot be had now.
    func stillHolds(for client: Client) async throws -> Bool {
        guard let uri = client.responses.sectorIdentifierURI else { return Self.needsNoList(client) }
        var freshness = ClientMetadataDocument(context).freshness()
        // The description may have changed, and the list with it, since the list was read.
        for asksAgain in [false, true] {
            freshness.asksAgain = asksAgain
            let answer: OutboundResponse
            do {
                answer = try await context.environment.remoteDocuments.document(
                    at: uri, accepting: Self.type, through: context.environment.outbound, freshness: freshness)
            } catch where error.mayPass {
                throw ClientMetadataDocument.unavailable
            } catch {
                return false
            }
            if let listed = Self.list(in: answer), Self.lists(listed, all: client) { return true }
        }
        return false
    }

    private static func needsNoList(_ client: Client) -> Bool {
        client.responses.subjectType == .public || Set(client.callbacks.compactMap { RedirectURI($0)?.host }).count <= 1
    }

    private static func list(in answer: OutboundResponse) -> [String]? {
        (try? JSONValue.parse(answer.body))?.array.map { $0.compactMap(\.string) }
    }

    private static func lists(_ listed: [String], all client: Client) -> Bool {
        client.callbacks.allSatisfy { callback in listed.contains(where: callback.isExactly) }
    }
}

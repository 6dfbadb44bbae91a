import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Requests at the PAR endpoint, and the browser that follows them up.
struct PushedRequestCase {
    var fixture: EngineFixture
    var client: Client

    /// The confidential client, in the `standard` profile unless told otherwise.
    static func make(
        _ profile: WireProfile = .standard, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> PushedRequestCase {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { client in
            client.wireProfile = profile
            change(&client)
        }
        return PushedRequestCase(fixture: fixture, client: client)
    }

    func push(_ pairs: [(String, String)], as other: Client? = nil) async throws -> PushedAuthorizationResponse {
        let form = FormParameters(pairs + fixture.credentials(of: other ?? client).filter { pair in !pairs.contains { $0.0 == pair.0 } })
        return try await PushedAuthorizationEndpoint(fixture.context).respond(to: form, authorization: nil, in: fixture.request())
    }

    /// The pushed request of the seed flow.
    func push(_ changes: [String: String] = [:]) async throws -> String {
        try await push(EngineBrowser.parameters(client, changes)).requestURI
    }

    func refusal(
        _ pairs: [(String, String)], as other: Client? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await push(pairs, as: other) }
        return try #require(error, sourceLocation: location)
    }

    /// What a browser brings to `/authorize`.
    func form(_ requestURI: String, as other: Client? = nil, _ more: [(String, String)] = []) -> FormParameters {
        FormParameters([("client_id", (other ?? client).clientID), ("request_uri", requestURI)] + more)
    }

    /// The refusal that a person sees.
    func shown(
        _ form: FormParameters, _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        var browser = EngineBrowser(fixture)
        do {
            let outcome = try await browser.authorize(form)
            Issue.record("\(outcome)", sourceLocation: location)
        } catch AuthorizeFailure.shownToUser(let error, _) {
            return error
        }
        throw EngineBrowser.Failure.unexpected("no refusal")
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Request objects by reference: an address of the client's (OIDC Core 6.2, RFC 9101 section 5.2).
@Suite struct RequestReferenceTests {
    private static let address = "https://client.example.test/request.jwt"

    private func make(_ profile: WireProfile = .standard, _ registered: [String] = [address]) async throws -> RequestObjectCase {
        try await RequestObjectCase.make(profile) { $0.requests.requestURIs = registered }
    }

    private func refusal(_ jar: RequestObjectCase, _ uri: String = address) async throws -> OAuthError? {
        try await jar.refusal(of: FormParameters([("client_id", jar.client.clientID), ("request_uri", uri)]))
    }

    @Test("a registered address is fetched and its object counts", arguments: [true, false])
    func success(_ isSigned: Bool) async throws {
        let jar = try await make()
        let object = isSigned ? try jar.object() : jar.unsigned()
        jar.fixture.outbound.serve(object + "\n", at: Self.address, type: "application/oauth-authz-req+jwt")
        #expect(try await refusal(jar) == nil)
        #expect(jar.fixture.outbound.gets == [Self.address])
    }

    @Test("the fragment is part of what is registered, and not of what is asked")
    func fragment() async throws {
        let named = Self.address + "#hash-of-the-content"
        let jar = try await make(.standard, [named])
        jar.fixture.outbound.serve(try jar.object(), at: Self.address)
        #expect(try await refusal(jar, named) == nil)
        #expect(jar.fixture.outbound.gets == [Self.address])
        #expect(try await refusal(jar)?.kind == .invalidRequestURI)
        #expect(try await refusal(jar, Self.address + "#other")?.kind == .invalidRequestURI)
    }

    @Test("an address that is not registered is never asked", arguments: [
        "https://evil.test/r.jwt", "http://127.0.0.1/", "https://client.example.test/request.jwt?x", "file:///etc/passwd",
        "https://client.example.test/request.jw", "urn:ietf:params:oauth:request-uri:x", "",
    ])
    func unregistered(_ uri: String) async throws {
        let jar = try await make()
        let error = try await refusal(jar, uri)
        #expect(error != nil && error?.kind != .serverError)
        #expect(jar.fixture.outbound.gets.isEmpty)
    }

    @Test("a failing fetch is the client's failure", arguments: [OutboundError.forbidden, .unreachable, .timeout, .tooLarge, .redirected])
    func fetchFails(_ failure: OutboundError) async throws {
        let jar = try await make()
        jar.fixture.outbound.fail(Self.address, with: failure)
        #expect(try await refusal(jar)?.kind == .invalidRequestURI)
    }

    @Test("another status, nonsense and an object that is no good are refused")
    func badContent() async throws {
        let jar = try await make()
        jar.fixture.outbound.serve(try jar.object(), at: Self.address, status: 404)
        #expect(try await refusal(jar)?.kind == .invalidRequestURI)
        for content in ["", "<html>", "a.b.c", try jar.object([("aud", "https://evil.test/")])] {
            jar.fixture.outbound.serve(content, at: Self.address)
            #expect(try await refusal(jar)?.kind == .invalidRequestObject)
        }
    }

    @Test("Auth0's profile takes none")
    func auth0() async throws {
        let jar = try await make(.auth0)
        jar.fixture.outbound.serve(try jar.object(), at: Self.address)
        #expect(try await refusal(jar)?.kind == .requestURINotSupported)
        #expect(jar.fixture.outbound.gets.isEmpty)
    }
}

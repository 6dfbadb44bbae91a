@testable import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `Auth0-Client` (contract 1.1): read leniently, logged, never a reason to fail.
@Suite struct SDKTelemetryTests {
    private static let known = #"{"name":"auth0-spa-js","version":"2.1.3","env":{"browser":"chrome"}}"#

    @Test(
        "Either alphabet is read, with padding or without",
        arguments: [
            Base64.encode(Array(known.utf8)), Base64URL.encode(Array(known.utf8)),
            Base64.encode(Array(#"{"name":"auth0-spa-js","version":"2.1.3","env":{"browser":"chrome"}, "x":"??>>"}"#.utf8)),
        ])
    func read(text: String) {
        #expect(SDKTelemetry.parse(text)?.serializedString == Self.known)
    }

    @Test(
        "What cannot be read is passed over",
        arguments: [
            "", "%%%", "e30", Base64URL.encode(Array("[]".utf8)), Base64URL.encode(Array(#"{"name":1}"#.utf8)),
            Base64URL.encode(Array("{\"name\":\"\(String(repeating: "a", count: 3000))\"}".utf8)),
            Base64URL.encode(Array(String(repeating: "[", count: 1000).utf8)),
        ])
    func unreadable(text: String) {
        #expect(SDKTelemetry.parse(text) == nil)
    }

    @Test("What is kept of it is short, whatever was sent")
    func short() throws {
        let members = (0..<40).map { "\"\(String(repeating: "k", count: 70))\($0)\":\"v\"" }.joined(separator: ",")
        let text = "{\"name\":\"\(String(repeating: "n", count: 100))\",\"env\":{\(members.prefix(1200)) \":\"v\"}}"
        let parsed = SDKTelemetry.parse(Base64URL.encode(Array(text.utf8)))
        #expect((parsed?["name"]?.string?.utf8.count ?? 0) <= 64)
        #expect((parsed?["env"]?.object?.members.count ?? 0) <= 10)
    }

    @Test("The audit log says which SDK asked")
    func logged() async throws {
        let fixture = try await EngineFixture.make()
        var request = fixture.request()
        request.sdkTelemetry = Base64.encode(Array(Self.known.utf8))
        let event = request.event(.loginSucceeded, client: fixture.web)
        #expect(event.details["auth0_client"]?.object?["name"]?.string == "auth0-spa-js")
        request.sdkTelemetry = "nonsense!"
        #expect(request.event(.loginSucceeded).details["auth0_client"] == nil)
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Metadata that others vouch for: software statements (RFC 7591 section 2.3) and sector identifiers (OIDC Registration 5).
@Suite struct TrustedMetadataTests {
    private func statement(_ key: TestKey, _ changes: [(String, JSONValue?)] = [], at now: Timestamp) throws -> JSONValue {
        var claims: JSONObject = ["iss": "https://publisher.test/", "software_id": "s-1", "client_name": "Vouched"]
        for (name, value) in changes { claims[name] = value }
        return .string(try key.jwt(claims))
    }

    private func make(_ key: TestKey, required: Bool = false) async throws -> RegistrationCase {
        try await RegistrationCase.make { settings in
            (settings.softwareStatementJWKS, settings.requiresSoftwareStatement) = (TestKey.jwks(key), required)
        }
    }

    @Test("what a statement says wins")
    func wins() async throws {
        let key = try TestKey()
        let registration = try await make(key)
        let statement = try statement(key, [("redirect_uris", .strings(["https://vouched.test/cb"]))], at: registration.fixture.now)
        let answer = try await registration.register([("software_statement", statement), ("client_name", "Mine")])
        #expect(answer["client_name"] == "Vouched" && answer["redirect_uris"] == .strings(["https://vouched.test/cb"]))
        #expect(answer["software_statement"] == statement && answer["iss"] == nil)
        #expect(try await registration.client(answer).registration?.softwareID == "s-1")
    }

    @Test("another's signature, an expired one, no JWT and alg none are invalid_software_statement")
    func invalid() async throws {
        let key = try TestKey()
        let registration = try await make(key)
        let now = registration.fixture.now
        let unsigned = Base64URL.encode((["alg": "none"] as JSONObject).serialized) + ".e30."
        for bad in [
            try statement(try TestKey(), at: now), try statement(key, [("exp", .integer(now.seconds))], at: now), "x", "a.b.c", 1,
            .string(unsigned), .object([:]),
        ] as [JSONValue] {
            #expect(try await registration.refusal([("software_statement", bad)]).kind == .invalidSoftwareStatement)
        }
    }

    @Test("a statement's times are whole numbers, and now lies between them", arguments: [
        ([("exp", 60)], true), ([("nbf", 0)], true), ([("nbf", 10)], true), ([("exp", 1), ("nbf", -60)], true),
        ([("exp", 0)], false), ([("exp", -1)], false), ([("nbf", 11)], false), ([("exp", 60), ("nbf", 60)], false),
    ] as [([(String, Int64)], Bool)])
    func times(_ offsets: [(String, Int64)], _ isGood: Bool) async throws {
        let key = try TestKey()
        let registration = try await make(key)
        let now = registration.fixture.now
        let statement = try statement(key, offsets.map { ($0.0, .integer(now.seconds + $0.1)) }, at: now)
        if isGood {
            #expect(try await registration.register([("software_statement", statement)])["client_name"] == "Vouched")
        } else {
            #expect(try await registration.refusal([("software_statement", statement)]).kind == .invalidSoftwareStatement)
        }
    }

    @Test("times that are no whole numbers are refused, not overlooked", arguments: [
        ("exp", .string("9999999999")), ("exp", .number(9_999_999_999.5)), ("exp", .null), ("exp", true),
        ("exp", .array([9_999_999_999])), ("nbf", .string("0")), ("nbf", .number(0.5)), ("nbf", .null),
    ] as [(String, JSONValue)])
    func malformedTimes(_ name: String, _ value: JSONValue) async throws {
        let key = try TestKey()
        let registration = try await make(key)
        let statement = try statement(key, [(name, value)], at: registration.fixture.now)
        #expect(try await registration.refusal([("software_statement", statement)]).kind == .invalidSoftwareStatement)
    }

    @Test("a tenant that trusts nobody takes none; one that insists takes no client without")
    func unapproved() async throws {
        let key = try TestKey()
        let trustless = try await RegistrationCase.make()
        let statement = try statement(key, at: trustless.fixture.now)
        #expect(try await trustless.refusal([("software_statement", statement)]).kind == .unapprovedSoftwareStatement)
        let strict = try await make(key, required: true)
        #expect(try await strict.refusal().kind == .unapprovedSoftwareStatement)
        #expect(try await strict.refusal([("software_statement", .null)]).kind == .unapprovedSoftwareStatement)
        #expect(try await strict.register([("software_statement", statement)])["client_id"] != nil)
    }

    // MARK: Sector identifiers

    private static let sector = "https://sector.test/uris.json"

    @Test("the list must hold every callback", arguments: [
        (#"["https://client.example.test/cb"]"#, true), (#"["https://other.test/","https://client.example.test/cb"]"#, true),
        (#"["https://client.example.test/cb/"]"#, false), ("[]", false), ("{}", false), ("", false), (#"[1]"#, false),
    ])
    func list(_ body: String, _ isGood: Bool) async throws {
        let registration = try await RegistrationCase.make()
        registration.fixture.outbound.serve(body, at: Self.sector)
        let metadata: [(String, JSONValue?)] = [("subject_type", "pairwise"), ("sector_identifier_uri", .string(Self.sector))]
        if isGood {
            let client = try await registration.client(try await registration.register(metadata))
            #expect(client.responses.sectorIdentifierURI == Self.sector && client.responses.subjectType == .pairwise)
        } else {
            #expect(try await registration.refusal(metadata).kind == .invalidClientMetadata)
        }
    }

    @Test("a list that cannot be read refuses the registration", arguments: [OutboundError.forbidden, .timeout, .tooLarge, .redirected])
    func unreadable(_ failure: OutboundError) async throws {
        let registration = try await RegistrationCase.make()
        registration.fixture.outbound.fail(Self.sector, with: failure)
        #expect(try await registration.refusal([("sector_identifier_uri", .string(Self.sector))]).kind == .invalidClientMetadata)
    }

    @Test("pairwise callbacks on several hosts need a list")
    func severalHosts() async throws {
        let registration = try await RegistrationCase.make()
        let uris: JSONValue = .strings(["https://one.test/cb", "https://two.test/cb"])
        #expect(try await registration.refusal([("redirect_uris", uris), ("subject_type", "pairwise")]).kind == .invalidClientMetadata)
        #expect(try await registration.register([("redirect_uris", uris)])["client_id"] != nil)
        let same: JSONValue = .strings(["https://one.test/cb", "https://one.test/other"])
        #expect(try await registration.register([("redirect_uris", same), ("subject_type", "pairwise")])["client_id"] != nil)
    }
}

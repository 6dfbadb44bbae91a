import OAuthProtocol
import Testing

/// `ProfileRules`, row by row (contract 24, conformance 1.1): one column per profile.
@Suite struct ProfileRulesTests {
    static let profiles: [WireProfile] = [
        .auth0, .standard, .fapi1Advanced, .fapi2Security, .fapi2MessageSigning, .fapiCIBA,
    ]

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let read: @Sendable (ProfileRules) -> Bool
        /// One character per profile, in the order of `profiles`.
        let expected: String

        init(_ name: String, _ expected: String, _ read: @escaping @Sendable (ProfileRules) -> Bool) {
            (testDescription, self.expected, self.read) = (name, expected, read)
        }
    }

    static let rows = [
        Row("only the issuer is an assertion's audience", "...yy.") { $0.assertionAudience == .issuerOnly },
        Row("requests are pushed", "...yy.") { $0.requiresPushedRequests },
        Row("requests are signed", "..y.yy") { $0.requiresSignedRequests },
        Row("request objects are short-lived", "..y.yy") { $0.limitsRequestObjectLifetime },
        Row("every code needs S256", "...yy.") { $0.requiresS256 },
        Row("strong signatures only", "..yyyy") { $0.requiresStrongSignatures },
        Row("tokens are bound", "..yyyy") { $0.requiresSenderConstraint },
        Row("clients prove themselves by keys", "..yyyy") { $0.requiresStrongClientAuthentication },
        Row("iss in responses", ".yyyyy") { $0.includesIssuer },
        Row("no rotation", "..yyyy") { $0.forbidsRotation },
        Row("codes of one minute", "..yyyy") { $0.maximumCodeLifetime == 60 },
        Row("updated_at is a number", ".yyyyy") { $0.hasNumericUpdatedAt },
        Row("claims of scopes in every ID token", "y.....") { $0.putsScopeClaimsInIDToken },
        Row("auth_time always", ".yyyyy") { $0.alwaysSendsAuthTime },
        Row("tokens as parameters", "yy....") { $0.acceptsTokenParameter },
        Row("jti in every access token", ".yyyyy") { $0.namesAccessTokens },
        Row("s_hash", "..y...") { $0.hashesState },
        Row("an unasked verifier is refused", ".yyyyy") { $0.refusesUnaskedVerifier },
        Row("clients are challenged", ".y....") { $0.challengesClients },
        Row("public clients need our nonce", "y.....") { $0.demandsNonceOfPublicClients },
        Row("excess is refused", ".yyyyy") { $0.refusesExcess },
        Row("access tokens are revocable", ".yyyyy") { $0.revokesAccessTokens },
        Row("logout tokens have a type", ".yyyyy") { $0.typesLogoutTokens },
        Row("pushed requests of half a minute", "y.....") { $0.pushedRequestLifetime == 30 },
    ]

    @Test("each profile has the row's rule or lacks it", arguments: rows)
    func row(_ row: Row) {
        let found = Self.profiles.map { row.read($0.rules) ? "y" : "." }.joined()
        #expect(found == row.expected)
    }

    @Test("the columns are all the profiles there are, and no two have the same rules")
    func columns() {
        #expect(Set(Self.profiles) == Set(WireProfile.allCases))
        for (index, one) in Self.profiles.enumerated() {
            for other in Self.profiles[(index + 1)...] { #expect(one.rules != other.rules) }
        }
    }

    @Test("lifetimes: a code of ten minutes at most, a pushed request of less than ten", arguments: WireProfile.allCases)
    func lifetimes(_ profile: WireProfile) {
        #expect((1...600).contains(profile.rules.maximumCodeLifetime))
        #expect((5..<600).contains(profile.rules.pushedRequestLifetime))
    }

    @Test("the names in records and imports", arguments: zip(profiles, [
        "auth0", "standard", "fapi1_advanced", "fapi2_security", "fapi2_message_signing", "fapi_ciba",
    ]))
    func name(_ profile: WireProfile, _ name: String) { #expect(profile.rawValue == name) }
}

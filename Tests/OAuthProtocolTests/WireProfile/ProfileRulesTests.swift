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
        Row("clients sign with RS256", "yy....") { $0.clientAlgorithms.contains("RS256") },
        Row("clients sign with RS384", "yy....") { $0.clientAlgorithms.contains("RS384") },
        Row("clients sign with RS512", ".y....") { $0.clientAlgorithms.contains("RS512") },
        Row("clients sign with PS256", "yyyyyy") { $0.clientAlgorithms.contains("PS256") },
        Row("clients sign with PS384 and PS512", ".y....") { $0.clientAlgorithms.contains(all: ["PS384", "PS512"]) },
        Row("clients sign with ES256", ".yyyyy") { $0.clientAlgorithms.contains("ES256") },
        Row("clients sign with ES384 and ES512", ".y....") { $0.clientAlgorithms.contains(all: ["ES384", "ES512"]) },
        Row("clients sign with EdDSA", ".y.yy.") { $0.clientAlgorithms.contains("EdDSA") },
        Row("clients sign with their secret", ".y....") { $0.clientAlgorithms.contains(all: ["HS256", "HS384", "HS512"]) },
        Row("proofs by ES256", "yyyyyy") { $0.proofAlgorithms.contains("ES256") },
        Row("proofs by PS256", ".yyyyy") { $0.proofAlgorithms.contains("PS256") },
        Row("proofs by EdDSA", ".y.yy.") { $0.proofAlgorithms.contains("EdDSA") },
        Row("tokens are bound", "..yyyy") { $0.requiresSenderConstraint },
        Row("clients prove themselves by keys", "..yyyy") { $0.requiresStrongClientAuthentication },
        Row("the secret None is none", "y.....") { $0.toleratesNoneAsSecret },
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

    @Test("no profile takes unsigned texts, an algorithm twice, or a proof by a weak or shared key", arguments: WireProfile.allCases)
    func algorithms(_ profile: WireProfile) {
        let (clients, proofs) = (profile.rules.clientAlgorithms, profile.rules.proofAlgorithms)
        #expect(Set(clients).count == clients.count && Set(proofs).count == proofs.count && !clients.contains("none"))
        #expect(Set(proofs).isSubset(of: ["ES256", "PS256", "EdDSA"]))
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

extension [String] {
    fileprivate func contains(all names: [String]) -> Bool { names.allSatisfy(contains) }
}

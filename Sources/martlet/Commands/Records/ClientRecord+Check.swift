import AuthorizationServer
import Egress
import JOSE
import OAuthProtocol
import Storage

/// What a client's record must keep (contract 2).
extension ClientRecord {
    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ client: Client) throws {
        var problems = basicProblems(client)
        problems += proofProblems(client) + requestProblems(client) + responseProblems(client)
        problems += transferProblems(client) + thirdPartyProblems(client)
        problems += urlProblems(client) + fetchedURLProblems(client) + lifetimeProblems(client)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the client") }
    }

    private static let knownGrants: [GrantType] = [
        .authorizationCode, .implicit, .refreshToken, .clientCredentials, .password, .passwordRealm, .passwordlessOTP, .mfaOTP,
        .mfaOOB, .mfaRecoveryCode, .webauthn, .deviceCode, .ciba, .tokenExchange, .jwtBearer,
        .federatedConnectionAccessToken,
    ]

    private static func basicProblems(_ client: Client) -> [String] {
        var problems: [String] = []
        if client.name.isEmpty { problems.append("name: must not be empty") }
        if client.name.contains(where: { $0 == "<" || $0 == ">" }) { problems.append("name: must not have < or >") }
        if client.appType == .spa && !client.isPublic {
            problems.append("token_endpoint_auth_method: a spa cannot keep a secret; use none")
        }
        if client.isPublic && client.grantTypes.contains(.clientCredentials) {
            problems.append("grant_types: client_credentials needs a client that can prove itself")
        }
        if client.isPublic && client.jwtConfiguration.alg == TokenSigning.shared {
            problems.append("jwt_configuration.alg: HS256 needs a client with a secret")
        }
        if client.crossOriginAuthentication && !client.isFirstParty {
            problems.append("cross_origin_authentication: only a first-party client may ask for passwords")
        }
        for grant in client.grantTypes where !knownGrants.contains(grant) {
            problems.append("grant_types: \"\(grant)\" is not one of \(knownGrants.map(\.rawValue).joined(separator: ", "))")
        }
        return problems
    }

    /// What only some kinds of clients may have (contract 2.1, 4.7).
    private static func thirdPartyProblems(_ client: Client) -> [String] {
        var problems: [String] = []
        if client.isFirstParty && (client.thirdPartySecurityMode != nil || client.redirectionPolicy != nil) {
            problems.append("third_party_security_mode, redirection_policy: are for clients with is_first_party false")
        }
        for grant in client.grantTypes where client.isStrictThirdParty && !GrantEligibility.openToThirdParties.contains(grant) {
            problems.append("grant_types: \(grant) is not for a third party; set third_party_security_mode to permissive")
        }
        let isDevice = client.appType == .native && client.isPublic && client.oidcConformant
        if client.grantTypes.contains(.deviceCode) && !isDevice && client.registration == nil {
            problems.append("grant_types: \(GrantType.deviceCode) needs app_type native and token_endpoint_auth_method none")
        }
        if client.grantTypes.contains(.passwordlessOTP) && client.appType == .spa {
            problems.append("grant_types: \(GrantType.passwordlessOTP) is not for a spa")
        }
        if !client.hasFrontchannelLogoutAtHome {
            problems.append("logout.frontchannel_logout_uri: must have the scheme, host and port of a callback")
        }
        return problems
    }

    private static func proofProblems(_ client: Client) -> [String] {
        let proof = client.proof
        var problems: [String] = []
        if proof.jwks != nil && proof.jwksURI != nil { problems.append("proof: jwks and jwks_uri, of which one may be set") }
        if let jwks = proof.jwks, (try? JWKSet(parsing: Array(jwks.utf8))) == nil {
            problems.append("proof.jwks: is not a set of public keys, such as {\"keys\": [{\"kty\": \"EC\", …}]}")
        }
        let subjects = [
            proof.tlsClientAuthSubjectDN, proof.tlsClientAuthSANDNS, proof.tlsClientAuthSANURI, proof.tlsClientAuthSANIP,
            proof.tlsClientAuthSANEmail,
        ].compactMap(\.self)
        switch client.tokenEndpointAuthMethod {
        case .privateKeyJWT, .selfSignedTLSClientAuth:
            if proof.jwks == nil && proof.jwksURI == nil {
                problems.append("proof: \(client.tokenEndpointAuthMethod.rawValue) needs jwks or jwks_uri")
            }
        case .tlsClientAuth:
            if subjects.count != 1 {
                problems.append(
                    "proof: tls_client_auth needs exactly one of tls_client_auth_subject_dn and tls_client_auth_san_…")
            }
        case .none, .clientSecretPost, .clientSecretBasic, .clientSecretJWT: break
        }
        return problems
    }

    private static func requestProblems(_ client: Client) -> [String] {
        var problems = (client.requests.responseTypes ?? []).compactMap {
            ResponseType(parsing: $0) == nil ? "requests.response_types: \"\($0)\" is not a response type" : nil
        }
        if client.requests.defaultMaxAge.map({ $0 < 0 }) == true {
            problems.append("requests.default_max_age: must not be negative")
        }
        if client.ciba.tokenDeliveryMode == .ping && client.ciba.clientNotificationEndpoint == nil {
            problems.append("ciba: ping needs backchannel_client_notification_endpoint")
        }
        return problems
    }

    private static func responseProblems(_ client: Client) -> [String] {
        let rules = client.responses
        let pairs = [
            ("id_token", rules.idTokenEncryptedResponseAlg, rules.idTokenEncryptedResponseEnc),
            ("userinfo", rules.userinfoEncryptedResponseAlg, rules.userinfoEncryptedResponseEnc),
        ]
        var problems: [String] = []
        for (name, alg, enc) in pairs {
            if enc != nil && alg == nil {
                problems.append("responses.\(name)_encrypted_response_enc: needs \(name)_encrypted_response_alg")
            }
            if alg != nil && client.proof.jwks == nil && client.proof.jwksURI == nil {
                problems.append("responses.\(name)_encrypted_response_alg: needs proof.jwks or proof.jwks_uri")
            }
        }
        return problems
    }

    /// A session transfer token is the user's whole single sign-on, and is got for a refresh token.
    private static func transferProblems(_ client: Client) -> [String] {
        guard client.sessionTransfer.canCreateSessionTransferToken else { return [] }
        let name = "session_transfer.can_create_session_transfer_token"
        var problems: [String] = []
        if !client.isFirstParty { problems.append("\(name): needs a first-party client") }
        if !client.grantTypes.contains(.refreshToken) { problems.append("\(name): needs the grant type refresh_token") }
        return problems
    }

    private static func urlProblems(_ client: Client) -> [String] {
        let lists = [
            ("callbacks", client.callbacks), ("allowed_logout_urls", client.allowedLogoutURLs),
            ("web_origins", client.webOrigins), ("allowed_origins", client.allowedOrigins),
            ("logout.frontchannel_logout_uri", [client.logout.frontchannelLogoutURI].compactMap(\.self)),
            (
                "presentation",
                [client.presentation.clientURI, client.presentation.policyURI, client.presentation.tosURI].compactMap(\.self)
            ),
        ]
        return lists.flatMap { name, urls in
            urls.compactMap { URLGrammar.isRegistrable($0) ? nil : "\(name): \"\($0)\" is not an absolute URL" }
        }
    }

    /// What we fetch must be well-formed; whether its address may be asked is decided when it is.
    private static func fetchedURLProblems(_ client: Client) -> [String] {
        let lists = [
            ("proof.jwks_uri", [client.proof.jwksURI].compactMap(\.self)), ("requests.request_uris", client.requests.requestURIs),
            ("responses.sector_identifier_uri", [client.responses.sectorIdentifierURI].compactMap(\.self)),
            ("logout.backchannel_logout_uris", client.logout.backchannelLogoutURIs),
            (
                "ciba.backchannel_client_notification_endpoint", [client.ciba.clientNotificationEndpoint].compactMap(\.self)
            ),
        ]
        return lists.flatMap { name, urls in
            urls.compactMap { OutboundTarget($0) == nil ? "\(name): \"\($0)\" is not a URL that can be asked" : nil }
        }
    }

    private static func lifetimeProblems(_ client: Client) -> [String] {
        let tokens = client.refreshToken
        let limits: [(String, Lifetime, ClosedRange<Int64>)] = [
            ("refresh_token.token_lifetime", tokens.tokenLifetime, 1...31_557_600),
            ("refresh_token.idle_token_lifetime", tokens.idleTokenLifetime, 1...31_557_600),
            ("refresh_token.leeway", tokens.leeway, 0...31_557_600),
            ("jwt_configuration.lifetime_in_seconds", client.jwtConfiguration.lifetime, 1...2_592_000),
        ]
        return limits.compactMap { name, lifetime, range in
            range.contains(lifetime.seconds) ? nil : "\(name): must be \(range.lowerBound) to \(range.upperBound) seconds"
        }
    }
}

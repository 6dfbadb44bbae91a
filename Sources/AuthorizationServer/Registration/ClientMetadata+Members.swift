import JOSE
import OAuthProtocol
import Storage

extension ClientMetadata {
    // MARK: Who it is

    func applyIdentity(to client: inout Client) throws(OAuthError) {
        if let name = try text("client_name", maximumBytes: 200) { client.name = name }
        client.logoURI = try page("logo_uri")
        client.presentation.clientURI = try page("client_uri")
        client.presentation.policyURI = try page("policy_uri")
        client.presentation.tosURI = try page("tos_uri")
        client.presentation.contacts = try texts("contacts") ?? []
        if let uri = try page("initiate_login_uri") {
            guard uri.hasPrefix("https://") else { throw Self.refusal("initiate_login_uri", "must be https") }
            client.initiateLoginURI = uri
        } else {
            client.initiateLoginURI = nil
        }
        client.registration?.softwareID = try text("software_id", maximumBytes: 256)
        client.registration?.softwareVersion = try text("software_version", maximumBytes: 256)
    }

    // MARK: What it may ask for

    /// What such a client may not have is left out, grant types and response types alike, and the answer says what is left
    /// (RFC 7591 section 3.2.1). Throws when no response type is left of those that were asked for, unless a grant is left that
    /// needs none, such as the device code.
    func applyGrants(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        let asked = try texts("grant_types")?.map { GrantType($0) } ?? [.authorizationCode]
        var possible = GrantEligibility(context.settings.registration).registrable
        if client.isStrictThirdParty { possible.removeAll { $0 == .implicit } }
        client.grantTypes = possible.filter { asked.contains($0) }
        let wanted = try texts("response_types") ?? (client.grantTypes.contains(.authorizationCode) ? ["code"] : [])
        client.requests.responseTypes = []
        for text in wanted {
            guard let type = ResponseType(parsing: text) else { throw Self.refusal("response_types", "is not supported") }
            guard type.neededGrants.allSatisfy(possible.contains) else { continue }
            client.requests.responseTypes?.append(text)
            // What a response type needs belongs to the grant types (OIDC Registration 2).
            for grant in type.neededGrants where !client.grantTypes.contains(grant) { client.grantTypes.append(grant) }
        }
        let needsBrowser: [GrantType] = [.authorizationCode, .implicit, .refreshToken]
        let isUsable = client.grantTypes.contains { !needsBrowser.contains($0) }
        guard wanted.isEmpty || client.requests.responseTypes?.isEmpty == false || isUsable else {
            throw Self.refusal("response_types", "is not open to clients that register themselves")
        }
        let usesBrowser = client.grantTypes.contains(.authorizationCode) || client.grantTypes.contains(.implicit)
        client.callbacks = try callbacks(isRequired: usesBrowser)
        client.appType = try applicationType(client.callbacks)
    }

    /// Schemes that a browser or a system handles itself: no application can own them.
    private static let schemesOfBrowsers: Set<String> = [
        "about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "mailto", "sms", "tel", "vbscript",
        "view-source", "ws", "wss",
    ]

    private func callbacks(isRequired: Bool) throws(OAuthError) -> [String] {
        guard let uris = try? texts("redirect_uris") ?? [], !uris.isEmpty || !isRequired else {
            throw OAuthError(.invalidRedirectURI, "redirect_uris must be a list of addresses")
        }
        for uri in uris {
            guard let parsed = RedirectURI(uri), !uri.utf8.contains(UInt8(ascii: "#")), !RedirectURI.hasPlaceholder(uri),
                parsed.scheme != "http" || parsed.isLoopback, !Self.schemesOfBrowsers.contains(parsed.scheme)
            else { throw OAuthError(.invalidRedirectURI, "redirect_uris has an address that is not allowed") }
        }
        return uris
    }

    /// Programs that listen on loopback or have a scheme of their own are native, whatever they say.
    private func applicationType(_ callbacks: [String]) throws(OAuthError) -> ApplicationType {
        let stated = try word("application_type", of: ["web", "native"])
        let uris = callbacks.compactMap { RedirectURI($0) }
        let isLocal = !uris.isEmpty && uris.allSatisfy { $0.isCustomScheme || ($0.isLoopback && $0.scheme == "http") }
        return stated == "native" || isLocal ? .native : .regularWeb
    }

    // MARK: How it proves itself

    func applyProof(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        let methods = ClientAuthenticationMethod.allCases.map(\.rawValue)
        let method = try word("token_endpoint_auth_method", of: methods).flatMap(ClientAuthenticationMethod.init(rawValue:))
        client.tokenEndpointAuthMethod = method ?? .clientSecretBasic
        client.proof.jwks = try keys()
        client.proof.jwksURI = try address("jwks_uri", context)
        guard client.proof.jwks == nil || client.proof.jwksURI == nil else {
            throw Self.refusal("jwks_uri", "must not come with jwks")
        }
        let needsKeys = [.privateKeyJWT, .selfSignedTLSClientAuth].contains(client.tokenEndpointAuthMethod)
        guard !needsKeys || client.proof.jwks != nil || client.proof.jwksURI != nil else {
            throw Self.refusal("jwks", "or jwks_uri is needed for this authentication method")
        }
        let algorithms = context.profile(of: client).rules.clientAlgorithms
        client.proof.tokenEndpointAuthSigningAlg = try word("token_endpoint_auth_signing_alg", of: algorithms)
        client.proof.tlsClientAuthSubjectDN = try text("tls_client_auth_subject_dn")
        client.proof.tlsClientAuthSANDNS = try text("tls_client_auth_san_dns")
        client.proof.tlsClientAuthSANURI = try text("tls_client_auth_san_uri")
        client.proof.tlsClientAuthSANIP = try text("tls_client_auth_san_ip")
        client.proof.tlsClientAuthSANEmail = try text("tls_client_auth_san_email")
        client.proof.tlsClientCertificateBoundAccessTokens = try flag("tls_client_certificate_bound_access_tokens") ?? false
        client.proof.dpopBoundAccessTokens = try flag("dpop_bound_access_tokens") ?? false
    }

    private func keys() throws(OAuthError) -> String? {
        switch members["jwks"] {
        case nil, .null: return nil
        case .object(let set):
            guard set.serialized.count <= 65_536, (try? JWKSet(set)) != nil else { throw Self.refusal("jwks") }
            return set.serializedString
        case .some: throw Self.refusal("jwks", "must be a JWK Set")
        }
    }

    // MARK: Its requests

    func applyRequests(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        client.requests.requirePushedAuthorizationRequests = try flag("require_pushed_authorization_requests") ?? false
        client.requests.requireSignedRequestObject = try flag("require_signed_request_object") ?? false
        let algorithms = context.profile(of: client).rules.clientSignatures(symmetric: false).map(\.rawValue)
        client.requests.requestObjectSigningAlg = try word("request_object_signing_alg", of: algorithms + ["none"])
        client.requests.requestURIs = try texts("request_uris") ?? []
        for uri in client.requests.requestURIs where !context.environment.outbound.mayAsk(uri) {
            throw Self.refusal("request_uris", "has an address that may not be asked")
        }
        switch members["default_max_age"] {
        case nil, .null: client.requests.defaultMaxAge = nil
        case .integer(let age) where (0...10_000_000_000).contains(age): client.requests.defaultMaxAge = age
        case .some: throw Self.refusal("default_max_age")
        }
        client.requests.requireAuthTime = try flag("require_auth_time") ?? false
        client.requests.defaultACRValues = try texts("default_acr_values") ?? []
    }

    // MARK: What it receives

    func applyResponses(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        let signing = SupportedAlgorithms.signing(context.settings)
        client.jwtConfiguration.alg = try word("id_token_signed_response_alg", of: signing) ?? SignatureAlgorithm.rs256.rawValue
        if client.isPublic, client.jwtConfiguration.alg == SignatureAlgorithm.hs256.rawValue {
            throw Self.refusal("id_token_signed_response_alg", "needs a client with a secret")
        }
        let asymmetric = signing.filter { $0 != SignatureAlgorithm.hs256.rawValue }
        client.responses.userinfoSignedResponseAlg = try word("userinfo_signed_response_alg", of: asymmetric)
        client.responses.authorizationSignedResponseAlg = try word("authorization_signed_response_alg", of: asymmetric)
        let (alg, enc) = (SupportedAlgorithms.keyManagement, SupportedAlgorithms.contentEncryption)
        client.responses.idTokenEncryptedResponseAlg = try word("id_token_encrypted_response_alg", of: alg)
        client.responses.idTokenEncryptedResponseEnc = try word("id_token_encrypted_response_enc", of: enc)
        client.responses.userinfoEncryptedResponseAlg = try word("userinfo_encrypted_response_alg", of: alg)
        client.responses.userinfoEncryptedResponseEnc = try word("userinfo_encrypted_response_enc", of: enc)
        let subject = try word("subject_type", of: ClientResponseRules.SubjectType.allCases.map(\.rawValue))
        client.responses.subjectType = subject.flatMap(ClientResponseRules.SubjectType.init(rawValue:)) ?? .public
        client.responses.sectorIdentifierURI = try address("sector_identifier_uri", context)
    }

    // MARK: The end of a session

    func applyLogout(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        client.allowedLogoutURLs = try texts("post_logout_redirect_uris") ?? []
        for uri in client.allowedLogoutURLs where RedirectURI(uri) == nil || RedirectURI.hasPlaceholder(uri) {
            throw Self.refusal("post_logout_redirect_uris")
        }
        client.logout.backchannelLogoutURIs = try address("backchannel_logout_uri", context).map { [$0] } ?? []
        client.logout.backchannelLogoutSessionRequired = try flag("backchannel_logout_session_required") ?? false
        client.logout.frontchannelLogoutURI = try page("frontchannel_logout_uri")
        guard client.hasFrontchannelLogoutAtHome else {
            throw Self.refusal("frontchannel_logout_uri", "must have the scheme, host and port of a redirect_uri")
        }
        client.logout.frontchannelLogoutSessionRequired = try flag("frontchannel_logout_session_required") ?? false
    }

    // MARK: CIBA

    func applyBackchannel(to client: inout Client, _ context: TenantContext) throws(OAuthError) {
        let modes = ClientCIBARules.DeliveryMode.allCases.map(\.rawValue)
        let mode = try word("backchannel_token_delivery_mode", of: modes).flatMap(ClientCIBARules.DeliveryMode.init(rawValue:))
        client.ciba.tokenDeliveryMode = mode ?? .poll
        client.ciba.clientNotificationEndpoint = try address("backchannel_client_notification_endpoint", context)
        guard mode != .ping || client.ciba.clientNotificationEndpoint != nil else {
            throw Self.refusal("backchannel_token_delivery_mode", "ping needs backchannel_client_notification_endpoint")
        }
        let algorithms = context.profile(of: client).rules.clientSignatures(symmetric: false).map(\.rawValue)
        client.ciba.authenticationRequestSigningAlg = try word(
            "backchannel_authentication_request_signing_alg", of: algorithms)
        if try flag("backchannel_user_code_parameter") == true {
            throw Self.refusal("backchannel_user_code_parameter", "is not supported")
        }
    }
}

/// What a tenant can sign and encrypt with: for registration and discovery alike.
enum SupportedAlgorithms {
    /// What may sign tokens, RS256 first.
    static func signing(_ settings: TenantSettings) -> [String] {
        let known = settings.signingAlgorithms.filter { SignatureAlgorithm(exactly: $0) != nil }
        let rs256 = SignatureAlgorithm.rs256.rawValue
        return [rs256] + known.filter { $0 != rs256 }
    }

    static var keyManagement: [String] { KeyManagementAlgorithm.allCases.map(\.rawValue) }
    static var contentEncryption: [String] { ContentEncryption.allCases.map(\.rawValue) }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

/// What the security profiles demand of a request beside the ordinary checks (conformance 9, 10, 11a).
@Suite struct SecurityProfileCheckTests {
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private func refusal(
        _ profile: WireProfile, _ pairs: [(String, String)], pushed: Bool = true, signed: Bool = true,
        s256 method: String? = "S256"
    ) throws -> OAuthError? {
        var client = CheckCase().client
        client.wireProfile = profile
        let origin = RequestOrigin(pushed: pushed ? TokenHash(of: "x") : nil, isSigned: signed)
        let subject = AuthorizeCheck.Subject(client: client, settings: TenantSettings(), profile: profile, origin: origin)
        let pkce = method.map { [("code_challenge", Self.challenge), ("code_challenge_method", $0)] } ?? []
        do {
            try AuthorizeChecks.run(on: try AuthorizeParameters(FormParameters(pairs + pkce)), for: subject)
            return nil
        } catch {
            return error
        }
    }

    private static let code = [("response_type", "code")]
    private static let hybrid = [("response_type", "code id_token"), ("nonce", "n")]

    @Test("FAPI 2 passes a pushed code request with S256", arguments: [WireProfile.fapi2Security, .fapi2MessageSigning])
    func accepted(_ profile: WireProfile) throws { #expect(try refusal(profile, Self.code) == nil) }

    @Test("FAPI 2 refuses no PKCE and plain", arguments: [nil, "plain"], [WireProfile.fapi2Security, .fapi2MessageSigning])
    func pkce(_ method: String?, _ profile: WireProfile) throws {
        #expect(try refusal(profile, Self.code, s256: method)?.kind == .invalidRequest)
    }

    @Test("FAPI 2 issues codes alone", arguments: ["token", "id_token", "code id_token", "code token", "id_token token"])
    func responseTypes(_ type: String) throws {
        #expect(try refusal(.fapi2Security, [("response_type", type), ("nonce", "n")])?.kind == .unsupportedResponseType)
    }

    @Test("message signing and FAPI 1 need a signed object", arguments: [WireProfile.fapi2MessageSigning, .fapi1Advanced])
    func signed(_ profile: WireProfile) throws {
        #expect(try refusal(profile, Self.hybrid, signed: false)?.kind == .invalidRequest)
    }

    @Test("FAPI 2 needs a pushed request, FAPI 1 does not")
    func pushed() throws {
        #expect(try refusal(.fapi2Security, Self.code, pushed: false)?.kind == .invalidRequest)
        #expect(try refusal(.fapi1Advanced, Self.hybrid, pushed: false) == nil)
    }

    @Test("FAPI 1 wants PKCE of pushed requests only")
    func fapi1PKCE() throws {
        #expect(try refusal(.fapi1Advanced, Self.hybrid, pushed: true, s256: nil)?.kind == .invalidRequest)
        #expect(try refusal(.fapi1Advanced, Self.hybrid, pushed: false, s256: nil) == nil)
    }

    @Test("FAPI 1: a detached signature or a signed response")
    func fapi1ResponseTypes() throws {
        #expect(try refusal(.fapi1Advanced, Self.code)?.kind == .unsupportedResponseType)
        #expect(try refusal(.fapi1Advanced, Self.code + [("response_mode", "jwt")]) == nil)
        #expect(try refusal(.fapi1Advanced, Self.code + [("response_mode", "query")])?.kind == .unsupportedResponseType)
        #expect(try refusal(.fapi1Advanced, Self.hybrid) == nil)
        #expect(try refusal(.fapi1Advanced, [("response_type", "id_token"), ("nonce", "n")])?.kind == .unsupportedResponseType)
    }

    @Test("a client's own rule counts in every profile", arguments: [WireProfile.auth0, .standard])
    func ownRule(_ profile: WireProfile) throws {
        var client = CheckCase().client
        client.requests.requireSignedRequestObject = true
        let parameters = try AuthorizeParameters(FormParameters(Self.code))
        func kind(_ origin: RequestOrigin) -> OAuthError.Kind? {
            let subject = AuthorizeCheck.Subject(client: client, settings: TenantSettings(), profile: profile, origin: origin)
            do { try AuthorizeChecks.run(on: parameters, for: subject) } catch { return error.kind }
            return nil
        }
        #expect(kind(.plain) == .invalidRequest)
        #expect(kind(RequestOrigin(isSigned: true)) == nil)
    }

    @Test("only registered response types")
    func registeredTypes() throws {
        var subject = CheckCase()
        subject.client.requests.responseTypes = ["id_token code"]
        #expect(try subject.refusal(of: .clientMayUseGrant, [("response_type", "code id_token")]) == nil)
        #expect(try subject.refusal(of: .clientMayUseGrant, [("response_type", "code")])?.kind == .unauthorizedClient)
    }

    @Test("dpop_jkt is a thumbprint, and the pushed proof's")
    func dpopJKT() throws {
        let jkt = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        let parameters = try AuthorizeParameters(FormParameters([("dpop_jkt", jkt)]))
        func refusal(_ other: String?) -> OAuthError? {
            let origin = RequestOrigin(pushed: TokenHash(of: "x"), dpopJKT: other)
            let subject = AuthorizeCheck.Subject(client: CheckCase().client, settings: TenantSettings(), origin: origin)
            do { try AuthorizeCheck.dpopJKT.judge(parameters, subject) } catch { return error }
            return nil
        }
        #expect(refusal(nil) == nil && refusal(jkt) == nil)
        #expect(refusal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")?.kind == .invalidDPoPProof)
        #expect(try CheckCase().refusal(of: .dpopJKT, [("dpop_jkt", "short")])?.kind == .invalidDPoPProof)
    }
}

import OAuthProtocol
import Storage

/// One use of a refresh token at an identity provider (RFC 6749 section 6).
struct UpstreamRefresh: Sendable {
    enum Outcome: Sendable {
        case renewed(FederatedTokens)
        /// The provider no longer takes the refresh token.
        case refused
        /// Nothing is known of the refresh token; the reason is for the audit log.
        case failed(String)
    }

    private let environment: ServerEnvironment
    private let provider: IdentityProvider
    private let now: Timestamp

    init(_ context: TenantContext, of upstream: UpstreamConnection, in request: RequestInfo) {
        (environment, provider, now) = (context.environment, upstream.provider, request.now)
    }

    /// Never throws: whatever goes wrong is an outcome.
    func renew(_ tokens: FederatedTokens) async -> Outcome {
        guard let url = provider.tokenEndpoint, let refreshToken = tokens.refreshToken else {
            return .failed("the connection names no token_endpoint")
        }
        do {
            let answer = try await environment.outbound.post(post(refreshToken, to: url), limits: .document)
            return judge(answer, tokens)
        } catch {
            return .failed("the token endpoint of the identity provider: \(error)")
        }
    }

    /// The client proves itself by Basic, which every server takes (RFC 6749 section 2.3.1).
    private func post(_ refreshToken: SecretString, to url: String) -> OutboundPost {
        var pairs = [("grant_type", "refresh_token"), ("refresh_token", refreshToken.revealed)]
        var authorization: SecretString?
        if let secret = provider.clientSecret {
            let pair = [provider.clientID, secret.revealed].map(PercentEncoding.encodeForm).joined(separator: ":")
            authorization = SecretString("Basic \(Base64.encode(Array(pair.utf8)))")
        } else {
            pairs.append(("client_id", provider.clientID))
        }
        var post = OutboundPost(
            url: url, contentType: "application/x-www-form-urlencoded",
            body: SecretBytes(Array(PercentEncoding.encodePairs(pairs).utf8)), authorization: authorization)
        // Some answer a form otherwise.
        post.accepting = "application/json"
        return post
    }

    /// Some providers refuse with status 200: the body decides.
    private func judge(_ answer: OutboundResponse, _ tokens: FederatedTokens) -> Outcome {
        guard let body = (try? JSONValue.parse(answer.body))?.object else { return .failed("status \(answer.status), no JSON") }
        if let error = body["error"]?.string {
            return error.isExactly("invalid_grant") ? .refused : .failed("status \(answer.status), another error than invalid_grant")
        }
        guard answer.status == 200, let accessToken = Self.printable(body["access_token"], maximumBytes: 32_768) else {
            return .failed("status \(answer.status), no access token")
        }
        var renewed = tokens
        renewed.accessToken = SecretString(accessToken)
        renewed.accessExpiresAt = Self.seconds(body["expires_in"]).map { now + Lifetime(seconds: max(0, $0)) }
        let rotated = Self.printable(body["refresh_token"], maximumBytes: 32_768)
        if let rotated { renewed.refreshToken = SecretString(rotated) }
        if let scope = Self.printable(body["scope"], maximumBytes: 4096) { renewed.scope = scope }
        renewed.updatedAt = now
        return .renewed(renewed)
    }

    /// Text of the characters that RFC 6749 appendix A allows; `nil` for anything else.
    private static func printable(_ value: JSONValue?, maximumBytes: Int) -> String? {
        guard let text = value?.string, (1...maximumBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return text
    }

    /// A number, or its digits as text, as some providers write it.
    private static func seconds(_ value: JSONValue?) -> Int64? {
        switch value {
        case .integer(let seconds): seconds
        case .string(let digits) where digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }): Int64(digits)
        case .number(let seconds): Int64(exactly: seconds.rounded(.down))
        case .string, .bool, .array, .object, .null, nil: nil
        }
    }
}

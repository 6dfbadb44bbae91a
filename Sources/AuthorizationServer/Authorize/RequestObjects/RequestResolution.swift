import OAuthProtocol
import Storage

/// From what a browser brought to the parameters that count: a pushed request, a request object by value or by reference, or the
/// query itself (RFC 9126, RFC 9101, contract 15).
struct RequestResolution: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    struct Resolved: Sendable {
        var form: FormParameters
        var origin: RequestOrigin
    }

    /// Begins every `request_uri` that we make (RFC 9126 section 2.2).
    static let pushedPrefix = "urn:ietf:params:oauth:request_uri:"

    /// Throws `invalidRequestURI` for a pushed request that is unknown, expired, used or another client's,
    /// `invalidRequest` for an object that the client may not send, and what `RequestObject` throws.
    func resolve(_ form: FormParameters, for client: Client) async throws -> Resolved {
        let reference = try form.optional("request_uri")
        let object = try form.optional("request", maximumBytes: 65_536)
        guard reference == nil || object == nil else {
            throw OAuthError(.invalidRequest, WireText.requestObjectUnsupported("request_uri"))
        }
        if let reference, reference.utf8.starts(with: Self.pushedPrefix.utf8) { return try await pushed(reference, client) }
        if let reference {
            try requireObjects(of: client, "request_uri")
            return try await merged(try await fetched(reference, client), form, client)
        }
        if let object { return try await merged(object, form, client) }
        return Resolved(form: form, origin: .plain)
    }

    /// Strict third parties send objects only where they must (contract 4.7): we neither fetch nor parse what we need not.
    private func requireObjects(of client: Client, _ name: String) throws(OAuthError) {
        let subject = AuthorizeCheck.Subject(client: client, settings: context.settings, profile: context.profile(of: client))
        guard client.isStrictThirdParty, !subject.mustSign else { return }
        throw OAuthError(.invalidRequest, WireText.parametersNotAllowed([name]))
    }

    /// A pushed request replaces all that the query says (RFC 9126 section 4).
    private func pushed(_ uri: String, _ client: Client) async throws -> Resolved {
        let hash = TokenHash(of: uri)
        guard let found = try await context.stores.pushedRequests.find(hash), found.clientID.isExactly(client.clientID),
            found.usedAt == nil, found.expiresAt > request.now
        else { throw OAuthError(.invalidRequestURI, WireText.invalidRequestURI) }
        return try Self.restored(found.parameters, pushed: hash, dpopJKT: found.dpopJKT)
    }

    /// The parameters of a request object. Strict profiles count nothing else; otherwise the object wins over the query
    /// (OIDC Core 6.1, contract 15.2).
    func merged(_ object: String, _ form: FormParameters, _ client: Client) async throws -> Resolved {
        try requireObjects(of: client, "request")
        let content = try await RequestObject(context, in: request).content(of: object, from: client)
        let rules = context.profile(of: client).rules
        var result = content.parameters
        if !rules.requiresSignedRequests, !client.requests.requireSignedRequestObject {
            for entry in form.entries where !content.parameters.contains(entry.name) {
                guard entry.name != "request", entry.name != "request_uri", case .text(let text) = entry.value else { continue }
                result.append(entry.name, text)
            }
        }
        if !result.contains("client_id") { result.append("client_id", client.clientID) }
        return Resolved(form: result, origin: RequestOrigin(isSigned: content.isSigned))
    }

    /// A registered address, compared with its fragment and asked without it (OIDC Core 6.2).
    private func fetched(_ uri: String, _ client: Client) async throws -> String {
        guard context.profile(of: client) != .auth0 else {
            throw OAuthError(.requestURINotSupported, WireText.requestObjectUnsupported("request_uri"))
        }
        guard client.requests.requestURIs.contains(where: uri.isExactly) else {
            throw OAuthError(.invalidRequestURI, WireText.invalidRequestURI, auditReason: "request_uri is not registered")
        }
        let address = uri.utf8.firstIndex(of: UInt8(ascii: "#")).map { String(uri[..<$0]) } ?? uri
        do {
            let answer = try await context.environment.outbound.get(
                address, accepting: "application/oauth-authz-req+jwt, application/jwt", limits: .document)
            guard answer.status == 200, let text = String(validating: answer.body, as: UTF8.self) else {
                throw OutboundError.unreachable
            }
            return String(text.filter { !$0.isWhitespace })
        } catch let error as OutboundError {
            throw OAuthError(.invalidRequestURI, WireText.invalidRequestURI, auditReason: "request_uri: \(error)")
        }
    }

    // MARK: Keeping

    /// Only our own rows have it: the name cannot come from a query, because unknown names are not kept.
    private static let signedMark = "martlet_signed"
    private static let deferredMark = "martlet_deferred"
    private static let userCodeMark = "martlet_user_code"

    /// What a row keeps of checked parameters.
    static func kept(_ form: FormParameters, _ origin: RequestOrigin) -> String {
        var kept = AuthorizeParameters.known(form)
        if origin.isSigned { kept.append(signedMark, "1") }
        if let deferred = origin.deferred { kept.append(deferredMark, Base64URL.encode(deferred.bytes)) }
        if let code = origin.userCode { kept.append(userCodeMark, code) }
        return kept.formEncoded
    }

    static func restored(_ text: String, pushed: TokenHash?, dpopJKT: String?) throws(OAuthError) -> Resolved {
        // Encoded again, the same text may be three times as long.
        let limits = FormParameters.Limits(maximumBytes: 3 * FormParameters.Limits.standard.maximumBytes)
        let form = try FormParameters(query: text, limits: limits)
        var origin = RequestOrigin(pushed: pushed, isSigned: form.contains(signedMark), dpopJKT: dpopJKT)
        origin.deferred = try form.optional(deferredMark).flatMap { Base64URL.decode($0) }.flatMap { TokenHash(bytes: $0) }
        origin.userCode = try form.optional(userCodeMark)
        return Resolved(form: AuthorizeParameters.known(form), origin: origin)
    }
}

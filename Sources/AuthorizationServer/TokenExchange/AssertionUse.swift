import JOSE
import OAuthProtocol
import Storage

/// What an assertion is presented as.
enum AssertionUse: Sendable {
    /// The `assertion` of the `jwt-bearer` grant.
    case grant
    /// The `subject_token` of an exchange; its type selects the issuers.
    case subjectToken(type: String)

    var subjectTokenType: String? {
        switch self {
        case .grant: nil
        case .subjectToken(let type): type
        }
    }

    /// An identity assertion is made for the grant and nothing else; a plain one is a grant only if the tenant says so. What an
    /// issuer's subject tokens look like is between it and the tenant.
    func admits(_ kind: AssertionKind, from issuer: TrustedIssuer) -> Bool {
        switch (self, kind) {
        case (.grant, .identity), (.subjectToken, .plain), (.subjectToken, .typed): true
        case (.grant, .plain): issuer.acceptsPlainAssertions ?? false
        case (.grant, .typed), (.subjectToken, .identity): false
        }
    }

    /// `nil` for a grant whose limits cannot be read.
    func limits(in payload: JSONObject) -> AssertionLimits? {
        switch self {
        case .grant: AssertionLimits(payload)
        case .subjectToken: AssertionLimits.none
        }
    }

    /// `invalidGrant` for a grant (RFC 7521 section 4.1.1), `invalidRequest` for a subject token (RFC 8693 section 2.2.2).
    func refusal(_ reason: String) -> OAuthError {
        switch self {
        case .grant:
            var error = OAuthError(.invalidGrant, WireText.invalidAssertion, auditReason: "assertion: \(reason)")
            error.auth0Status = 400
            return error
        case .subjectToken:
            return OAuthError(.invalidRequest, WireText.invalidSubjectToken, auditReason: "subject_token: \(reason)")
        }
    }
}

/// What an assertion is by its `typ` (RFC 8725 section 3.11).
enum AssertionKind: Sendable {
    /// `oauth-id-jag+jwt`: an identity provider lets one client act for its user (Identity Assertion JWT Authorization Grant).
    case identity
    /// No more than RFC 7523 asks: no type, or `JWT`.
    case plain
    /// Another type: made for another purpose.
    case typed

    init(_ jwt: VerifiedJWT) {
        guard let value = jwt.header["typ"] else {
            self = .plain
            return
        }
        switch value.string.map(ClientSignedJWT.mediaType) {
        case "oauth-id-jag+jwt": self = .identity
        case "jwt": self = .plain
        case .some, nil: self = .typed
        }
    }
}

/// What a token may be at most that a grant is exchanged for.
struct AssertionLimits: Sendable {
    /// `nil`: what the request asks for.
    let scopes: Scopes?
    /// One or more APIs; `nil`: the one that the request asks for.
    let resources: [String]?

    static let none = AssertionLimits(scopes: nil, resources: nil)

    private init(scopes: Scopes?, resources: [String]?) { (self.scopes, self.resources) = (scopes, resources) }

    /// `nil` when a claim is there and malformed: what cannot be read must not be passed over.
    init?(_ payload: JSONObject) {
        switch payload["scope"] {
        case nil: scopes = nil
        case .string(let text):
            guard let parsed = Scopes(parsing: text) else { return nil }
            scopes = parsed
        case .some: return nil
        }
        switch payload["resource"] {
        case nil: resources = nil
        case .string(let resource): resources = [resource]
        case .array(let values):
            let texts = values.compactMap(\.string)
            guard !texts.isEmpty, texts.count == values.count else { return nil }
            resources = texts
        case .some: return nil
        }
    }
}

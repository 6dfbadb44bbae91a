import OAuthProtocol

/// How a request names its client and what it proves it with.
enum PresentedClient: Sendable {
    /// Ids with perhaps a secret, most likely reading first.
    case credentials([ClientCredentials])
    /// A client assertion (RFC 7523 section 2.2) of the client that the request, or else the assertion, names.
    case assertion(ClientAssertion)

    /// Throws `invalidRequest` when nothing names a client or more than one proof is sent (RFC 6749 section 2.3),
    /// `invalidClient` for an unreadable header or assertion, or when two places name different clients.
    init(in form: FormParameters, authorization: String?) throws(OAuthError) {
        guard let assertion = try ClientAssertion(in: form) else {
            self = .credentials(try ClientCredentials.presented(in: form, authorization: authorization))
            return
        }
        // Auth0's own SDK for Python sends the text `None` for a secret that it does not have beside an assertion. The assertion
        // is the proof then, and the text proves nothing.
        let secret = try form.optional("client_secret").flatMap { $0 == "None" ? nil : $0 }
        guard secret == nil, try ClientSecretBasic.readings(of: authorization) == nil else { throw OAuthError(.invalidRequest, WireText.severalClientCredentials) }
        self = .assertion(assertion)
    }

    /// The client id that is named, most likely reading first.
    var clientID: String? {
        switch self {
        case .credentials(let readings): readings.first?.clientID
        case .assertion(let assertion): assertion.clientID
        }
    }
}

/// A client id and perhaps a secret, as a request names them.
struct ClientCredentials: Sendable, Equatable {
    var clientID: String
    /// `nil` when none or an empty one was sent.
    var secret: SecretString?

    /// What the request may mean, most likely reading first: two readings of a Basic header, else the one of the body.
    /// Throws `invalidRequest` when nothing names a client or both carry a secret (RFC 6749 section 2.3), `invalidClient`
    /// for an unreadable header or when header and body name different clients.
    static func presented(
        in form: FormParameters, authorization: String?
    ) throws(OAuthError) -> [ClientCredentials] {
        guard let readings = try ClientSecretBasic.readings(of: authorization) else {
            return [ClientCredentials(clientID: try form.required("client_id"), secret: try bodySecret(form))]
        }
        guard try bodySecret(form) == nil else { throw OAuthError(.invalidRequest, WireText.severalClientCredentials) }
        guard let named = try form.optional("client_id") else { return readings }
        let matching = readings.filter { $0.clientID.isExactly(named) }
        guard !matching.isEmpty else {
            throw OAuthError(.invalidClient, WireText.unauthorized, auditReason: "client_id differs from the Basic header")
        }
        return matching
    }

    private static func bodySecret(_ form: FormParameters) throws(OAuthError) -> SecretString? {
        try form.optional("client_secret").map(SecretString.init)
    }
}

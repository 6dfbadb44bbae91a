import OAuthProtocol

/// How a request names its client and what it proves it with.
enum PresentedClient: Sendable {
    /// Ids with perhaps a secret, most likely reading first.
    case credentials([ClientCredentials])
    /// A client assertion (RFC 7523 section 2.2) of the client that the request, or else the assertion, names.
    /// `besideNone`: with the text `None` for a secret.
    case assertion(ClientAssertion, besideNone: Bool)

    /// Throws `invalidRequest` when nothing names a client or more than one proof is sent (RFC 6749 section 2.3),
    /// `invalidClient` for an unreadable header or assertion, or when two places name different clients.
    init(in form: FormParameters, authorization: String?) throws(OAuthError) {
        guard let assertion = try ClientAssertion(in: form) else {
            self = .credentials(try ClientCredentials.presented(in: form, authorization: authorization))
            return
        }
        // Whether the text `None` is a secret is for the profile of the client to say.
        let secret = try form.optional("client_secret")
        guard secret?.isExactly("None") ?? true, try ClientSecretBasic.readings(of: authorization) == nil else {
            throw OAuthError(.invalidRequest, WireText.severalClientCredentials)
        }
        self = .assertion(assertion, besideNone: secret != nil)
    }

    /// The client id that is named, most likely reading first.
    var clientID: String? {
        switch self {
        case .credentials(let readings): readings.first?.clientID
        case .assertion(let assertion, _): assertion.clientID
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

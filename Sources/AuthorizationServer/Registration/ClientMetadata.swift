import JOSE
package import OAuthProtocol
package import Storage

/// Client metadata as a client states it (RFC 7591 section 2, OIDC Registration 2, CIBA 4, RFC 8705, RFC 9449): checked member by
/// member and turned into a record. Members that we do not know are passed over.
package struct ClientMetadata: Sendable {
    let members: JSONObject

    package init(_ members: JSONObject) { self.members = members }

    /// What a client is called that does not say so.
    static let unnamed = "Unnamed application"

    /// Replaces all that metadata may say in the record: a member that is left out gets its default, whatever the record had before
    /// (RFC 7592 section 2.2). `name` is the default of `client_name`. Throws `invalidRedirectURI` or `invalidClientMetadata`
    /// with the member's name in the description.
    package func apply(
        to client: inout Client, named name: String = unnamed, _ context: TenantContext
    ) throws(OAuthError) {
        client.name = name
        try applyIdentity(to: &client)
        try applyGrants(to: &client, context)
        try applyProof(to: &client, context)
        try applyRequests(to: &client, context)
        try applyResponses(to: &client, context)
        try applyLogout(to: &client, context)
        try applyBackchannel(to: &client, context)
        client.grantTypes = GrantEligibility(context.settings.registration).usable(of: client)
    }

    // MARK: Reading

    static func refusal(_ member: String, _ reason: String = "is not valid") -> OAuthError {
        OAuthError(.invalidClientMetadata, "\(member) \(reason)")
    }

    func text(_ name: String, maximumBytes: Int = 2048) throws(OAuthError) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .string(let text):
            guard text.utf8.count <= maximumBytes, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Self.refusal(name)
            }
            return text.isEmpty ? nil : text
        case .some: throw Self.refusal(name, "must be a string")
        }
    }

    func texts(_ name: String, maximum: Int = 100) throws(OAuthError) -> [String]? {
        switch members[name] {
        case nil, .null: return nil
        case .array(let values):
            let texts = values.compactMap(\.string)
            guard texts.count == values.count, texts.count <= maximum, texts.allSatisfy({ $0.utf8.count <= 2048 }) else {
                throw Self.refusal(name)
            }
            return texts
        case .some: throw Self.refusal(name, "must be a list of strings")
        }
    }

    func flag(_ name: String) throws(OAuthError) -> Bool? {
        switch members[name] {
        case nil, .null: return nil
        case .bool(let flag): return flag
        case .some: throw Self.refusal(name, "must be true or false")
        }
    }

    /// One of a list of words.
    func word(_ name: String, of valid: [String]) throws(OAuthError) -> String? {
        guard let text = try text(name) else { return nil }
        guard valid.contains(where: text.isExactly) else { throw Self.refusal(name, "is not supported") }
        return text
    }

    /// A web address for people: shown, never asked by us.
    func page(_ name: String) throws(OAuthError) -> String? {
        guard let text = try text(name) else { return nil }
        guard let uri = RedirectURI(text), uri.scheme == "https" || uri.scheme == "http" else { throw Self.refusal(name) }
        return text
    }

    /// An address that we shall ask: what the guard of outgoing requests would refuse is refused now.
    func address(_ name: String, _ context: TenantContext) throws(OAuthError) -> String? {
        guard let text = try text(name) else { return nil }
        guard context.environment.outbound.mayAsk(text) else { throw Self.refusal(name, "is not an address that may be asked") }
        return text
    }
}

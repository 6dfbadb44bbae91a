package import OAuthProtocol
package import Storage

/// `authorization_details` of a request, checked against the types that the API registered (RFC 9396, contract 15.4).
package struct AuthorizationDetails: Sendable, Equatable {
    /// As JSON array text, as it goes into grants and tokens.
    package let text: String
    package let entries: [JSONObject]

    private static let maximumEntries = 32

    /// `nil` when the request has none. Throws `invalidAuthorizationDetails` for anything but a list of objects, each with a
    /// `type` that the API knows.
    package init?(_ text: String?, for api: ResourceServer?) throws(OAuthError) {
        guard let text else { return nil }
        let limits = JSONLimits(maximumBytes: 16_384, maximumDepth: 10)
        guard let list = (try? JSONValue.parse(Array(text.utf8), limits: limits))?.array, !list.isEmpty,
            list.count <= Self.maximumEntries
        else { throw Self.refusal("not a list of objects") }
        let entries = list.compactMap(\.object)
        guard entries.count == list.count else { throw Self.refusal("not a list of objects") }
        for entry in entries {
            guard let type = entry["type"]?.string, api?.authorizationDetailsTypes.contains(where: type.isExactly) == true else {
                throw Self.refusal("unknown type")
            }
        }
        self.entries = entries
        self.text = String(decoding: JSONValue.array(list).serialized, as: UTF8.self)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidAuthorizationDetails, WireText.malformedParameter("authorization_details"), auditReason: reason)
    }
}

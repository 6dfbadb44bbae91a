/// One scope that is asked for.
package struct PageScope: Sendable {
    package var name: String
    /// In words for the user; without it the name is shown.
    package var description: String?
    package init(_ name: String, description: String? = nil) { (self.name, self.description) = (name, description) }

    fileprivate var fields: PageFields {
        let hasDescription = !(description ?? "").isEmpty
        return ["scopeTitle": .text(hasDescription ? description : name), "scopeName": .text(hasDescription ? name : nil)]
    }
}

/// What an application asks for: scopes, of an API where one is named, and objects of `authorization_details` (RFC 9396).
package struct AccessRequest: Sendable {
    package var api: String?
    package var scopes: [PageScope]
    package var details: [AuthorizationDetail]

    package init(api: String? = nil, scopes: [PageScope] = [], details: [AuthorizationDetail] = []) {
        (self.api, self.scopes, self.details) = (api, scopes, details)
    }

    var fields: PageFields {
        PageFields(details: details).adding([
            "api": .text(api), "hasScopes": .flag(!scopes.isEmpty), "scopes": .list(scopes.map(\.fields)),
        ])
    }
}

package import OAuthProtocol

/// The `claims` parameter of an authorization request (OIDC Core 5.5): which claims are wanted where, beside those of the
/// scopes. Requests for values and `essential` are honoured as far as the user has the claim; a missing one is no error
/// (OIDC Core 5.5.1).
package struct RequestedClaims: Sendable, Equatable {
    /// The members of `id_token` and `userinfo` by name; the value is `null` or the object of OIDC Core 5.5.1.
    package let idToken: JSONObject
    package let userinfo: JSONObject

    package static let none = RequestedClaims(idToken: [:], userinfo: [:])

    private init(idToken: JSONObject, userinfo: JSONObject) { (self.idToken, self.userinfo) = (idToken, userinfo) }

    /// `nil` for anything but a JSON object whose members `id_token` and `userinfo`, where present, are objects.
    package init?(parsing text: String) {
        let limits = JSONLimits(maximumBytes: 16_384, maximumDepth: 8)
        guard let object = (try? JSONValue.parse(Array(text.utf8), limits: limits))?.object else { return nil }
        guard let idToken = Self.member("id_token", of: object), let userinfo = Self.member("userinfo", of: object) else {
            return nil
        }
        self.init(idToken: idToken, userinfo: userinfo)
    }

    private static func member(_ name: String, of object: JSONObject) -> JSONObject? {
        switch object[name] {
        case nil, .null: [:]
        case .object(let members): members
        case .some: nil
        }
    }

    /// What an access token carries to `/userinfo`; `nil` when nothing is asked there.
    var userinfoText: String? {
        guard !userinfo.members.isEmpty else { return nil }
        return JSONObject(dictionaryLiteral: ("userinfo", .object(userinfo))).serializedString
    }

    /// The `sub` value that is asked for: the request is for that user and nobody else (OIDC Core 5.5.1).
    package var subject: String? { idToken["sub"]?.object?["value"]?.string ?? userinfo["sub"]?.object?["value"]?.string }

    /// The `acr` values that are asked for, in order, and whether one of them must be reached (OIDC Core 5.5.1.1).
    package var contextClasses: (values: [String], isEssential: Bool) {
        guard let acr = idToken["acr"]?.object else { return ([], false) }
        let listed = (acr["values"]?.array ?? []).compactMap(\.string) + [acr["value"]?.string].compactMap(\.self)
        return (listed, acr["essential"]?.bool ?? false)
    }

    /// `auth_time` is asked for in the ID token.
    package var wantsAuthTime: Bool { idToken["auth_time"] != nil }
}

import OAuthProtocol

/// What an SDK says of itself in `Auth0-Client` or `auth0Client`: base64 of `{"name","version","env"}` (contract 1.1).
enum SDKTelemetry {
    private static let maximumBytes = 2048
    private static let maximumText = 64
    private static let maximumParts = 10

    /// Name, version and the texts of `env`, shortened. `nil` for what cannot be read: telemetry never fails a request.
    static func parse(_ text: String) -> JSONObject? {
        guard text.utf8.count <= maximumBytes, let object = decoded(text), let name = object["name"]?.string else { return nil }
        var known: JSONObject = ["name": .string(shortened(name))]
        if let version = object["version"]?.string { known["version"] = .string(shortened(version)) }
        let parts = (object["env"]?.object?.members ?? []).prefix(maximumParts).compactMap { member in
            member.value.string.map { (shortened(member.name), JSONValue.string(shortened($0))) }
        }
        guard !parts.isEmpty else { return known }
        var environment = JSONObject()
        for (name, value) in parts { environment[name] = value }
        known["env"] = .object(environment)
        return known
    }

    /// SDKs write either alphabet, with padding or without.
    private static func decoded(_ text: String) -> JSONObject? {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        guard let bytes = Base64URL.decode(String(decoding: digits, as: UTF8.self)) else { return nil }
        return (try? JSONValue.parse(bytes, limits: JSONLimits(maximumBytes: maximumBytes, maximumDepth: 4)))?.object
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count <= maximumText ? text : String(decoding: text.utf8.prefix(maximumText), as: UTF8.self)
    }
}

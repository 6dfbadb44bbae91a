package import OAuthProtocol

/// A client's keys (RFC 7517 section 5), registered or fetched from its `jwks_uri`.
package struct JWKSet: Sendable {
    /// The usable keys, in their order.
    package let keys: [JWK]
    /// Why the others are not among `keys`, in their order: RFC 7517 section 5 wants keys ignored that are of unknown type,
    /// incomplete or out of range. A registration may be stricter.
    package let ignored: [JWKError]

    private static let maximumCount = 100
    private static let limits = JSONLimits(maximumBytes: 262_144, maximumDepth: 8)

    /// Throws `JWKError.malformed` when there is no array `keys` of objects, `tooManyKeys` for more than 100, and
    /// `privateMember` when any key is private or symmetric.
    package init(_ json: JSONObject) throws(JWKError) {
        guard let values = json["keys"]?.array else { throw .malformed }
        guard values.count <= Self.maximumCount else { throw .tooManyKeys }
        var (keys, ignored): ([JWK], [JWKError]) = ([], [])
        for value in values {
            guard let object = value.object else { throw .malformed }
            do throws(JWKError) {
                keys.append(try JWK(object))
            } catch .privateMember(let name) {
                throw .privateMember(name)
            } catch {
                ignored.append(error)
            }
        }
        (self.keys, self.ignored) = (keys, ignored)
    }

    /// Reads a key set document. At most 256 KiB; a repeated member anywhere is `JWKError.malformed`.
    package init(parsing bytes: [UInt8]) throws(JWKError) {
        guard let object = (try? JSONValue.parse(bytes, limits: Self.limits))?.object else { throw .malformed }
        try self.init(object)
    }

    package init(keys: [JWK]) { (self.keys, ignored) = (keys, []) }
}

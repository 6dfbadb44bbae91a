package import OAuthProtocol

/// Why a JWK or a set of them was not accepted. A client only hears that its keys are invalid.
package enum JWKError: Error, Sendable, Equatable {
    /// Not an object of the form, or a member that is missing, has the wrong type or is not base64url.
    case malformed
    /// A `kty` or `crv` that we do not know. The name is the client's.
    case unknownType(String)
    /// The key is symmetric, or has this private member. A client that shows it has lost the key.
    case privateMember(String)
    /// An RSA key of unusable size or exponent.
    case weakKey
    /// Coordinates of the wrong length or not on the curve.
    case invalidPoint
    /// More keys than a set may have.
    case tooManyKeys
}

/// A client's public key (RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2), validated.
package struct JWK: Sendable {
    package let kid: String?
    /// `sig` or `enc`; `nil` when the key is for both.
    package let use: String?
    /// The only algorithm the key is for; `nil` when it does not say.
    package let alg: String?
    package let key: PublicKey
    /// The members as the client wrote them.
    package let json: JSONObject
    private let isForVerifying: Bool
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    package init(_ json: JSONObject) throws(JWKError) {
        guard let type = json["kty"]?.string else { throw .malformed }
        // Before anything else: not even a key of an unknown type may bring its private half.
        for name in Self.privateMembers where json[name] != nil { throw .privateMember(name) }
        key = try Self.key(type, json)
        kid = try json.text("kid")
        use = try json.text("use")
        alg = try json.text("alg")
        isForVerifying = try Self.isForVerifying(json)
        self.json = json
    }

    /// The RFC 7638 thumbprint with SHA-256 in base64url, as `jkt` holds it (RFC 9449 section 6.1).
    package var thumbprint: String { jwkThumbprint(key.jwk) ?? "" }

    /// Whether the key may verify signatures of this algorithm, by its kind, `use`, `key_ops` and `alg`.
    package func verifies(_ algorithm: SignatureAlgorithm) -> Bool {
        guard isForVerifying, use != "enc", key.algorithms.contains(algorithm) else { return false }
        return alg.map { $0.isExactly(algorithm.rawValue) } ?? true
    }

    private static func key(_ type: String, _ json: JSONObject) throws(JWKError) -> PublicKey {
        switch type {
        case "RSA": .rsa(try rsa(json))
        case "EC": .ec(try ec(json))
        case "OKP": .ed25519(try ed25519(json))
        case "oct": throw .privateMember("k")
        default: throw .unknownType(type)
        }
    }

    private static func rsa(_ json: JSONObject) throws(JWKError) -> RSAPublicKey {
        let (modulus, exponent) = (try json.base64URL("n"), try json.base64URL("e"))
        do { return try RSAPublicKey(modulus: modulus, exponent: exponent) } catch { throw .weakKey }
    }

    private static func ec(_ json: JSONObject) throws(JWKError) -> ECPublicKey {
        guard let name = json["crv"]?.string else { throw .malformed }
        guard let curve = ECCurve(rawValue: name) else { throw .unknownType(name) }
        let (x, y) = (try json.base64URL("x"), try json.base64URL("y"))
        do { return try ECPublicKey(curve: curve, x: x, y: y) } catch { throw .invalidPoint }
    }

    private static func ed25519(_ json: JSONObject) throws(JWKError) -> Ed25519PublicKey {
        guard let name = json["crv"]?.string else { throw .malformed }
        guard name == "Ed25519" else { throw .unknownType(name) }
        let x = try json.base64URL("x")
        do { return try Ed25519PublicKey(x: x) } catch { throw .invalidPoint }
    }

    /// `key_ops`, when there, must name `verify` (RFC 7517 section 4.3).
    private static func isForVerifying(_ json: JSONObject) throws(JWKError) -> Bool {
        guard let operations = json["key_ops"] else { return true }
        guard let operations = operations.array else { throw .malformed }
        return operations.contains("verify")
    }
}

extension JSONObject {
    /// A member that is a string or not there.
    fileprivate func text(_ name: String) throws(JWKError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw .malformed }
        return text
    }

    /// A required member, decoded. RSA numbers are the longest: 8192 bits, and a few zeros in front.
    fileprivate func base64URL(_ name: String) throws(JWKError) -> [UInt8] {
        guard let text = self[name]?.string, text.utf8.count <= 1400, let bytes = Base64URL.decode(text) else {
            throw .malformed
        }
        return bytes
    }
}

import JOSE
import OAuthProtocol
import TestSupport
import Testing

/// A JWT that nobody with the right key signed, in one of the ways that have fooled verifiers (RFC 8725 section 2).
enum Forgery: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case none, noneWithoutDots, noneInOtherCase, noneKeepingSignature, emptyAlgorithm, missingAlgorithm, algorithmList
    // The public key, which everybody has, as the secret of an HMAC.
    case hmacOfPEM, hmacOfPEMLine, hmacOfDER, hmacOfModulus, hmacOfJWK, hmacOfKID, hmacOfNothing
    // The forger's own key, brought along.
    case jwk, jwkAndKID, jku, x5u, x5c, kidAsPath, kidAsAddress, otherKeySameKID, otherAlgorithm
    case crit, unencodedPayload, strippedSignature, twoSignatures, changedPayload
    var testDescription: String { rawValue }

    /// - Parameters:
    ///   - claims: what the forger wants believed.
    ///   - genuine: a token that the victim signed; its header is imitated.
    ///   - victim: whose public key the forger has.
    func token(_ claims: JSONObject, imitating genuine: String, of victim: TestKey) throws -> String {
        let own = try TestKey(kid: victim.kid)
        let typ = header(genuine)["typ"] ?? "JWT"
        func signed(_ header: [(String, JSONValue?)]) throws -> String { try own.jwt(claims, header: [("typ", typ)] + header) }
        switch self {
        case .none, .noneWithoutDots, .noneInOtherCase, .noneKeepingSignature, .emptyAlgorithm, .missingAlgorithm,
            .algorithmList:
            return unsigned(claims, typ, victim.kid, genuine)
        case .hmacOfPEM, .hmacOfPEMLine, .hmacOfDER, .hmacOfModulus, .hmacOfJWK, .hmacOfKID, .hmacOfNothing:
            return try hmac(claims, typ, victim)
        case .jwk: return try signed([("jwk", .object(own.bareJWK)), ("kid", nil)])
        case .jwkAndKID: return try signed([("jwk", .object(own.bareJWK))])
        case .jku: return try signed([("jku", "https://evil.example/jwks.json")])
        case .x5u: return try signed([("x5u", "https://evil.example/cert.pem")])
        case .x5c:
            let key = TestKey(try PrivateKey(pkcs8DER: FixtureCertificate.privateKey), .es256, kid: victim.kid)
            return try key.jwt(
                claims, header: [("x5c", .array([.string(Base64.encode(FixtureCertificate.der))])), ("typ", typ)])
        case .kidAsPath: return try signed([("kid", "../../../../dev/null")])
        case .kidAsAddress: return try signed([("kid", "https://evil.example/jwks.json")])
        case .otherKeySameKID: return try signed([])
        case .otherAlgorithm: return try signed([("alg", .string(victim.algorithm.rawValue))])
        case .crit: return try victim.jwt(claims, header: [("crit", .array(["exp"])), ("typ", typ)])
        case .unencodedPayload:
            return try victim.jwt(claims, header: [("b64", false), ("crit", .array(["b64"])), ("typ", typ)])
        case .strippedSignature: return parts(genuine)[0] + "." + Base64URL.encode(claims.serialized) + "."
        case .twoSignatures: return genuine + "." + parts(genuine)[2]
        case .changedPayload:
            var changed = claims
            changed["changed"] = true
            return parts(genuine)[0] + "." + Base64URL.encode(changed.serialized) + "." + parts(genuine)[2]
        }
    }

    private func parts(_ token: String) -> [String] {
        token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    private func header(_ token: String) -> JSONObject {
        (Base64URL.decode(parts(token)[0]).flatMap { try? JSONValue.parse($0) })?.object ?? [:]
    }

    private func unsigned(_ claims: JSONObject, _ typ: JSONValue, _ kid: String, _ genuine: String) -> String {
        var header: JSONObject = ["alg": "none", "typ": typ, "kid": .string(kid)]
        switch self {
        case .noneInOtherCase: header["alg"] = "nOnE"
        case .emptyAlgorithm: header["alg"] = ""
        case .missingAlgorithm: header["alg"] = nil
        case .algorithmList: header["alg"] = .array(["RS256", "none"])
        default: break
        }
        let text = Base64URL.encode(header.serialized) + "." + Base64URL.encode(claims.serialized)
        switch self {
        case .noneWithoutDots: return text
        case .noneKeepingSignature: return text + "." + parts(genuine)[2]
        default: return text + "."
        }
    }

    private func hmac(_ claims: JSONObject, _ typ: JSONValue, _ victim: TestKey) throws -> String {
        return JWS.signHS256(typ: typ.string ?? "JWT", payload: claims, secret: try secret(victim), kid: victim.kid)
    }

    private func secret(_ victim: TestKey) throws -> [UInt8] {
        let modulus = try #require(victim.bareJWK["n"]?.string.flatMap { Base64URL.decode($0) })
        let der = Self.publicKeyInfo(modulus)
        let body = Base64.encode(der)
        switch self {
        case .hmacOfPEM:
            let lines = stride(from: 0, to: body.utf8.count, by: 64).map { String(body.dropFirst($0).prefix(64)) }
            return Array("-----BEGIN PUBLIC KEY-----\n\(lines.joined(separator: "\n"))\n-----END PUBLIC KEY-----\n".utf8)
        case .hmacOfPEMLine: return Array(body.utf8)
        case .hmacOfDER: return der
        case .hmacOfModulus: return modulus
        case .hmacOfJWK: return victim.jwk.serialized
        case .hmacOfKID: return Array(victim.kid.utf8)
        default: return []
        }
    }

    /// `SubjectPublicKeyInfo` of an RSA key with the exponent 65537 (RFC 3279 section 2.3.1).
    private static func publicKeyInfo(_ modulus: [UInt8]) -> [UInt8] {
        func wrapped(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            let count = content.count
            let length: [UInt8] =
                count < 128
                ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
            return [tag] + length + content
        }
        let key = wrapped(0x30, wrapped(2, [0] + modulus) + wrapped(2, [1, 0, 1]))
        let algorithm = wrapped(0x30, wrapped(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]) + [5, 0])
        return wrapped(0x30, algorithm + wrapped(3, [0] + key))
    }
}

import Crypto
import FoundationEssentials
package import JOSE
package import OAuthProtocol

/// A key of a client, with what it signs: assertions, request objects, DPoP proofs. Unlike `JWS` it signs whatever a test asks,
/// under any header.
package struct TestKey: Sendable {
    package let kid: String
    package let algorithm: SignatureAlgorithm
    package let privateKey: PrivateKey

    package init(_ algorithm: SignatureAlgorithm = .es256, kid: String = "client-key") throws {
        (self.kid, self.algorithm, privateKey) = (kid, algorithm, try PrivateKey.generate(for: algorithm))
    }

    package init(_ privateKey: PrivateKey, _ algorithm: SignatureAlgorithm, kid: String = "client-key") {
        (self.kid, self.algorithm, self.privateKey) = (kid, algorithm, privateKey)
    }

    /// The public members alone.
    package var bareJWK: JSONObject { privateKey.publicKey.jwk }

    package var jwk: JSONObject {
        var jwk = bareJWK
        jwk["kid"] = .string(kid)
        jwk["use"] = "sig"
        jwk["alg"] = .string(algorithm.rawValue)
        return jwk
    }

    package var jkt: String { jwkThumbprint(bareJWK) ?? "" }

    /// A JWK Set of these keys, as a client registers it.
    package static func jwks(_ keys: TestKey...) -> String {
        (["keys": .array(keys.map { .object($0.jwk) })] as JSONObject).serializedString
    }

    /// A signed compact JWT. A change replaces or adds a header member, or removes it when `nil`.
    package func jwt(_ payload: JSONObject, header changes: [(String, JSONValue?)] = []) throws -> String {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "JWT", "kid": .string(kid)]
        for (name, value) in changes { header[name] = value }
        let input = Base64URL.encode(header.serialized) + "." + Base64URL.encode(payload.serialized)
        return input + "." + Base64URL.encode(try privateKey.sign(Array(input.utf8), algorithm))
    }

    /// A DPoP proof for a request (RFC 9449 section 4.2). A change replaces or adds a claim, or removes it when `nil`.
    package func proof(
        _ method: String = "POST", _ url: String = "https://default.test/oauth/token", at now: Timestamp, jti: String,
        accessToken: String? = nil, changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []
    ) throws -> String {
        var claims: JSONObject = [
            "jti": .string(jti), "htm": .string(method), "htu": .string(url), "iat": .integer(now.seconds),
        ]
        if let accessToken { claims["ath"] = .string(Base64URL.encode(SHA256.hash(data: Array(accessToken.utf8)))) }
        for (name, value) in changes { claims[name] = value }
        return try jwt(claims, header: [("typ", "dpop+jwt"), ("kid", nil), ("jwk", .object(bareJWK))] + header)
    }
}

/// A client certificate, made once with openssl; it protects nothing. Subject `CN=client one,OU=Clients,O=Example\, Inc.,C=DE`;
/// SAN `client.example.test`, `https://client.example.test/id`, 203.0.113.9 and `client@example.test`.
package enum FixtureCertificate {
    package static let der = Array(Data(base64Encoded: base64) ?? Data())
    /// PKCS #8 in DER.
    package static let privateKey = Array(Data(base64Encoded: keyBase64) ?? Data())

    private static let keyBase64 = """
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguMl8q2kIZpYmpdPRjqv5ilgHo+Jia0gW0sd8IbwLWkuhRANCAARl3I9S5xuO\
        g2upELFjQi6q8nWo1x71rdf6UkJTqI1i/chtelI9AexImI7et1WL9XK62fDQWnkAOIlioxfB27CQ
        """
    private static let base64 = """
        MIICJzCCAc6gAwIBAgIUWcAU1ZkjEGgYq7b4ts36ZqdZz38wCgYIKoZIzj0EAwIwTDELMAkGA1UEBhMCREUxFjAUBgNVBAoMDUV4YW1wbGUsIE\
        luYy4xEDAOBgNVBAsMB0NsaWVudHMxEzARBgNVBAMMCmNsaWVudCBvbmUwIBcNMjYxMTIzMDUyOTU5WhgPMjEyNjEwMzAwNTI5NTlaMEwxCzAJ\
        BgNVBAYTAkRFMRYwFAYDVQQKDA1FeGFtcGxlLCBJbmMuMRAwDgYDVQQLDAdDbGllbnRzMRMwEQYDVQQDDApjbGllbnQgb25lMFkwEwYHKoZIzj\
        0CAQYIKoZIzj0DAQcDQgAEZdyPUucbjoNrqRCxY0IuqvJ1qNce9a3X+lJCU6iNYv3IbXpSPQHsSJiO3rdVi/Vyutnw0Fp5ADiJYqMXwduwkKOB\
        izCBiDBZBgNVHREEUjBQghNjbGllbnQuZXhhbXBsZS50ZXN0hh5odHRwczovL2NsaWVudC5leGFtcGxlLnRlc3QvaWSHBMsAcQmBE2NsaWVudE\
        BleGFtcGxlLnRlc3QwDAYDVR0TAQH/BAIwADAdBgNVHQ4EFgQUPCQa2DU+iAh1/q2ODqs3Cx8P4P8wCgYIKoZIzj0EAwIDRwAwRAIgF1vVjFyj\
        MxKUjEzQLW04DPkH6q/7SVJutm0di7/QKWkCIDdHzODXhQJjGCALPIBUvY7VDzX9+/BeeqQCLaWpkRWp
        """
}

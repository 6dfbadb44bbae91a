import AuthorizationServer
import Credentials
import Crypto
package import OAuthProtocol

/// A telephone with passkeys: answers the ceremonies of contract 19 as a browser and its authenticator would.
package struct PasskeyDevice: Sendable {
    /// Every byte of it may be changed.
    package var authenticator: TestAuthenticator
    package var origin: String
    /// Given back by the authenticator at a login.
    package var userHandle: String?
    /// Somebody touches the device.
    package var isTouched = true { didSet { setFlags() } }
    /// The device asks its user for a PIN or a finger.
    package var asksForPIN = true { didSet { setFlags() } }

    package init(at host: String = "default.test") {
        authenticator = TestAuthenticator()
        authenticator.relyingPartyID = host
        origin = "https://\(host)"
    }

    private mutating func setFlags() {
        authenticator.flags = []
        if isTouched { authenticator.flags.insert(.userPresent) }
        if asksForPIN { authenticator.flags.insert(.userVerified) }
    }

    /// Signs with another key from now on.
    package mutating func replaceKey() { authenticator.privateKey = P256.Signing.PrivateKey() }

    /// The `authn_response` to `authn_params_public_key` of `/passkey/register`. Remembers the user handle.
    package mutating func create(_ parameters: JSONObject) -> JSONObject {
        userHandle = parameters["user"]?.object?["id"]?.string
        let attestation = authenticator.attest(clientData(.create, parameters))
        return response([
            "clientDataJSON": .string(Base64URL.encode(attestation.clientDataJSON)),
            "attestationObject": .string(Base64URL.encode(attestation.attestationObject)),
        ])
    }

    /// The `authn_response` to `authn_params_public_key` of `/passkey/challenge`.
    package func get(_ parameters: JSONObject) throws -> JSONObject {
        let assertion = try authenticator.assert(clientData(.get, parameters))
        var members: JSONObject = [
            "clientDataJSON": .string(Base64URL.encode(assertion.clientDataJSON)),
            "authenticatorData": .string(Base64URL.encode(assertion.authenticatorData)),
            "signature": .string(Base64URL.encode(assertion.signature)),
        ]
        members["userHandle"] = userHandle.map { .string($0) }
        return response(members)
    }

    private func clientData(_ ceremony: ClientData.Ceremony, _ parameters: JSONObject) -> JSONObject {
        var data = TestAuthenticator.clientData(ceremony)
        data["challenge"] = parameters["challenge"]
        data["origin"] = .string(origin)
        return data
    }

    private func response(_ members: JSONObject) -> JSONObject {
        let id = JSONValue.string(Base64URL.encode(authenticator.credentialID))
        return [
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform", "response": .object(members),
            "clientExtensionResults": .object([:]),
        ]
    }
}

extension EngineFixture {
    /// Verifies passkeys for real.
    package mutating func verifyPasskeys() { environment.webAuthn = WebAuthnChecks() }
}

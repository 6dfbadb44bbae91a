import OAuthProtocol

/// The `authn_response` of the `webauthn` grant: a `PublicKeyCredential` as JSON, its bytes base64url (WebAuthn 5.1,
/// contract 19).
struct AuthenticatorResponse: Sendable {
    enum Answer: Sendable {
        case attestation(WebAuthnAttestation)
        /// With the user handle, where the authenticator gave one.
        case assertion(WebAuthnAssertion, userHandle: [UInt8]?)
    }

    let credentialID: [UInt8]
    let answer: Answer

    /// Throws `invalidRequest` for anything but such an object; an object written as text does not count.
    init(_ form: FormParameters) throws(OAuthError) {
        let values = form.values("authn_response")
        guard values.count == 1, case .json(.object(let object)) = values[0] else {
            throw values.isEmpty ? Self.missing : Self.malformed
        }
        guard object["type"]?.string?.isExactly("public-key") == true, let response = object["response"]?.object,
            let id = Self.bytes(object["rawId"]) ?? Self.bytes(object["id"]), !id.isEmpty, id.count <= 1023,
            let clientData = Self.bytes(response["clientDataJSON"])
        else { throw Self.malformed }
        credentialID = id
        if let attestation = Self.bytes(response["attestationObject"]) {
            answer = .attestation(WebAuthnAttestation(clientDataJSON: clientData, attestationObject: attestation))
            return
        }
        guard let data = Self.bytes(response["authenticatorData"]), let signature = Self.bytes(response["signature"]) else {
            throw Self.malformed
        }
        answer = .assertion(
            WebAuthnAssertion(clientDataJSON: clientData, authenticatorData: data, signature: signature),
            userHandle: Self.bytes(response["userHandle"]))
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8]? { value?.string.flatMap { Base64URL.decode($0) } }

    private static var missing: OAuthError { OAuthError(.invalidRequest, WireText.missingParameter("authn_response")) }
    private static var malformed: OAuthError { OAuthError(.invalidRequest, WireText.malformedParameter("authn_response")) }
}

package import AuthorizationServer
package import OAuthProtocol

/// What the browser says of the ceremony: `CollectedClientData` (WebAuthn section 5.8.1). The authenticator signs its hash.
package struct ClientData: Sendable {
    package enum Ceremony: String, Sendable {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    package let type: String
    /// base64url without padding, as written.
    package let challenge: String
    package let origin: String
    package let isCrossOrigin: Bool
    package let topOrigin: JSONValue?

    /// Members that are not named here may come and are not looked at (section 5.8.1.1). Throws `malformed`.
    package init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard let members = (try? JSONValue.parse(bytes))?.object, let type = members["type"]?.string,
            let challenge = members["challenge"]?.string, let origin = members["origin"]?.string
        else { throw .malformed }
        let crossOrigin = members["crossOrigin"] ?? false
        guard let isCrossOrigin = crossOrigin.bool else { throw .malformed }
        (self.type, self.challenge, self.origin, self.isCrossOrigin) = (type, challenge, origin, isCrossOrigin)
        topOrigin = members["topOrigin"]
    }

    /// Steps 7 to 11 of section 7.1, 10 to 14 of 7.2. Ceremonies inside another site's frame are refused: a page around ours
    /// could make people confirm what they do not see.
    package func check(_ ceremony: Ceremony, _ expected: WebAuthnExpectation) throws(WebAuthnError) {
        guard type.isExactly(ceremony.rawValue) else { throw .wrongType }
        // A challenge of less than 16 bytes can be guessed (section 13.4.3); none is ours.
        guard expected.challenge.count >= 16, challenge.isExactly(Base64URL.encode(expected.challenge)) else {
            throw .wrongChallenge
        }
        guard expected.origins.contains(where: origin.isExactly), !isCrossOrigin, topOrigin == nil else { throw .wrongOrigin }
    }
}

package import OAuthProtocol

/// What the endpoints that begin a device or a backchannel request answer.
package struct DeferredAuthorizationResponse: Sendable {
    package let json: JSONObject
    /// A fresh nonce for the client's next DPoP proof, sent as a header.
    package let dpopNonce: String?
}

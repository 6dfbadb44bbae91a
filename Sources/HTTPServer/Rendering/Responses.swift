package import HTTPTypes
package import Hummingbird
import NIOCore
package import OAuthProtocol

extension Response {
    /// A JSON answer. Without `cacheControl` it is not stored (`NoStoreMiddleware`).
    package static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok, cacheControl: String? = nil) -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        if let cacheControl { headers[.cacheControl] = cacheControl }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: object.serialized)))
    }

    /// The answer with a nonce for the client's next DPoP proof (RFC 9449 section 8.2), when there is one.
    package func with(dpopNonce nonce: String?) -> Response {
        guard let nonce else { return self }
        var copy = self
        copy.headers[.dpopNonce] = nonce
        return copy
    }

    /// Plain text.
    package static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        content(ByteBuffer(string: text), type: "text/plain; charset=utf-8", status: status)
    }

    /// Bytes of a known type.
    package static func content(_ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: bytes))
    }

    /// Sends the browser on: 302 after a GET, 303 after a POST, so that the form is not sent again.
    package static func redirect(to location: String, status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.location: location])
    }
}

package import OAuthProtocol

/// The one way out to the network (architecture section 8). Implementations resolve the host once, refuse every address that is
/// loopback, private, link-local, mapped or otherwise not on the public internet (an allow-list for development), connect to
/// exactly the address that was checked, follow no redirect, and stop at the limits.
package protocol OutboundFetcher: Sendable {
    func get(_ url: String, accepting: String, limits: OutboundLimits) async throws(OutboundError) -> OutboundResponse
    func post(_ request: OutboundPost, limits: OutboundLimits) async throws(OutboundError) -> OutboundResponse
    /// Whether the URL may be asked at all, as far as that can be told without resolving its host: `https`, a host that is not a
    /// forbidden address in any spelling, no user information. For URLs that a client registers.
    func mayAsk(_ url: String) -> Bool
}

package struct OutboundPost: Sendable {
    package var url: String
    package var contentType: String
    package var body: SecretBytes
    /// The `Authorization` header.
    package var authorization: SecretString?
    /// The `Accept` header.
    package var accepting: String?

    package init(url: String, contentType: String, body: SecretBytes, authorization: SecretString? = nil) {
        (self.url, self.contentType, self.body, self.authorization) = (url, contentType, body, authorization)
    }
}

package struct OutboundLimits: Sendable, Equatable {
    package var maximumBytes: Int
    /// For the whole exchange, name resolution included.
    package var timeout: Lifetime

    /// Anybody can cause the fetch, of whatever address they like. Such fetches share a part of all there may be at a time, so that
    /// they keep no client's keys and no message from its way.
    package var isForStranger = false

    package init(maximumBytes: Int, timeout: Lifetime) { (self.maximumBytes, self.timeout) = (maximumBytes, timeout) }

    /// Keys, request objects.
    package static let document = OutboundLimits(maximumBytes: 65_536, timeout: 5)
    /// Metadata documents and sector identifiers: what an unknown client names.
    package static let strangersDocument: OutboundLimits = {
        var limits = document
        limits.isForStranger = true
        return limits
    }()
    /// Logout tokens and pings: the answer's body is of no interest (contract 12.3).
    package static let notification = OutboundLimits(maximumBytes: 4096, timeout: 5)
}

package struct OutboundResponse: Sendable {
    package var status: Int
    /// Without parameters, lower case; empty when absent.
    package var contentType: String
    package var body: [UInt8]
    /// `max-age` of `Cache-Control`, in seconds; 0 for `no-store` and `no-cache`; `nil` when the answer says nothing.
    package var maxAge: Int64?

    package init(status: Int, contentType: String, body: [UInt8], maxAge: Int64? = nil) {
        (self.status, self.contentType, self.body, self.maxAge) = (status, contentType, body, maxAge)
    }
}

package enum OutboundError: Error, Sendable, Equatable {
    /// Not https, user information, or an address that must not be asked.
    case forbidden
    case unreachable
    case timeout
    case tooLarge
    /// A redirect, which is not followed.
    case redirected
    /// It was answered, and not with what was asked for: no such document, or one that does not say what it should. No fetcher
    /// throws this; whoever judges an answer does.
    case refused

    /// The address may give what was asked for later, without anybody's doing: a failure of the way or of the server there.
    package var mayPass: Bool {
        switch self {
        case .unreachable, .timeout: true
        case .forbidden, .tooLarge, .redirected, .refused: false
        }
    }
}

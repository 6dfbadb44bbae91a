package import Storage

/// How the parameters of an authorization request came to us.
package struct RequestOrigin: Sendable, Equatable {
    /// They were pushed by the authenticated client (RFC 9126).
    package var pushed: TokenHash?
    /// They were in an object that the client signed (RFC 9101).
    package var isSigned = false
    /// The key whose proof came with the pushed request (RFC 9449 section 10.1).
    package var dpopJKT: String?

    /// Not an authorization request at all: the user is asked about a device or a backchannel request.
    package var deferred: TokenHash?
    /// The code as the user typed it, shown again beside the question (RFC 8628 section 3.3).
    package var userCode: String?

    package init(pushed: TokenHash? = nil, isSigned: Bool = false, dpopJKT: String? = nil) {
        (self.pushed, self.isSigned, self.dpopJKT) = (pushed, isSigned, dpopJKT)
    }

    package var isPushed: Bool { pushed != nil }

    /// In the query of a browser.
    package static let plain = RequestOrigin()
}

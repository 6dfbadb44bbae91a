package import HTTPTypes

extension HTTPField.Name {
    package static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    package static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    package static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    /// The end user's address as a confidential client reports it (contract 1.1).
    package static let auth0ForwardedFor = HTTPField.Name("auth0-forwarded-for")!
    /// Which SDK asks (contract 1.1).
    package static let auth0Client = HTTPField.Name("Auth0-Client")!
    package static let requestID = HTTPField.Name("X-Request-Id")!
    package static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    package static let frameOptions = HTTPField.Name("X-Frame-Options")!
    package static let pragma = HTTPField.Name("Pragma")!
    /// Proofs of possession (RFC 9449).
    package static let dpop = HTTPField.Name("DPoP")!
    package static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
    /// Contract 1.5.
    package static let rateLimitLimit = HTTPField.Name("X-RateLimit-Limit")!
    package static let rateLimitRemaining = HTTPField.Name("X-RateLimit-Remaining")!
    package static let rateLimitReset = HTTPField.Name("X-RateLimit-Reset")!
}

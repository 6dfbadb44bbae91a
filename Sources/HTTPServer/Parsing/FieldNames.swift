package import HTTPTypes

extension HTTPField.Name {
    package static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    package static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    package static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    /// The end user's address as a confidential client reports it (contract 1.1).
    package static let auth0ForwardedFor = HTTPField.Name("auth0-forwarded-for")!
    package static let requestID = HTTPField.Name("X-Request-Id")!
    package static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    package static let frameOptions = HTTPField.Name("X-Frame-Options")!
    package static let pragma = HTTPField.Name("Pragma")!
}

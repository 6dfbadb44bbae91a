import OAuthProtocol

/// The `alg` values that tokens are signed with (RFC 7518 section 3.1, RFC 8037 section 3.1; contract 2.1, 3.2). There is no
/// `none`: `JWS.unsecured` reads such tokens, and nothing writes them.
package enum SignatureAlgorithm: String, Sendable, Codable, CaseIterable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"

    /// HMAC: who verifies can also sign.
    package var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512: true
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA: false
        }
    }

    /// All that verify with a public key.
    package static let asymmetric = Set(allCases.filter { !$0.isSymmetric })
    package static let symmetric: Set<SignatureAlgorithm> = [.hs256, .hs384, .hs512]

    /// The algorithm of exactly this name; `none` and other spellings are no algorithm.
    package init?(exactly name: String) {
        guard let algorithm = Self.allCases.first(where: { $0.rawValue.isExactly(name) }) else { return nil }
        self = algorithm
    }
}

import JOSE
import OAuthProtocol
import Storage

/// Metadata that somebody trusted signed (RFC 7591 section 2.3). What it says wins over what the client says.
struct SoftwareStatement: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private static let ownClaims = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"]

    /// The members with those of the statement. Throws `invalidSoftwareStatement` for one that does not verify,
    /// `unapprovedSoftwareStatement` when the tenant trusts nobody or insists on one that is missing.
    func merged(_ members: JSONObject, at now: Timestamp) throws(OAuthError) -> JSONObject {
        let settings = context.settings.registration
        guard let value = members["software_statement"], value != .null else {
            guard !settings.requiresSoftwareStatement else {
                throw OAuthError(.unapprovedSoftwareStatement, WireText.softwareStatementRequired)
            }
            return members
        }
        guard let keys = settings.softwareStatementJWKS else {
            throw OAuthError(.unapprovedSoftwareStatement, WireText.softwareStatementRefused)
        }
        guard let text = value.string, let set = try? JWKSet(parsing: Array(keys.utf8)),
            let statement = try? JWS.verify(text, keys: set, algorithms: SignatureAlgorithm.asymmetric),
            Self.isTimely(statement.payload, at: now)
        else { throw OAuthError(.invalidSoftwareStatement, WireText.softwareStatementRefused) }
        var result = members
        for member in statement.payload.members where !Self.ownClaims.contains(member.name) {
            result[member.name] = member.value
        }
        return result
    }

    private static let skew: Int64 = 10

    /// Statements need not end, but one that means to says so in a form that can be read.
    private static func isTimely(_ payload: JSONObject, at now: Timestamp) -> Bool {
        let (exp, nbf) = (payload["exp"], payload["nbf"])
        guard exp == nil || exp?.integer != nil, nbf == nil || nbf?.integer != nil else { return false }
        return exp?.integer.map { $0 > now.seconds } ?? true && nbf?.integer.map { $0 <= now.seconds + skew } ?? true
    }
}

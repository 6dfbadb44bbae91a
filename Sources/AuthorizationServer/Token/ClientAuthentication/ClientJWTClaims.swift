import OAuthProtocol
import Storage

/// Judges the claims of a JWT whose signature was found to be the client's (RFC 7523 section 3, RFC 9101 section 6.3).
struct ClientJWTClaims {
    private let payload: JSONObject
    private let policy: ClientJWTPolicy

    init(_ payload: JSONObject, _ policy: ClientJWTPolicy) { (self.payload, self.policy) = (payload, policy) }

    /// The claim that names the JWT; `nil` when it has none.
    let jtiName = "jti"
    var jti: String? { payload[jtiName]?.string }
    /// When it ends; `nil` when it never does.
    var expiresAt: Timestamp? { payload["exp"].flatMap(NumericDate.timestamp) }

    /// Throws the policy's refusal for the first claim that is missing, malformed or wrong.
    func check(issuer clientID: String, at now: Timestamp) throws(OAuthError) {
        for name in policy.required.sorted() where payload[name] == nil { throw policy.refuse("no \(name)") }
        try checkParty("iss", clientID)
        if policy.required.contains("sub") { try checkParty("sub", clientID) }
        try checkAudience()
        try checkLifetime(at: now)
        try checkName()
    }

    private func checkParty(_ name: String, _ clientID: String) throws(OAuthError) {
        guard let value = payload[name] else { return }
        guard value.string?.isExactly(clientID) == true else { throw policy.refuse("\(name) is not the client") }
    }

    private func checkAudience() throws(OAuthError) {
        guard let value = payload["aud"] else { return }
        let isRight = switch (policy.audience, value) {
        case (.whatever, _): true
        case (.exactly(let expected), .string(let text)): text.isExactly(expected)
        case (.exactly, _): false
        case (.anyOf(let expected), .string(let text)): expected.contains(where: text.isExactly)
        case (.anyOf(let expected), .array(let values)):
            values.contains { value in expected.contains { value.string?.isExactly($0) == true } }
        case (.anyOf, _): false
        }
        guard isRight else { throw policy.refuse("another audience") }
    }

    private func checkLifetime(at now: Timestamp) throws(OAuthError) {
        let latest = now + ClientJWTPolicy.clockSkew
        let (start, issued, end) = (try instant("nbf"), try instant("iat"), try instant("exp"))
        if let end, end <= now { throw policy.refuse("expired") }
        for instant in [start, issued].compactMap(\.self) {
            guard instant <= latest else { throw policy.refuse("not yet valid") }
            if let age = policy.maximumAge, instant < now - age { throw policy.refuse("too old") }
        }
        guard let end, let lifetime = policy.maximumLifetime else { return }
        // Between two instants of the client's there is no skew.
        guard end <= latest + lifetime, start.map({ end <= $0 + lifetime }) ?? true else {
            throw policy.refuse("lives too long")
        }
    }

    private func instant(_ name: String) throws(OAuthError) -> Timestamp? {
        guard let value = payload[name] else { return nil }
        guard let instant = NumericDate.timestamp(value) else { throw policy.refuse("\(name) is no date") }
        return instant
    }

    private func checkName() throws(OAuthError) {
        guard let value = payload[jtiName] else { return }
        guard let jti = value.string, (1...policy.maximumJTIBytes).contains(jti.utf8.count) else {
            throw policy.refuse("unusable jti")
        }
    }
}

package import JOSE
package import OAuthProtocol
import Storage

/// What a JWT that a client signed must look like to be believed: an assertion, a request object, a CIBA request. Each
/// caller names what its specification demands; `ClientSignedJWT` judges.
package struct ClientJWTPolicy: Sendable {
    package enum Audience: Sendable, Equatable {
        /// One of these, as a string or in an array.
        case anyOf([String])
        /// This one, as a plain string: an array that holds it is refused (FAPI 2.0 section 5.3.2.1).
        case exactly(String)
        /// Not judged.
        case whatever
    }

    /// How everything that is wrong with the JWT is refused, and with which text.
    package var refusal: OAuthError.Kind
    package var text: String
    package var algorithms: Set<SignatureAlgorithm>
    package var audience: Audience
    /// Accepted `typ` values, in lower case and without `application/`; `nil` accepts every one. A missing `typ` is accepted.
    package var types: Set<String>?
    /// Claims that must be there. With `sub` it must be the client id.
    package var required: Set<String> = []
    /// How far `exp` may be ahead, of now and of `nbf`.
    package var maximumLifetime: Lifetime?
    /// How far `nbf` and `iat` may be in the past.
    package var maximumAge: Lifetime?
    package var maximumBytes = 16_384
    package var maximumJTIBytes = 256
    /// The `jti`, when there is one, counts once per client under this name.
    package var replay: String?

    package init(refusal: OAuthError.Kind, text: String, algorithms: Set<SignatureAlgorithm>, audience: Audience) {
        (self.refusal, self.text) = (refusal, text)
        (self.algorithms, self.audience) = (algorithms, audience)
    }

    /// How far a client's clock may be ahead of ours, in seconds (contract 2.2; FAPI asks for at least 10).
    package static let clockSkew: Lifetime = 10

    /// The signature algorithms with a public key that a profile accepts of clients, narrowed to the one that the client
    /// registered for the purpose. Empty when it registered none of them.
    package static func algorithms(of profile: WireProfile, registered: String?) -> Set<SignatureAlgorithm> {
        narrowed(Set(profile.rules.clientSignatures(symmetric: false)), to: registered)
    }

    /// The algorithm of exactly the registered name, if it is allowed; all when none is registered.
    static func narrowed(_ allowed: Set<SignatureAlgorithm>, to registered: String?) -> Set<SignatureAlgorithm> {
        guard let registered else { return allowed }
        return SignatureAlgorithm(exactly: registered).map { allowed.intersection([$0]) } ?? []
    }

    func refuse(_ reason: String) -> OAuthError { OAuthError(refusal, text, auditReason: reason) }
}

extension ProfileRules {
    /// `clientAlgorithms`, those with a public key or those with a secret, in the table's order: what is accepted, and what
    /// discovery says is accepted.
    package func clientSignatures(symmetric: Bool) -> [SignatureAlgorithm] {
        clientAlgorithms.compactMap(SignatureAlgorithm.init(exactly:)).filter { $0.isSymmetric == symmetric }
    }

    /// `proofAlgorithms`, in the table's order.
    package var proofSignatures: [SignatureAlgorithm] { proofAlgorithms.compactMap(SignatureAlgorithm.init(exactly:)) }
}

/// A `NumericDate` (RFC 7519 section 2): whole seconds, fractions cut off.
enum NumericDate {
    static func timestamp(_ value: JSONValue) -> Timestamp? {
        switch value {
        case .integer(let seconds): checked(seconds)
        case .number(let seconds): Int64(exactly: seconds.rounded(.down)).flatMap(checked)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// Within what a `Timestamp` can hold.
    private static func checked(_ seconds: Int64) -> Timestamp? {
        seconds.magnitude < 1 << 52 ? Timestamp(seconds: seconds) : nil
    }
}

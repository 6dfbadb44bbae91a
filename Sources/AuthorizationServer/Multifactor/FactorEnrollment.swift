import OAuthProtocol
import Storage

/// Who may confirm a factor that was enrolled and not used yet. Kept with the factor until then.
///
/// Without it a factor that somebody with the password left behind, before the user enrolled one, would pass for the user's.
enum FactorEnrollment: Sendable, Equatable {
    /// Whoever holds this `mfa_token`, while the user has no other factor.
    case token(TokenHash)
    /// Whoever passes the first factor at this client: enrolling needed an access token of the user.
    case client(String)

    init(_ caller: MultifactorCaller) {
        switch caller {
        case .login(let token): self = .token(token.hash)
        case .user(let token): self = .client(token.clientID)
        }
    }

    /// `nil` for a factor that does not wait to be confirmed.
    init?(of authenticator: Authenticator) {
        guard !authenticator.isActive,
            let text = authenticator.credential, let object = (try? JSONValue.parse(Array(text.utf8)))?.object
        else { return nil }
        if let hash = object["mfa_token"]?.string.flatMap({ Base64URL.decode($0) }).flatMap(TokenHash.init(bytes:)) {
            self = .token(hash)
        } else if let clientID = object["client_id"]?.string {
            self = .client(clientID)
        } else {
            return nil
        }
    }

    var text: String {
        let object: JSONObject = switch self {
        case .token(let hash): ["mfa_token": .string(Base64URL.encode(hash.bytes))]
        case .client(let clientID): ["client_id": .string(clientID)]
        }
        return object.serializedString
    }

    func admits(_ token: MFAToken, _ factors: UserFactors) -> Bool {
        switch self {
        case .token(let hash): hash == token.hash && factors.active.isEmpty
        case .client(let clientID): clientID.isExactly(token.clientID)
        }
    }
}

extension UserFactors {
    /// The factors of a kind that a login may be completed with: active ones, and those that it may confirm.
    func candidates(_ kind: Authenticator.Kind, for token: MFAToken) -> [Authenticator] {
        enrolled.filter { factor in
            guard factor.kind == kind, isUsable(kind) else { return false }
            return factor.isActive || FactorEnrollment(of: factor)?.admits(token, self) == true
        }
    }
}

import Crypto
import OAuthProtocol
import Storage

/// The CSRF token of a state-changing page: an HMAC under a key derived from the master key, over everything that ties
/// the page to one browser and one act. Nothing is stored; a token of another page, browser or user does not verify.
struct PageToken: Sendable {
    /// What a token is for. Part of what is authenticated.
    enum Purpose: String, Sendable, CaseIterable {
        case login, signup, consent, passwordResetRequest, passwordReset, logout, activation, approval
    }

    private let keys: MasterKeyRing
    private let salt: [UInt8]
    private let message: [UInt8]

    /// `binding` is what the act depends on, such as the transaction and the device cookie; order matters.
    init(_ purpose: Purpose, binding: [String], _ context: TenantContext) {
        keys = context.environment.masterKeys
        salt = Array(context.stores.tenant.rawValue.utf8)
        // Length-prefixed, so that no two lists of parts read the same.
        message = ([purpose.rawValue] + binding).flatMap { part in Array("\(part.utf8.count):".utf8) + Array(part.utf8) }
    }

    /// `keyid.mac`: it names its master key, so that rotating keys does not break pages in use.
    var value: String {
        let id = keys.current.id
        guard let mac = mac(keyID: id) else { return "" }
        return "\(id).\(Base64URL.encode(Array(mac)))"
    }

    /// Compares in constant time.
    func matches(_ presented: String?) -> Bool {
        guard let parts = presented?.split(separator: ".", omittingEmptySubsequences: false), parts.count == 2,
            let mac = Base64URL.decode(String(parts[1])), let key = key(String(parts[0]))
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: message, using: key)
    }

    private func key(_ id: String) -> SymmetricKey? { keys.derivedKey(id: id, salt: salt, purpose: "martlet page token") }

    private func mac(keyID: String) -> HMAC<SHA256>.MAC? {
        key(keyID).map { HMAC<SHA256>.authenticationCode(for: message, using: $0) }
    }
}

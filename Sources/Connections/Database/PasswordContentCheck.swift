import AuthorizationServer
import OAuthProtocol
import Storage

/// What a password must not say, whatever characters it has: the user's own data, and what everybody tries first (contract 13.2).
struct PasswordContentCheck {
    private let options: DatabaseOptions

    init(_ options: DatabaseOptions) { self.options = options }

    /// Shorter parts of a name stand in too many good passwords.
    private static let shortestPart = 4

    /// Throws `PasswordNoUserInfoError` or `PasswordDictionaryError`.
    func require(_ password: SecretString, for user: User) throws(DatabaseConnectionError) {
        let folded = LoginIdentifier(password.revealed).folded
        if options.passwordNoPersonalInfo.enable, Self.parts(of: user).contains(where: { folded.contains($0) }) {
            throw .passwordHasUserInfo
        }
        guard options.passwordDictionary.enable else { return }
        let isListed = options.passwordDictionary.dictionary.contains { LoginIdentifier($0).folded.isExactly(folded) }
        if isListed || CommonPasswords.all.contains(folded) { throw .passwordIsCommon }
    }

    /// Names, their words, the address and its parts, folded.
    private static func parts(of user: User) -> Set<String> {
        let profile = user.profile
        let texts = [
            user.email, user.username, profile.name, profile.givenName, profile.familyName, profile.nickname,
        ].compactMap(\.self).map { LoginIdentifier($0).folded }
        let words = texts.flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return Set((texts + words).filter { $0.utf8.count >= shortestPart })
    }
}

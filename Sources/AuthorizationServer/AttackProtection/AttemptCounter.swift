import OAuthProtocol
package import Storage

/// Every brake on guessing, in one table: what it counts, per whom, and how fast it refills (architecture section 8).
///
/// The raw value begins the key of the bucket, so no two counters can share one.
package enum AttemptCounter: String, CaseIterable, Sendable {
    /// Wrong passwords for one account from one address.
    case passwordOfAccountFromAddress = "password-account-address"
    /// Wrong passwords for one account from anywhere.
    case passwordOfAccount = "password-account"
    /// Passwords from one address for any account.
    case passwordFromAddress = "password-address"
    /// Signups from one address.
    case signupFromAddress = "signup-address"
    /// Password-reset mails for one account, asked for from one address (contract 1.5).
    case passwordReset = "password-reset"

    /// Codes of devices typed at one address (RFC 8628 section 5.1).
    case userCodeFromAddress = "user-code-address"
    /// Codes and links asked for at one address (contract 1.5).
    case passwordlessFromAddress = "passwordless-address"
    /// Wrong passwordless codes for one account: a new code may be asked for after three, this ends that.
    case passwordlessCode = "passwordless-code"
    /// Wrong codes of a second factor of one user (contract 1.5).
    case multifactorCode = "mfa-code"
    /// Codes of a second factor sent to one user (contract 1.5).
    case multifactorMessage = "mfa-message"
    /// Backchannel requests from one address: guesses at who has an account.
    case backchannelFromAddress = "backchannel-address"
    /// Messages to one user at the request of one client, which stands in the place of the connection.
    case backchannelMessage = "backchannel-message"

    /// The bucket that the tenant's settings give this counter.
    package func bucket(in settings: TenantSettings) -> Bucket {
        let protection = settings.attackProtection
        return switch self {
        case .passwordOfAccountFromAddress: protection.attemptsPerAccountAndAddress
        case .passwordOfAccount, .passwordlessCode: protection.attemptsPerAccount
        case .passwordFromAddress: protection.attemptsPerAddress
        case .signupFromAddress: protection.signupsPerAddress
        case .passwordReset: protection.passwordResets
        case .userCodeFromAddress: protection.userCodesPerAddress
        case .passwordlessFromAddress: settings.passwordless.startsPerAddress
        case .multifactorCode: settings.multifactor.wrongCodesPerUser
        case .multifactorMessage: settings.multifactor.textMessagesPerUser
        case .backchannelFromAddress: settings.backchannel.requestsPerAddress
        case .backchannelMessage: settings.backchannel.messagesPerUserAndClient
        }
    }

    /// Whether the bucket is one account's, and whether it is one address's.
    package var scope: (account: Bool, address: Bool) {
        switch self {
        case .passwordOfAccountFromAddress, .passwordReset: (true, true)
        case .passwordOfAccount, .passwordlessCode, .multifactorCode, .multifactorMessage, .backchannelMessage: (true, false)
        case .passwordFromAddress, .signupFromAddress, .userCodeFromAddress, .passwordlessFromAddress,
            .backchannelFromAddress:
            (false, true)
        }
    }

    /// The key of the bucket. Parts are length-prefixed: no choice of account can imitate another key.
    package func key(for subject: AttemptSubject) -> String {
        var parts = [rawValue]
        if scope.account { parts += [subject.connection, subject.account] }
        if scope.address { parts.append(subject.address) }
        return parts.map { "\($0.utf8.count):\($0)" }.joined()
    }
}

/// Who is trying, and at whose account. Made so that spelling an account or an address differently gains no guesses.
package struct AttemptSubject: Sendable, Equatable {
    package let connection: String
    package let account: String
    package let address: String

    package init(connection: String = "", account: String = "", address: String) {
        self.connection = connection
        self.account = LoginIdentifier(account).folded
        self.address = NetworkPrefix.of(address)
    }
}

/// An e-mail address or user name as somebody typed it.
package struct LoginIdentifier: Sendable, Equatable {
    /// Without white space around it.
    package let text: String

    package init(_ typed: String) {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(typed.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) }) else {
            text = ""
            return
        }
        text = String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// In ASCII-lower case: what stores compare (`UserStore.findCredential`).
    package var folded: String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

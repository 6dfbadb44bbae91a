import OAuthProtocol
import Storage

/// How a user without a password is reached and known: an address or a number, checked for its form.
struct PasswordlessIdentifier: Sendable, Equatable {
    enum Kind: String, Sendable { case email, phone }

    let kind: Kind
    let text: String

    /// `nil` for what no message could be sent to.
    init?(_ kind: Kind, _ typed: String) {
        let text = LoginIdentifier(typed).text
        switch kind {
        case .email: guard EmailAddress.isPlausible(text) else { return nil }
        case .phone: guard PhoneNumber.isPlausible(text) else { return nil }
        }
        (self.kind, self.text) = (kind, text)
    }

    /// As stores compare it.
    var folded: String { LoginIdentifier(text).folded }

    var destination: CodeMessages.Destination { destination(by: .text) }

    /// - Parameter channel: how a telephone is reached; addresses have but one way.
    func destination(by channel: PhoneChannel) -> CodeMessages.Destination {
        switch kind {
        case .email: .email(text)
        case .phone: .phone(text, channel)
        }
    }

    /// What a wrong code is told (contract 22.2).
    var wrongCode: String {
        switch kind {
        case .email: WireText.wrongEmailOrCode
        case .phone: WireText.wrongPhoneOrCode
        }
    }
}

/// A `strategy` whose users sign in by a code: `email` and `sms` (contract 20.1).
enum PasswordlessStrategy: String, Sendable, CaseIterable {
    case email, sms

    /// `nil` for a connection of another kind.
    init?(of connection: Connection) { self.init(rawValue: connection.strategy) }

    var identifierKind: PasswordlessIdentifier.Kind {
        switch self {
        case .email: .email
        case .sms: .phone
        }
    }
}

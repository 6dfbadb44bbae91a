package import OAuthProtocol

/// How a message reaches a telephone (contract 17.4, 20.3).
package enum PhoneChannel: String, Sendable, CaseIterable {
    case text
    /// A call that speaks it.
    case voice
}

/// Delivers messages to telephones. Here: to the developer's inbox on disk.
package protocol TextMessenger: Sendable {
    /// `to` is E.164. A text for `voice` is written as it is to be spoken.
    func send(_ text: String, to phoneNumber: String, by channel: PhoneChannel) async throws
}

/// RFC 6238 with SHA-1, 30 seconds and six digits (contract 17.5). Pure.
package protocol TimeBasedCodes: Sendable {
    /// The step, within one step of `now`, whose code this is; `nil` when none is. Every step is compared, so that time tells nothing.
    func step(of code: String, secret: SecretBytes, at now: Timestamp) -> Int64?
    /// The code of the step that holds `now`.
    func code(secret: SecretBytes, at now: Timestamp) -> String
}

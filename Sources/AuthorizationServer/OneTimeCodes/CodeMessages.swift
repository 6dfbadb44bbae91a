import Logging
import OAuthProtocol
import Storage

/// The messages that carry codes to people.
struct CodeMessages: Sendable {
    /// Where a code goes.
    enum Destination: Sendable {
        case email(String)
        case phone(String, PhoneChannel)
    }

    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Sends a code. False when it could not be handed over; the reason is logged, the code never.
    func send(_ code: String, validFor lifetime: Lifetime, to destination: Destination) async -> Bool {
        let name = context.settings.friendlyName
        switch destination {
        case .phone(let number, let channel):
            let text = switch channel {
            case .text: "Your \(name) code is \(code)"
            case .voice: Self.spoken(code, of: name)
            }
            return await delivering("\(channel.rawValue) message") {
                try await context.environment.textMessenger.send(text, to: number, by: channel)
            }
        case .email(let address):
            let text = """
                Your code for \(name) is: \(code)

                It works once and for \(Self.minutes(lifetime)).

                If you did not ask for it, ignore this message. Nobody of \(name) will ever ask you for the code.
                """
            return await mail(MailMessage(to: address, subject: "Your code for \(name)", text: text))
        }
    }

    /// Digit by digit, or it would be read out as one number; and twice, because nobody can look at it again.
    private static func spoken(_ code: String, of name: String) -> String {
        let digits = code.map(String.init).joined(separator: ", ")
        return "Your \(name) code is: \(digits). Again, your code is: \(digits). Goodbye."
    }

    /// Sends a link that signs in.
    func send(link: String, validFor lifetime: Lifetime, to address: String) async -> Bool {
        let name = context.settings.friendlyName
        let text = """
            Sign in to \(name) with this link; it works once and for \(Self.minutes(lifetime)):

            \(link)

            If you did not ask for it, ignore this message.
            """
        return await mail(MailMessage(to: address, subject: "Sign in to \(name)", text: text))
    }

    private func mail(_ message: MailMessage) async -> Bool {
        await delivering("mail") { try await context.environment.mailer.send(message) }
    }

    private func delivering(_ what: String, _ send: () async throws -> Void) async -> Bool {
        do {
            try await send()
            return true
        } catch {
            request.logger.error("\(what) with a code failed", metadata: ["type": "\(type(of: error))"])
            return false
        }
    }

    private static func minutes(_ lifetime: Lifetime) -> String {
        let count = max(1, lifetime.seconds / 60)
        return count == 1 ? "one minute" : "\(count) minutes"
    }
}

package import AuthorizationServer
import Glibc
package import OAuthProtocol

/// Writes each mail, text message and call to a file of its own instead of sending it: `{time}-{recipient}-{random}.eml`,
/// `.sms.txt` and `.voice.txt`, readable by the owner only.
///
/// The file appears complete or not at all, and no message replaces another, whatever runs at once.
package struct DevInbox: Mailer, TextMessenger {
    package let directory: String
    private let now: @Sendable () -> Timestamp
    private let randomness: Randomness

    /// The directory is made with mode 0700 when the first mail comes.
    package init(directory: String, now: @escaping @Sendable () -> Timestamp, randomness: Randomness = .system) {
        (self.directory, self.now, self.randomness) = (directory, now, randomness)
    }

    /// Throws `InboxError` when the directory cannot be written.
    package func send(_ message: MailMessage) async throws {
        let date = now()
        try deliver(Self.text(of: message, date), named: "\(date.iso8601)-\(Self.fileSafe(message.to))", ".eml")
    }

    /// The file's name tells the number, its content is the text, of a call what is spoken. Throws `InboxError` when the
    /// directory cannot be written.
    package func send(_ text: String, to phoneNumber: String, by channel: PhoneChannel) async throws {
        let suffix = switch channel {
        case .text: ".sms.txt"
        case .voice: ".voice.txt"
        }
        try deliver(text + "\n", named: "\(now().iso8601)-\(Self.fileSafe(phoneNumber))", suffix)
    }

    private func deliver(_ text: String, named prefix: String, _ suffix: String) throws {
        let name = "\(prefix.filter { $0 != ":" })-\(randomness.hexadecimal(8))\(suffix)"
        try makeDirectory()
        // A name that begins with a dot until it is complete: who lists the inbox never sees half a message.
        let draft = "\(directory)/.\(name)"
        try write(text, to: draft)
        guard rename(draft, "\(directory)/\(name)") == 0 else { throw InboxError(path: name, code: errno) }
    }

    private func makeDirectory() throws {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw InboxError(path: directory, code: errno) }
    }

    private func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw InboxError(path: path, code: errno) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw InboxError(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Header values lose their control characters, so that no recipient or subject can add a line.
    private static func text(of message: MailMessage, _ date: Timestamp) -> String {
        """
        To: \(header(message.to))
        Subject: \(header(message.subject))
        Date: \(date.iso8601)
        Content-Type: text/plain; charset=utf-8

        \(message.text)

        """
    }

    private static func header(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }

    private static func fileSafe(_ recipient: String) -> String {
        let safe = recipient.utf8.prefix(100).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                byte
            case UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: safe, as: UTF8.self)
    }
}

/// The inbox cannot be written.
package struct InboxError: Error, Sendable, CustomStringConvertible {
    let path: String
    /// `errno`.
    let code: Int32

    package var description: String { "cannot write \(path): \(String(cString: strerror(code)))" }
}

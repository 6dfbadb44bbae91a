import AuthorizationServer
import Foundation
import Messaging
import OAuthProtocol
import Testing

@Suite struct DevInboxTests {
    private func withInbox(_ body: (DevInbox) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "inbox-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(DevInbox(directory: directory, now: { Timestamp(seconds: 1_755_188_974) }))
    }

    private func files(_ inbox: DevInbox) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: inbox.directory).sorted()
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("a mail is one file that only the owner reads, in a directory that only the owner enters")
    func oneFile() async throws {
        try await withInbox { inbox in
            try await inbox.send(
                MailMessage(to: "user@example.test", subject: "Reset your password", text: "https://example.test/reset"))
            let name = try #require(try files(inbox).first)
            #expect(try files(inbox).count == 1)
            #expect(name.hasPrefix("2025-08-14T162934.000Z-user@example.test-"))
            #expect(name.hasSuffix(".eml"))
            #expect(try mode(inbox.directory) == 0o700)
            #expect(try mode("\(inbox.directory)/\(name)") == 0o600)
            let text = try String(contentsOfFile: "\(inbox.directory)/\(name)", encoding: .utf8)
            #expect(text.hasPrefix("To: user@example.test\nSubject: Reset your password\n"))
            #expect(text.contains("\n\nhttps://example.test/reset\n"))
        }
    }

    @Test("100 mails to one recipient at one moment are 100 files, and no draft is left")
    func concurrency() async throws {
        try await withInbox { inbox in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        try await inbox.send(MailMessage(to: "a@b.test", subject: "\(number)", text: "mail \(number)"))
                    }
                }
                try await group.waitForAll()
            }
            let names = try files(inbox)
            #expect(names.count == 100)
            #expect(names.allSatisfy { $0.hasSuffix(".eml") && !$0.hasPrefix(".") })
            let subjects = try Set(names.map { try String(contentsOfFile: "\(inbox.directory)/\($0)", encoding: .utf8) })
            #expect(subjects.count == 100)
        }
    }

    @Test(
        "no recipient leaves the directory or adds a header",
        arguments: [
            "../../etc/passwd", "a/b@c.test", "a@b.test\r\nBcc: evil@c.test", "\0", String(repeating: "a", count: 5000), "",
        ])
    func hostileRecipient(recipient: String) async throws {
        try await withInbox { inbox in
            try await inbox.send(MailMessage(to: recipient, subject: "x\nBcc: y", text: "body"))
            let names = try files(inbox)
            #expect(names.count == 1)
            let text = try String(contentsOfFile: "\(inbox.directory)/\(try #require(names.first))", encoding: .utf8)
            let header = try #require(text.split(separator: "\n\n").first)
            #expect(header.split(separator: "\n").count == 4)
        }
    }

    @Test("a text message or call is one file whose name tells number and channel, and whose content is the text", arguments: [
        (PhoneChannel.text, ".sms.txt"), (.voice, ".voice.txt"),
    ])
    func telephone(_ channel: PhoneChannel, _ suffix: String) async throws {
        try await withInbox { inbox in
            try await inbox.send("Your code is 123456", to: "+15551234567", by: channel)
            let name = try #require(try files(inbox).first)
            #expect(name.hasPrefix("2025-08-14T162934.000Z-+15551234567-"))
            #expect(name.hasSuffix(suffix))
            #expect(try mode("\(inbox.directory)/\(name)") == 0o600)
            #expect(try String(contentsOfFile: "\(inbox.directory)/\(name)", encoding: .utf8) == "Your code is 123456\n")
        }
    }

    @Test("a directory that cannot be made is an error, not a lost mail")
    func unwritable() async {
        let inbox = DevInbox(directory: "/proc/no-such/inbox", now: { Timestamp(seconds: 0) })
        await #expect(throws: InboxError.self) { try await inbox.send(MailMessage(to: "a@b.test", subject: "s", text: "t")) }
    }
}

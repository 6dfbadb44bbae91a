import ArgumentParser
import OAuthProtocol
import Storage

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "The people of a tenant.",
        subcommands: [
            ListUsers.self, CreateUser.self, ImportUser.self, ShowUser.self, BlockUser.self, UnblockUser.self, DeleteUser.self,
        ])
}

struct ListUsers: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List users in order of creation.")
    @Option(help: "At most this many (1 to 1000).") var limit = 100
    @Option(help: "Leave out the first ones.") var offset = 0
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000") }
        guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
    }

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let users = try await session.stores.users.list(offset: offset, limit: limit)
        if output.json { return Terminal.show(.array(try users.map { .object(try RecordOutput.json($0)) })) }
        let rows = users.map { [$0.userID, $0.email ?? $0.username ?? "-", $0.blocked ? "blocked" : "", $0.connection] }
        RecordOutput.table(["user_id", "email", "", "connection"], rows, nothing: "no users").forEach(Terminal.say)
    }
}

struct ShowUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a user.")
    @Argument(help: "The user's id, e-mail address or user name.") var user: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let object = try RecordOutput.json(try await session.user(user))
        if output.json { return Terminal.show(object) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

struct BlockUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Refuse a user's sign-ins and refresh tokens from now on.")
    @Argument(help: "The user's id, e-mail address or user name.") var user: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }
    func run(in session: ToolSession) async throws {
        output.confirm("blocked", try await session.setBlocked(user, true))
    }
}

struct UnblockUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "unblock", abstract: "Let a blocked user sign in again.")
    @Argument(help: "The user's id, e-mail address or user name.") var user: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }
    func run(in session: ToolSession) async throws {
        output.confirm("unblocked", try await session.setBlocked(user, false))
    }
}

struct DeleteUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a user with sessions, consents and refresh tokens.")
    @Argument(help: "The user's id, e-mail address or user name.") var user: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let found = try await session.user(user)
        guard try await session.stores.users.delete(found.userID, at: session.now) else {
            throw CommandFailure("there is no user \"\(user)\"")
        }
        try await session.record("Delete a User", target: found.userID)
        output.confirm("deleted", found.userID)
    }
}

extension ToolSession {
    /// By id, or by e-mail address or user name in any connection.
    func user(_ text: String) async throws -> User {
        if let user = try await stores.users.find(text) { return user }
        for connection in try await stores.connections.list() {
            if let found = try await stores.users.findCredential(connection: connection.name, identifier: text) {
                return found.user
            }
        }
        throw CommandFailure("there is no user \"\(text)\"; see: martlet users list")
    }

    fileprivate func setBlocked(_ text: String, _ blocked: Bool) async throws -> String {
        let user = try await user(text)
        guard try await stores.users.setBlocked(user.userID, blocked, at: now) else {
            throw CommandFailure("there is no user \"\(text)\"")
        }
        try await record(blocked ? "Block a User" : "Unblock a User", target: user.userID)
        return user.userID
    }
}

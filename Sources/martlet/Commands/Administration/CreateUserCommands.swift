import ArgumentParser
import AuthorizationServer
import Connections
import OAuthProtocol
import Storage

/// What a new user is made from, by either way.
struct NewUserOptions: ParsableArguments {
    @Option(help: "E-mail address.") var email: String
    @Option(help: "User name, where the connection asks for one.") var username: String?
    @Option(help: "Full name.") var name: String?
    @Option(help: "The connection. The tenant's default when left out.") var connection: String?
    @Flag(help: "The address is known to be the user's.") var emailVerified = false

    init() {}

    var profile: UserProfile {
        var profile = UserProfile()
        profile.name = name
        return profile
    }
}

struct CreateUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a user of a database connection.",
        discussion: "Without --password and --password-stdin a password is made up and printed.")
    @OptionGroup var user: NewUserOptions
    @Option(help: "The password. Other people on this machine may see it; prefer --password-stdin.") var password: String?
    @Flag(help: "Read the password from the first line of standard input.") var passwordStdin = false
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if password != nil && passwordStdin { throw ValidationError("give --password or --password-stdin, not both") }
    }

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let connection = try await session.connection(user.connection)
        guard let source = session.context.environment.connections.passwordConnection(strategy: connection.strategy) else {
            throw CommandFailure("connection \"\(connection.name)\" keeps no passwords")
        }
        let given = try givenPassword()
        let secret = given ?? SecretString("\(session.randomness.alphanumeric(20))-aA1")
        let signup = SignupRequest(email: user.email, username: user.username, password: secret, profile: user.profile)
        let call = ConnectionCall(connection: connection, context: session.context, now: session.now)
        var made = try await Self.refusalsInWords { try await source.signUp(signup, in: call) }
        if user.emailVerified {
            made.emailVerified = true
            _ = try await session.stores.users.update(made)
        }
        try await session.record("Create a User", target: made.userID)
        var object = try RecordOutput.json(made)
        if given == nil { object["password"] = .string(secret.revealed) }
        if output.json { return Terminal.show(object) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }

    private func givenPassword() throws -> SecretString? {
        if let password { return SecretString(password) }
        guard passwordStdin else { return nil }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("standard input holds no password")
        }
        return SecretString(line)
    }

    private static func refusalsInWords<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as DatabaseConnectionError {
            let policy = error.members.first { $0.name == "policy" }?.value.string.map { ":\n\($0)" } ?? ""
            let extra = error.members.first { $0.name == "error" || $0.name == "message" }?.value.string
            throw CommandFailure((error.description.string ?? extra ?? error.code) + policy)
        }
    }
}

struct ImportUser: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-one", abstract: "Create a user with a password hash from another system.",
        discussion: "Argon2 ($argon2id$…) and bcrypt ($2a$, $2b$, $2y$) hashes; replaced by ours at the first sign-in.")
    @OptionGroup var user: NewUserOptions
    @Option(help: "The encoded hash. - reads it from standard input.") var passwordHash: String
    @Option(help: "Keep this id: auth0| and what follows it. Made up when left out.") var userID: String?
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let connection = try await session.connection(user.connection)
        let hash = passwordHash == "-" ? readLine(strippingNewline: true) ?? "" : passwordHash
        var made = User(
            userID: userID ?? "auth0|" + session.randomness.hexadecimal(24), connection: connection.name, email: user.email,
            createdAt: session.now)
        made.username = user.username
        made.profile = user.profile
        made.emailVerified = user.emailVerified
        try UserRecord.check(made, passwordHash: hash, connection)
        do {
            try await session.stores.users.insert(made, passwordHash: SecretString(hash))
        } catch let conflict as StoreConflict {
            throw CommandFailure("there is a user with the same \(conflict.field) already")
        }
        try await session.record("Import a User", target: made.userID)
        let object = try RecordOutput.json(made)
        if output.json { return Terminal.show(object) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}

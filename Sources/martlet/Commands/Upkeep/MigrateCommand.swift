import ArgumentParser
import OAuthProtocol
import Storage

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Make the database, or bring it up to date.",
        discussion: "Safe to run twice, and by several processes at once. `serve` does the same unless told not to.")
    @Flag(help: "Only say what is missing; exit with 1 if anything is.") var check = false
    @OptionGroup var place: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let installation = try await Installation.open(try place.configuration(), check ? .existing : .creating)
        try await installation.orClose { try await run(installation) }
        try await installation.close()
    }

    private func run(_ installation: Installation) async throws {
        let names = check ? try await installation.engine.pendingMigrations() : try await installation.engine.migrate()
        if !check { try await FreshDatabase.seed(installation) }
        if output.json {
            Terminal.show([check ? "pending" : "applied": .strings(names)])
        } else {
            Terminal.say(names.isEmpty ? "up to date" : "\(check ? "pending" : "applied"): \(names.joined(separator: ", "))")
        }
        if check && !names.isEmpty { throw ExitCode.failure }
    }
}

import ArgumentParser
import OAuthProtocol

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The settings of this program.", subcommands: [CheckConfig.self, ReferenceConfig.self])
}

struct CheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "List every mistake in the settings; exit with 1 when there is one.")
    @OptionGroup var place: PlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reader = SettingsReader(try place.sources())
        let configuration = ServerConfiguration(reader)
        let problems = reader.problems + (reader.problems.isEmpty ? ServePolicy.problems(of: configuration) : [])
        if output.json {
            Terminal.show(["valid": .bool(problems.isEmpty), "problems": .strings(problems)])
        } else if problems.isEmpty {
            Terminal.say("the configuration is valid")
        } else {
            Terminal.remark("Error: \(CommandFailure(problems: problems, of: "the configuration"))")
        }
        if !problems.isEmpty { throw ExitCode.failure }
    }
}

struct ReferenceConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Print the documentation of every setting (docs/configuration.md).")
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if output.json { return Terminal.show(.array(ConfigurationReference.json)) }
        Terminal.say(ConfigurationReference.markdown)
    }
}

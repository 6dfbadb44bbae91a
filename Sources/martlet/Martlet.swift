import ArgumentParser

/// The one executable.
///
/// Owns: commands, configuration, the composition of live values, the development tenant with its certificates, the master
/// key file, what a terminal shows.
/// Does not own: anything that a request needs once it has arrived (`HTTPServer` and below).
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "An OAuth 2.0 and OpenID Connect identity server that speaks Auth0's API.",
        discussion: """
            Begin with `martlet dev`: a seeded tenant on this machine. `martlet serve` is production.
            The other commands work on the database directly; a running server follows within seconds.
            """,
        version: ServerVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Run", subcommands: [DevCommand.self, ServeCommand.self, MigrateCommand.self, ConfigCommand.self]),
            CommandGroup(
                name: "Administer",
                subcommands: [
                    TenantsCommand.self, ClientsCommand.self, APIsCommand.self, ClientGrantsCommand.self, UsersCommand.self,
                    KeysCommand.self, LogsCommand.self, ImportCommand.self,
                ]),
        ])
}

enum ServerVersion {
    static let text = "0.1.0"
}

/// A step of the schema. Never edited after release; version N-1 of the program must run against version N's schema.
package struct Migration: Sendable {
    /// `0001_configuration`; sorts in the order of application.
    package let name: String
    /// DDL with `{text}`, `{blob}` and `{table}` for the engine's words.
    package let statements: [String]

    package init(name: String, statements: [String]) { (self.name, self.statements) = (name, statements) }

    /// Every migration, oldest first.
    package static let all: [Migration] = [
        .configuration, .people, .flows, .operations, .extensions, .federation, .sessionTransfer, .waitingRequests,
    ]
}

import SQLStorage
import Storage

/// Why a command stopped, in words for the person who typed it. `ArgumentParser` prints it and exits with 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// One line each; empty when the sentence says it all.
    let problems: [String]

    init(_ sentence: String) { (description, problems) = (sentence, []) }

    /// Everything that is wrong, one line each.
    init(problems: [String], of what: String) {
        self.problems = problems
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        description = (["\(count) in \(what):"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}

extension CommandFailure {
    /// What the database says, as a sentence that tells what to do. Other errors stay what they are.
    static func inWords(_ error: any Error) -> any Error {
        switch error {
        case SealingError.unknownKey(let id):
            CommandFailure(
                """
                the database is sealed under master key \(id), which is not at hand; set MARTLET_MASTER_KEY, or name its data \
                directory with --data
                """
            )
        case SealingError.failed:
            CommandFailure("a sealed record of the database does not open: it was changed or moved")
        case let error as StorageUnavailable:
            CommandFailure("\(error.reason); is database.url (--database) right, and does the database run?")
        default:
            error
        }
    }
}

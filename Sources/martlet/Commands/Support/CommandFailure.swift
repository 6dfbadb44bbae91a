/// Why a command stopped, in words for the person who typed it. `ArgumentParser` prints it and exits with 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }

    /// Everything that is wrong, one line each.
    init(problems: [String], of what: String) {
        let count = problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        description = (["\(count) in \(what):"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}

import AuthorizationServer
import Glibc

/// Small files of ours, through system calls whose modes and atomicity are known.
enum PlainFile {
    /// Throws `CommandFailure` naming the file and the reason; also when there are more bytes than `maximum`, of which it then
    /// reads no more than a chunk.
    static func read(_ path: String, atMost maximum: Int = .max) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandFailure("cannot read \(path): \(reason())") }
        defer { close(file) }
        var (result, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count >= 0 else { throw CommandFailure("cannot read \(path): \(reason())") }
            if count == 0 { return result }
            result.append(contentsOf: chunk[..<count])
            guard result.count <= maximum else { throw CommandFailure("\(path) is larger than \(maximum >> 20) MiB") }
        }
    }

    /// `nil` when there is no such file.
    static func readIfPresent(_ path: String) throws -> [UInt8]? {
        access(path, F_OK) == 0 ? try read(path) : nil
    }

    /// Replaces the file in one step: whoever reads it sees the old or the new content, whole.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws {
        let draft = try writeDraft(beside: path, bytes, mode)
        guard rename(draft, path) == 0 else {
            let why = reason()
            unlink(draft)
            throw CommandFailure("cannot write \(path): \(why)")
        }
        try synchroniseDirectory(of: path)
    }

    /// Creates the file with this content unless it exists. Returns false, changing nothing, when it does: of two
    /// processes that start at once, exactly one creates it.
    static func createOnce(_ path: String, with bytes: [UInt8]) throws -> Bool {
        let draft = try writeDraft(beside: path, bytes, 0o600)
        defer { unlink(draft) }
        guard link(draft, path) == 0 else {
            guard errno == EEXIST else { throw CommandFailure("cannot write \(path): \(reason())") }
            return false
        }
        try synchroniseDirectory(of: path)
        return true
    }

    /// The name must survive a power failure too: what is sealed under a lost key is lost.
    private static func synchroniseDirectory(of path: String) throws {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let directory = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw CommandFailure("cannot open \(parent): \(reason())") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw CommandFailure("cannot write \(parent): \(reason())") }
    }

    /// Does nothing when there is no such file.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw CommandFailure("cannot remove \(path): \(reason())")
        }
    }

    /// Makes the directory and those above it, each with mode 0700.
    static func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard errno == ENOENT, !parent.isEmpty else { throw CommandFailure("cannot make \(path): \(reason())") }
        try makeDirectory(parent)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw CommandFailure("cannot make \(path): \(reason())") }
    }

    private static func writeDraft(beside path: String, _ bytes: [UInt8], _ mode: mode_t) throws -> String {
        let draft = "\(path).\(Randomness.system.hexadecimal(12)).draft"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw CommandFailure("cannot write \(path): \(reason())") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw CommandFailure("cannot write \(path): \(reason())") }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw CommandFailure("cannot write \(path): \(reason())") }
        return draft
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import SQLStorage

enum PrivateFile {
    /// Makes the file, if it is missing, for its owner only. SQLite gives its other files the same mode.
    static func create(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLError.failed(code: "open", message: "\(path): \(String(cString: strerror(errno)))")
        }
        close(descriptor)
    }
}

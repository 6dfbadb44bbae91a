#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A folder of one test, under the system's folder for temporary files.
package struct TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw MissingBackend(reason: "no temporary folder can be made") }
        path = String(cString: made)
    }

    /// Removes the folder and the files in it. It must hold no folders.
    package func remove() {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }
}

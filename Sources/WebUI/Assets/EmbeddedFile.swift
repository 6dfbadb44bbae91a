import CWebUIFiles

/// One file inside the executable.
struct EmbeddedFile: Sendable {
    let name: String
    let bytes: [UInt8]

    /// All of them, in the order of `files.c`.
    static let all: [EmbeddedFile] = (0..<martlet_web_file_count()).map(EmbeddedFile.init)

    private init(index: Int) {
        let file = martlet_web_file_at(index)
        name = String(cString: file.name)
        bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.length))
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes of the file called `name`; none when there is no such file.
    static func bytes(named name: String) -> [UInt8] {
        all.first { $0.name == name }?.bytes ?? []
    }
}

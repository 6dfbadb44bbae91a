import CCrypt
import Glibc

/// bcrypt hashes that were imported with their users, checked by libxcrypt.
enum Bcrypt {
    /// bcrypt looks at no more. Longer passwords are refused: whoever knew the first 72 bytes would get in.
    static let maximumPasswordBytes = 72

    /// `$2a$`, `$2b$` or `$2y$`, a cost of 4 to 15 in two digits, then 53 characters `[./A-Za-z0-9]`.
    static func accepts(_ hash: String) -> Bool {
        let bytes = Array(hash.utf8)
        guard bytes.count == 60, ["$2a$", "$2b$", "$2y$"].contains(String(hash.prefix(4))), bytes[6] == UInt8(ascii: "$") else {
            return false
        }
        guard let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), (4...15).contains(cost) else { return false }
        return bytes[7...].allSatisfy { byte in
            (0x2E...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
    }

    /// False for passwords of more than 72 bytes or with a NUL. Blocks the calling thread.
    static func verify(_ password: [UInt8], against hash: String) -> Bool {
        guard password.count <= maximumPasswordBytes, !password.contains(0) else { return false }
        // 32 kB of scratch memory that holds the password: on the heap, and wiped.
        let scratch = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        scratch.initialize(to: crypt_data())
        defer {
            explicit_bzero(scratch, MemoryLayout<crypt_data>.size)
            scratch.deallocate()
        }
        var phrase = password.map { CChar(bitPattern: $0) } + [0]
        defer { phrase.withUnsafeMutableBytes { wipe($0) } }
        guard let output = crypt_r(phrase, hash, scratch) else { return false }
        return isEqual(String(cString: output), hash)
    }

    /// Looks at every byte whatever it finds. Lengths are public: both are 60.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Overwrites memory in a way that the optimiser keeps.
func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
    if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
}

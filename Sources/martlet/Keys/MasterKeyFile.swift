import AuthorizationServer
import FoundationEssentials
import Glibc
import OAuthProtocol
import Storage

/// The master keys of this installation: from the setting, or from a file that the first start makes.
enum MasterKeyFile {
    static let name = "master.key"

    /// Reads `setting`, or `DIRECTORY/master.key`, which is made (mode 0600, whole or not at all, once even when two
    /// processes start together) when `mayCreate`. Throws `CommandFailure` that says what to do.
    static func ring(setting: SecretString?, directory: String, mayCreate: Bool) throws -> MasterKeyRing {
        if let setting { return try ring(from: setting) }
        let path = "\(directory)/\(name)"
        if mayCreate, access(path, F_OK) != 0 {
            try PlainFile.makeDirectory(directory)
            let key = Base64.encode(Randomness.system.bytes(32)) + "\n"
            _ = try PlainFile.createOnce(path, with: Array(key.utf8))
        }
        guard let bytes = try PlainFile.readIfPresent(path) else {
            throw CommandFailure("no master key: set MARTLET_MASTER_KEY, or name the data directory that has \(name) with --data")
        }
        try requirePrivate(path)
        do {
            return try ring(from: SecretString(String(decoding: bytes, as: UTF8.self)))
        } catch {
            throw CommandFailure("\(path) does not hold a master key: 32 bytes in base64 or hexadecimal")
        }
    }

    /// Parses one or more keys of 32 bytes, in base64 or hexadecimal, separated by commas or line ends. The first seals.
    static func ring(from text: SecretString) throws -> MasterKeyRing {
        let parts = text.revealed.split { $0 == "," || $0.isWhitespace }.map(String.init)
        let keys = parts.compactMap { bytes(of: $0).flatMap(MasterKeyRing.Key.init) }
        guard let first = keys.first, keys.count == parts.count else {
            throw CommandFailure("each master key must be 32 bytes in base64 or hexadecimal")
        }
        return MasterKeyRing(current: first, older: Array(keys.dropFirst()))
    }

    private static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.count == 64 else { return Base64.decode(text) ?? Base64URL.decode(text) }
        let digits = text.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        guard digits.count == 64 else { return nil }
        return (0..<32).map { (index: Int) -> UInt8 in
            let value: Int = digits[2 * index] * 16 + digits[2 * index + 1]
            return UInt8(value)
        }
    }

    private static func requirePrivate(_ path: String) throws {
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 != 0 else { return }
        throw CommandFailure("\(path) can be read by others; run: chmod 600 \(path)")
    }
}

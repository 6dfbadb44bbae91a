/// A short name for a content, so that caches may keep it for ever.
enum ContentVersion {
    /// FNV-1a, 64 bits, in hexadecimal. Tells versions of our own files apart; it is not a protection.
    static func of(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

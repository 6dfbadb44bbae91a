import OAuthProtocol

/// An input taken apart: a first byte that chooses among the ways of a target, then lines.
struct Input {
    let mode: UInt8
    let rest: [UInt8]

    /// `nil` for no bytes.
    init?(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return nil }
        (mode, rest) = (first, Array(bytes.dropFirst()))
    }

    var text: String { String(decoding: rest, as: UTF8.self) }

    /// `count` parts separated by line feeds; the last one holds the rest, missing ones are empty.
    func parts(_ count: Int) -> [[UInt8]] {
        let found = rest.split(separator: 0x0A, maxSplits: count - 1, omittingEmptySubsequences: false).map { Array($0) }
        return found + Array(repeating: [], count: count - found.count)
    }

    /// The parts, each in base64url, joined as a compact JWS or JWE is.
    func compact(_ count: Int) -> String { parts(count).map { Base64URL.encode($0) }.joined(separator: ".") }
}

/// `text` with one character replaced, inserted or taken out as `choice` says; `nil` when that changes nothing.
func damaged(_ text: String, _ choice: [UInt8]) -> String? {
    guard choice.count >= 4, !text.isEmpty else { return nil }
    var bytes = Array(text.utf8)
    let index = (Int(choice[0]) << 8 | Int(choice[1])) % bytes.count
    switch choice[2] % 4 {
    case 0: bytes.remove(at: index)
    case 1: bytes.insert(choice[3] & 0x7F, at: index)
    default: bytes[index] = choice[3] & 0x7F
    }
    let result = String(decoding: bytes, as: UTF8.self)
    return result.isExactly(text) ? nil : result
}

import JOSE
import OAuthProtocol
import Testing

/// Reads what the vectors hold.
func parsed(_ text: String) throws -> JSONObject { try #require(try JSONValue.parse(Array(text.utf8)).object) }
func key(_ text: String) throws -> JWK { try JWK(parsed(text)) }
func decoded(_ text: String) throws -> [UInt8] { try #require(Base64URL.decode(text)) }

func bytes(hexadecimal text: String) throws -> [UInt8] {
    let digits = Array(text.filter { !$0.isWhitespace })
    return try stride(from: 0, to: digits.count, by: 2).map { try #require(UInt8(String(digits[$0...($0 + 1)]), radix: 16)) }
}

/// The parts of a compact JWS, for payloads that are no JSON.
struct SignedText {
    let input: [UInt8]
    let signature: [UInt8]
    let payload: [UInt8]

    init(_ compact: String) throws {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 3)
        input = Array((parts[0] + "." + parts[1]).utf8)
        (payload, signature) = (try decoded(parts[1]), try decoded(parts[2]))
    }
}

/// A compact token with any header and payload, signed by `sign`.
func token(header: String, payload: String = #"{"sub":"x"}"#, sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
    try Vector.token(header: header, payload: Base64URL.encode(payload.utf8), sign: sign)
}

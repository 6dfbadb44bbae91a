import OAuthProtocol
import Testing

@Suite struct Base32Tests {
    /// RFC 4648 section 10.
    static let vectors: [(text: String, padded: String)] = [
        ("", ""), ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="), ("foob", "MZXW6YQ="), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI======"),
    ]

    @Test("The vectors of RFC 4648 section 10 encode and decode, with padding and without", arguments: vectors)
    func codes(text: String, padded: String) {
        let bytes = Array(text.utf8)
        let bare = String(padded.prefix { $0 != "=" })
        #expect(Base32.encode(bytes, isPadded: true) == padded)
        #expect(Base32.encode(bytes) == bare)
        #expect(Base32.decode(padded) == bytes)
        #expect(Base32.decode(bare) == bytes)
    }

    @Test("Every length and every byte value survives a round trip")
    func roundTrip() {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
            #expect(Base32.decode(Base32.encode(bytes, isPadded: true)) == bytes)
        }
    }

    @Test(
        "Half a padding, too much of it, impossible lengths, trailing bits and foreign characters are refused",
        arguments: [
            "MY=", "MY=====", "MY=======", "MZXW6YQ==", "MZXW6YTB========", "=", "========", "M", "MZX", "MZXW6Y", "MZ",
            "MZXW6YR", "my", "MY======MY======", "M=Y=====", "MZXW6YT1", "MZXW6YT0", "MZXW 6YTB", "MZXW6YTB\n", "ＭＹ", "MÝ",
            "MZ\u{0}W",
        ])
    func refused(text: String) { #expect(Base32.decode(text) == nil) }
}

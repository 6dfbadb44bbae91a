import OAuthProtocol
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 section 10, bytes that use both symbols in which the alphabets differ, and RFC 7515 appendix C, which is RFC 7636
    /// appendix A.
    static let vectors: [(bytes: [UInt8], standard: String, url: String)] = [
        (Array("".utf8), "", ""),
        (Array("f".utf8), "Zg==", "Zg"),
        (Array("fo".utf8), "Zm8=", "Zm8"),
        (Array("foo".utf8), "Zm9v", "Zm9v"),
        (Array("foob".utf8), "Zm9vYg==", "Zm9vYg"),
        (Array("fooba".utf8), "Zm9vYmE=", "Zm9vYmE"),
        (Array("foobar".utf8), "Zm9vYmFy", "Zm9vYmFy"),
        ([0xFB, 0xFF, 0xFE], "+//+", "-__-"),
        ([3, 236, 255, 224, 193], "A+z/4ME=", "A-z_4ME"),
    ]

    @Test("The vectors of RFC 4648 10, RFC 7515 C and RFC 7636 A encode and decode", arguments: vectors)
    func codes(bytes: [UInt8], standard: String, url: String) {
        #expect(Base64.encode(bytes) == standard)
        #expect(Base64URL.encode(bytes) == url)
        #expect(Base64.decode(standard) == bytes)
        #expect(Base64URL.decode(url) == bytes)
        #expect(Base64URL.decode(url.utf8) == bytes)
    }

    @Test("Every length and every byte value survives a round trip")
    func roundTrip() {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test("Appending writes the same bytes as encoding behind what is there")
    func appending() {
        var output = Array("head.".utf8)
        Base64URL.encode([1, 2, 3, 4], appendingTo: &output)
        #expect(String(decoding: output, as: UTF8.self) == "head." + Base64URL.encode([1, 2, 3, 4]))
    }

    @Test(
        "base64url that has a second spelling, padding, white space or a foreign character is refused",
        arguments: [
            "Zg==", "Zm8=", "=", "Zh", "Zm9", "Zm9vYh", "Z", "Zm9vY", "Zm9v\n", " Zm9v", "Zm 9", "+//+", "Zm9v.", "Zm9vÄ",
            "Zm\u{0}v",
            "🦅🦅", "Zm９v",
        ])
    func refusedURL(text: String) { #expect(Base64URL.decode(text) == nil) }

    @Test(
        "base64 with wrong padding, non-zero trailing bits or the other alphabet is refused",
        arguments: ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "==", "====", "Z===", "-__-", "Zm9v\n", "Zg==Zg==", "Z=g="])
    func refusedStandard(text: String) { #expect(Base64.decode(text) == nil) }
}

import Credentials
import OAuthProtocol
import Testing

@Suite struct CBORTests {
    /// RFC 8949 appendix A, the rows that authenticators may write.
    static let vectors: [(hexadecimal: String, value: CBOR)] = [
        ("00", .integer(0)), ("01", .integer(1)), ("0a", .integer(10)), ("17", .integer(23)), ("1818", .integer(24)),
        ("1819", .integer(25)), ("1864", .integer(100)), ("1903e8", .integer(1000)), ("1a000f4240", .integer(1_000_000)),
        ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("1b7fffffffffffffff", .integer(.max)),
        ("20", .integer(-1)), ("29", .integer(-10)), ("3863", .integer(-100)), ("3903e7", .integer(-1000)),
        ("3b7fffffffffffffff", .integer(.min)), ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text("")), ("6161", .text("a")),
        ("6449455446", .text("IETF")), ("62225c", .text("\"\\")), ("62c3bc", .text("ü")), ("63e6b0b4", .text("水")),
        ("64f0908591", .text("𐅑")), ("80", .array([])), ("83010203", .array([.integer(1), .integer(2), .integer(3)])),
        (
            "8301820203820405",
            .array([.integer(1), .array([.integer(2), .integer(3)]), .array([.integer(4), .integer(5)])])
        ),
        ("a0", .map([:])), ("a201020304", .map([1: .integer(2), 3: .integer(4)])),
        ("a26161016162820203", .map(["a": .integer(1), "b": .array([.integer(2), .integer(3)])])),
        ("826161a161626163", .array([.text("a"), .map(["b": .text("c")])])),
    ]

    @Test("The vectors of RFC 8949 appendix A are read and written", arguments: vectors)
    func codes(hexadecimal: String, value: CBOR) throws {
        #expect(try CBOR.decode(bytes(hexadecimal)) == value)
        #expect(value.encoded == bytes(hexadecimal))
    }

    @Test("Arrays, strings and maps of every length class survive a round trip", arguments: [23, 24, 25, 255, 256, 1000])
    func lengths(count: Int) throws {
        let entries = (0..<count).map { CBORMap.Entry(key: .integer(Int64($0) * 1000), value: .null) }
        let map = try #require(CBORMap(entries))
        let value: CBOR = .array([
            .bytes(Array(repeating: 1, count: count)), .text(String(repeating: "é", count: count)), .map(map),
            .array(Array(repeating: .bool(true), count: count)),
        ])
        #expect(try CBOR.decode(value.encoded) == value)
    }

    @Test("Map order and spelled-out lengths do not matter")
    func tolerance() throws {
        #expect(try CBOR.decode(bytes("a203040102")) == .map([3: .integer(4), 1: .integer(2)]))
        #expect(try CBOR.decode(bytes("1b0000000000000001")) == .integer(1))
        #expect(try CBOR.decode(bytes("59000101")) == .bytes([1]))
    }

    @Test(
        "A key that comes twice is refused, however it is spelled",
        arguments: ["a201020103", "a20102180103", "a2010219000103", "a26161016161 02", "a2616101780161 02", "81a2f4010102"])
    func duplicateKeys(hexadecimal: String) {
        let expected: CBORError = hexadecimal.contains("f401") ? .unsupported : .duplicateKey
        #expect(throws: expected) { try CBOR.decode(bytes(hexadecimal)) }
    }

    @Test("Text keys are told apart by bytes: é in one code point and in two are two keys")
    func canonicallyEquivalentKeys() throws {
        let value = try CBOR.decode(bytes("a2 62c3a9 01 6365cc81 02"))
        #expect(value.map?.entries.count == 2)
    }

    @Test(
        "Indefinite lengths, tags, floats, other simple values, reserved heads and other keys are refused",
        arguments: [
            "5f420102ff", "7f6161ff", "9fff", "9f01ff", "bfff", "bf6161 01ff", "ff", "c000", "c11a514b67b0", "d74401020304",
            "f90000", "fa47c35000", "fb3ff199999999999a", "f7", "f0", "f818", "f8ff", "e0", "1c", "1d", "1e", "1f", "3c", "5c",
            "7d", "9e", "bc", "fc", "1bffffffffffffffff", "3bffffffffffffffff", "1b8000000000000000", "61ff", "62c328",
            "63eda080", "a14000", "a18000", "a1f500", "a1a000",
        ])
    func unsupported(hexadecimal: String) {
        #expect(throws: CBORError.unsupported) { try CBOR.decode(bytes(hexadecimal)) }
    }

    @Test(
        "A length beyond the end is refused at once",
        arguments: [
            "", "18", "19ff", "1a000000", "41", "4201", "5affffffff", "5bffffffffffffffff", "5b7fffffffffffffff", "61",
            "7affffffff", "81", "9affffffff", "9b7fffffffffffffff", "9bffffffffffffffff00", "a1", "a101", "baffffffff0101",
            "bb7fffffffffffffff", "a26161", "8201",
        ])
    func truncated(hexadecimal: String) {
        #expect(throws: CBORError.truncated) { try CBOR.decode(bytes(hexadecimal)) }
    }

    @Test("Bytes behind the item are refused, or counted for who asks")
    func trailingBytes() throws {
        #expect(throws: CBORError.trailingBytes) { try CBOR.decode([0x01, 0x01]) }
        let (value, count) = try CBOR.decodeFirst([0xFF, 0x18, 0x2A, 0x00, 0x00][1...])
        #expect(value == .integer(42))
        #expect(count == 2)
    }

    @Test("Nesting ends where the limit says: a bomb of brackets costs nothing", arguments: [UInt8(0x81), 0xA1])
    func depth(bracket: UInt8) {
        let opening: [UInt8] = bracket == 0xA1 ? [0xA1, 0x01] : [0x81]
        let limit = CBORLimits.standard.maximumDepth
        let allowed = Array(repeatElement(opening, count: limit).joined()) + [0x00]
        #expect(throws: Never.self) { try CBOR.decode(allowed) }
        #expect(throws: CBORError.tooDeep) { try CBOR.decode(opening + allowed) }
        #expect(throws: CBORError.tooDeep) { try CBOR.decode(Array(repeatElement(opening, count: 30_000).joined())) }
    }

    @Test("More bytes than the limit are not looked at")
    func size() {
        #expect(throws: CBORError.tooLarge) { try CBOR.decode(Array(repeating: 0x80, count: 65_537)) }
        let many: [UInt8] = [0x99, 0xFF, 0xFC] + Array(repeating: 0x80, count: 65_532)
        #expect(throws: Never.self) { try CBOR.decode(many) }
    }
}

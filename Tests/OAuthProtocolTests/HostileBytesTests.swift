import OAuthProtocol
import Testing

/// SplitMix64, so that a failing round can be repeated from its seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct HostileBytesTests {
    private static let seeds: [UInt64] = Array(1...8)

    /// Bytes of which many are structure, so that random input gets past the first byte of a parser.
    private func bytes(_ generator: inout SeededGenerator, from alphabet: [UInt8]) -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            let structural = Bool.random(using: &generator) ? alphabet.randomElement(using: &generator) : nil
            return structural ?? .random(in: 0...255, using: &generator)
        }
    }

    @Test("Random bytes are refused or parse to a value that is written and read again unchanged", arguments: seeds)
    func json(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let alphabet = Array(#"{}[]",:\u0dD8-.e1 tfn"#.utf8)
        for _ in 0..<1000 {
            guard let value = try? JSONValue.parse(bytes(&generator, from: alphabet)) else { continue }
            #expect(try JSONValue.parse(value.serialized) == value)
        }
    }

    @Test("A valid document with one byte changed is refused or read, and read alike after writing", arguments: seeds)
    func mutatedJSON(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let document = Array(#"{"aud":["a","b\u00e9\ud83d\ude00"],"exp":1760000000,"x":{"n":-1.5e3,"t":true},"z":null}"#.utf8)
        for _ in 0..<1000 {
            var changed = document
            changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            guard let value = try? JSONValue.parse(changed) else { continue }
            #expect(try JSONValue.parse(value.serialized) == value)
        }
    }

    @Test("Random bytes are no form, or a form that is written and read again unchanged", arguments: seeds)
    func form(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<1000 {
            guard let form = try? FormParameters(formBody: bytes(&generator, from: Array("a=&%+20cC3".utf8))) else { continue }
            let again = try FormParameters(query: form.formEncoded)
            #expect(again.entries.map(\.name) == form.entries.map(\.name))
            #expect(again.entries.map(\.value) == form.entries.map(\.value))
        }
    }

    @Test("A URI made of random bytes that parses has no control character and matches itself alone", arguments: seeds)
    func uris(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let alphabet = Array("htps:/@.*[]?#%a1\\".utf8)
        for _ in 0..<1000 {
            let text = "https://" + String(decoding: bytes(&generator, from: alphabet), as: UTF8.self)
            guard let uri = RedirectURI(text) else { continue }
            #expect(uri.original.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            #expect(uri.matches(registered: uri.original))
            #expect(!uri.matches(registered: uri.original + "x"))
        }
    }
}

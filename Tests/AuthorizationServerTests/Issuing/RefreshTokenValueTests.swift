import OAuthProtocol
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct RefreshTokenValueTests {
    private let ring = EngineFixture.masterKeys

    private func family(id byte: UInt8 = 7, generation: Int64 = 3, seed: UInt8 = 9, keyID: String? = nil) throws
        -> RefreshTokenFamily
    {
        let access = GrantedAccess(clientID: "c", userID: "auth0|1", audience: nil, scopes: [])
        var family = RefreshTokenFamily(
            id: try #require(RefreshTokenFamilyID(bytes: Array(repeating: byte, count: 16))), access: access,
            isRotating: true, createdAt: Timestamp(seconds: 0), seed: SecretBytes(Array(repeating: seed, count: 32)),
            keyID: keyID ?? ring.current.id)
        family.generation = generation
        return family
    }

    private func text(_ family: RefreshTokenFamily) throws -> String {
        try #require(RefreshTokenValue.text(of: family, masterKeys: ring)).revealed
    }

    @Test("a token carries its family and generation and is genuine")
    func roundTrip() throws {
        let family = try family()
        let token = try #require(RefreshTokenValue(try text(family)))
        #expect(token.familyID == family.id)
        #expect(token.generation == 3)
        #expect(token.isGenuine(in: family, masterKeys: ring))
    }

    @Test("the same generation gives the same text, every other a different one")
    func deterministic() throws {
        #expect(try text(try family()) == text(try family()))
        #expect(try text(try family(generation: 4)) != text(try family()))
        #expect(try text(try family()).utf8.count == 55)
    }

    @Test("a token stays genuine when its family has moved on")
    func olderIsGenuine() throws {
        let token = try #require(RefreshTokenValue(try text(try family(generation: 1))))
        #expect(token.isGenuine(in: try family(generation: 9), masterKeys: ring))
    }

    @Test("a family keeps its master key when the ring has a newer one")
    func olderMasterKey() throws {
        let older = try #require(MasterKeyRing.Key(bytes: Array(32..<64)))
        let family = try family(keyID: older.id)
        let token = try #require(RefreshTokenValue(try text(family)))
        #expect(token.isGenuine(in: family, masterKeys: ring))
    }

    @Test("a family whose master key is gone knows no genuine token")
    func masterKeyGone() throws {
        let token = try #require(RefreshTokenValue(try text(try family())))
        #expect(!token.isGenuine(in: try family(keyID: "00000000"), masterKeys: ring))
        #expect(RefreshTokenValue.text(of: try family(keyID: "00000000"), masterKeys: ring) == nil)
    }

    @Test("changing any byte makes it malformed or forged", arguments: 0..<41)
    func anyByteChanged(index: Int) throws {
        let family = try family()
        var bytes = try #require(Base64URL.decode(try text(family)))
        bytes[index] ^= 1
        let token = RefreshTokenValue(Base64URL.encode(bytes))
        #expect(token?.isGenuine(in: family, masterKeys: ring) != true)
    }

    @Test("another seed, another family, another key: forged")
    func otherFamily() throws {
        let token = try #require(RefreshTokenValue(try text(try family())))
        #expect(!token.isGenuine(in: try family(seed: 8), masterKeys: ring))
        #expect(!token.isGenuine(in: try family(id: 8), masterKeys: ring))
        let older = try #require(MasterKeyRing.Key(bytes: Array(32..<64)))
        #expect(!token.isGenuine(in: try family(keyID: older.id), masterKeys: ring))
    }

    @Test(
        "malformed texts are refused",
        arguments: [
            "", "v1.abc", "=", "Ä", String(repeating: "A", count: 55), String(repeating: "A", count: 54),
            String(repeating: "A", count: 56), String(repeating: "*", count: 55),
        ])
    func malformed(text: String) { #expect(RefreshTokenValue(text) == nil) }

    @Test("padding, trailing bits, a generation of zero or below are refused")
    func strict() throws {
        let good = try text(try family())
        #expect(RefreshTokenValue(good + "=") == nil)
        #expect(RefreshTokenValue(" " + good) == nil)
        #expect(RefreshTokenValue(try text(try family(generation: 0))) == nil)
        #expect(RefreshTokenValue(try text(try family(generation: -1))) == nil)
        // 41 bytes leave two bits in the last character: the three other spellings of the same bytes are refused.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(good.last.flatMap(alphabet.firstIndex))
        for other in (last + 1)...(last + 3) {
            #expect(RefreshTokenValue(String(good.dropLast()) + String(alphabet[other])) == nil)
        }
    }
}

import HTTPServer
import HTTPTypes
import TestSupport
import Testing

@Suite struct AddressRangeTests {
    @Test(
        "A range holds the addresses that share its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
            ("0.0.0.0/0", "203.0.113.9", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe80::1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("10.0.0.0/8", "fd00::1", false), ("10.0.0.0/8", "nonsense", false),
        ])
    func contains(range: String, address: String, expected: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == expected)
    }

    @Test(
        "What is no range is refused",
        arguments: ["", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.0/-1", "10.0.0.0/", "host", "1.2.3.4/8/8"])
    func malformed(text: String) { #expect(AddressRange(text) == nil) }
}

@Suite struct ArrivalTests {
    private let proxies = [AddressRange("10.0.0.0/8")].compactMap(\.self)

    private func arrival(_ fields: HTTPFields, peer: String?) -> Arrival {
        let head = HTTPRequest(method: .get, scheme: nil, authority: "own.test", path: "/", headerFields: fields)
        return Arrival(head, peer: peer, listener: .http, trusting: proxies)
    }

    private static func forwarded(for chain: String, proto: String = "https", host: String = "public.test") throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in [("X-Forwarded-For", chain), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host)] {
            fields[try #require(HTTPField.Name(name))] = value
        }
        return fields
    }

    @Test("Forwarded fields from anybody but a configured proxy are overlooked", arguments: ["203.0.113.7", nil])
    func untrusted(peer: String?) throws {
        let arrival = arrival(try Self.forwarded(for: "198.51.100.1"), peer: peer)
        #expect(
            arrival
                == Arrival(
                    HTTPRequest(method: .get, scheme: nil, authority: "own.test", path: "/"), peer: peer, listener: .http,
                    trusting: []))
        #expect(arrival.authority == "own.test")
        #expect(arrival.scheme == .http)
        #expect(arrival.address == peer ?? "")
    }

    @Test("A configured proxy says who asks, over what, and for which host")
    func trusted() throws {
        let arrival = arrival(try Self.forwarded(for: "198.51.100.1"), peer: "10.0.0.1")
        #expect(arrival.authority == "public.test")
        #expect(arrival.scheme == .https)
        #expect(arrival.address == "198.51.100.1")
    }

    @Test(
        "Of a chain the right-most address that is no proxy counts: the rest is the sender's claim",
        arguments: [
            ("1.1.1.1, 198.51.100.1", "198.51.100.1"), ("1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
            ("10.2.2.2, 10.3.3.3", "10.2.2.2"), ("198.51.100.1, garbage", "10.0.0.1"), ("", "10.0.0.1"),
        ])
    func chains(chain: String, expected: String) throws {
        #expect(arrival(try Self.forwarded(for: chain), peer: "10.0.0.1").address == expected)
    }

    @Test("An unknown scheme changes nothing, and the nearest proxy's host is the one that counts")
    func oddValues() throws {
        let arrival = arrival(
            try Self.forwarded(for: "198.51.100.1", proto: "gopher", host: "evil.test, public.test"), peer: "10.0.0.1")
        #expect(arrival.scheme == .http)
        #expect(arrival.authority == "public.test")
    }
}

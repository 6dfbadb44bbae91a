import Egress
import Testing

@Suite struct PublicAddressTests {
    @Test(
        "An address that is not on the public internet is refused",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
            "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
            "240.0.0.1", "255.255.255.255",
            "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b::808:808",
            "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1",
            "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1",
            "ff02::1",
        ])
    func refused(text: String) throws {
        #expect(!PublicAddress.isPublic(try #require(IPAddress(text))))
    }

    @Test(
        "A plain global unicast address is public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
            "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "198.17.255.255",
            "223.255.255.255",
            "2001:200::1", "2606:4700:4700::1111", "2a00:1450:4001:830::200e", "3ffe::1",
        ])
    func allowed(text: String) throws {
        #expect(PublicAddress.isPublic(try #require(IPAddress(text))))
    }

    @Test(
        "Only standard spellings are addresses",
        arguments: [
            "", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.1.", " 127.0.0.1",
            "127.0.0.256", "fe80::1%eth0", "[::1]", "::1/128", "1::2::3",
        ])
    func spellings(text: String) { #expect(IPAddress(text) == nil) }

    @Test("A block holds the addresses that share its prefix, to the bit")
    func blocks() throws {
        let block = try #require(AddressBlock("10.8.0.0/13"))
        #expect(block.contains(try #require(IPAddress("10.15.255.255"))))
        #expect(!block.contains(try #require(IPAddress("10.16.0.0"))))
        #expect(!block.contains(try #require(IPAddress("::ffff:10.8.0.1"))))
        for text in ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "fd00::/129", "/8"] {
            #expect(AddressBlock(text) == nil)
        }
    }
}

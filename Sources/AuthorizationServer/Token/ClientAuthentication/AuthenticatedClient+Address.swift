import OAuthProtocol
import Storage

extension AuthenticatedClient {
    /// The request with the user's address that the client reports in `auth0-forwarded-for`, if it proved itself by a secret
    /// and is trusted with it (contract 1.1). Otherwise unchanged.
    func trustedView(of request: RequestInfo) -> RequestInfo {
        guard hasProvedSecret, client.isTokenEndpointIPHeaderTrusted, let reported = request.reportedAddress,
            let address = Self.firstAddress(in: reported)
        else { return request }
        var view = request
        view.address = address
        return view
    }

    /// The first of a comma-separated list, if it has only the characters of IPv4 and IPv6 addresses.
    private static func firstAddress(in header: String) -> String? {
        let first = header.utf8.prefix { $0 != UInt8(ascii: ",") }.filter { $0 != UInt8(ascii: " ") }
        let isAddress =
            (2...45).contains(first.count)
            && first.allSatisfy { byte in
                (0x30...0x3A).contains(byte) || byte == UInt8(ascii: ".") || (0x61...0x66).contains(byte | 0x20)
            }
        return isAddress ? String(decoding: first, as: UTF8.self) : nil
    }
}

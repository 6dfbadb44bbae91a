@testable import AuthorizationServer
import BrowserCookies
import HTTPTypes
import OAuthProtocol

/// Cookie and Authorization headers, one header a line.
enum HeadersTarget {
    static func run(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 8, omittingEmptySubsequences: false)
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        cookies(texts)
        for text in texts {
            basic(text)
            bearer(text)
        }
        credentials(texts)
    }

    private static func cookies(_ lines: [String]) {
        var headers = HTTPFields()
        for line in lines { headers.append(HTTPField(name: .cookie, value: line)) }
        for scheme in ["https", "http"] {
            let state = BrowserCookies(Issuer(scheme: scheme, host: "default.test")).state(headers)
            for value in [state.session, state.device].compactMap(\.self) {
                expect((1...512).contains(value.utf8.count), "a cookie has a length within bounds")
                expect(
                    value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !";,\"\\".utf8.contains($0) }, "a cookie is plain text")
            }
        }
    }

    private static func basic(_ header: String) {
        guard let readings = (try? ClientSecretBasic.readings(of: header)) ?? nil else { return }
        expect((1...2).contains(readings.count), "a header has one or two readings")
        for reading in readings {
            expect(!reading.clientID.isEmpty, "a client has a name")
            expect(!reading.clientID.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a name has no control characters")
        }
    }

    private static func bearer(_ header: String) {
        guard let presented = PresentedAccessToken(authorization: header), let token = presented.token else { return }
        expect(token.utf8.first != 0x20, "no space begins a token")
        expect(header.utf8.suffix(token.utf8.count).elementsEqual(token.utf8), "a token is the end of its header")
        let bearer = PresentedAccessToken.bearer(in: header)
        expect(bearer == nil || bearer?.isExactly(token) == true, "both readings of a header agree")
    }

    /// An id and a secret, as RFC 6749 section 2.3.1 writes them.
    private static func credentials(_ lines: [String]) {
        guard lines.count >= 2, !lines[0].isEmpty, !lines[0].utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            !lines[1].utf8.contains(0)
        else { return }
        let pair = PercentEncoding.encodeForm(lines[0]) + ":" + PercentEncoding.encodeForm(lines[1])
        let readings = (try? ClientSecretBasic.readings(of: "Basic " + Base64.encode(pair.utf8))) ?? nil
        guard let first = readings?.first else { return expect(false, "a header of ours can be read") }
        expect(first.clientID.isExactly(lines[0]), "the id comes back the same")
        expect((first.secret?.revealed ?? "").isExactly(lines[1]), "the secret comes back the same")
    }
}

import AuthorizationServer
import HTTPServer
import HTTPTypes
import OAuthProtocol
import Testing

/// Contract 5.
@Suite struct BrowserCookiesTests {
    private let secure = BrowserCookies(Issuer(scheme: "https", host: "default.test"))
    private let plain = BrowserCookies(Issuer(scheme: "http", host: "localhost:3000"))

    private func state(_ headers: String..., over cookies: BrowserCookies? = nil) -> BrowserState {
        var fields = HTTPFields()
        for header in headers { fields.append(HTTPField(name: .cookie, value: header)) }
        return (cookies ?? secure).state(fields)
    }

    @Test("A new session is a cookie for all sites and its twin for old browsers")
    func sessionCookie() {
        var changes = BrowserChanges()
        changes.session = .set("abc", maxAge: 3600)
        #expect(
            secure.fields(for: changes) == [
                "auth0=abc; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=None",
                "auth0_compat=abc; Path=/; Max-Age=3600; HttpOnly; Secure",
            ])
        changes.session = .set("abc", maxAge: nil)
        #expect(secure.fields(for: changes).allSatisfy { !$0.contains("Max-Age") })
    }

    @Test("Over plain http the cookie has another name and no Secure")
    func plainCookie() {
        var changes = BrowserChanges()
        changes.device = "dev"
        changes.session = .clear
        #expect(
            plain.fields(for: changes) == [
                "auth0_http=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                "did_http=dev; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
            ])
        #expect(state("auth0=secure; auth0_http=plain", over: plain).session == "plain")
        #expect(state("auth0=secure; auth0_http=plain").session == "secure")
    }

    @Test("A session transfer token has one name over http and https, and is cleared with and without a domain")
    func sessionTransfer() {
        for cookies in [secure, plain] {
            #expect(state("auth0_session_transfer_token=abc-_", over: cookies).sessionTransferToken == "abc-_")
            #expect(state("auth0_session_transfer_token=a; auth0_session_transfer_token=b", over: cookies).sessionTransferToken == nil)
            #expect(state("auth0_session_transfer_token_http=a", over: cookies).sessionTransferToken == nil)
        }
        var changes = BrowserChanges()
        changes.clearsSessionTransferToken = true
        let cleared = "auth0_session_transfer_token=; Path=/; Max-Age=0; HttpOnly"
        #expect(
            secure.fields(for: changes) == [
                "\(cleared); Secure; SameSite=None", "\(cleared); Secure; SameSite=None; Domain=default.test",
            ])
        #expect(plain.fields(for: changes) == [cleared, "\(cleared); Domain=localhost"])
    }

    @Test("Nothing changes unless asked")
    func keep() { #expect(secure.fields(for: BrowserChanges()).isEmpty) }

    @Test("The twin serves when the first is missing")
    func compat() {
        #expect(state("auth0_compat=abc; did_compat=d").session == "abc")
        #expect(state("auth0_compat=abc; did=d").device == "d")
        #expect(state("auth0_compat=old; auth0=new").session == "new")
    }

    @Test("Cookies are found in any order, spacing and number of headers")
    func spacing() {
        #expect(state("x=1;  auth0=abc ;y=2".replacing(" ;", with: ";")).session == "abc")
        #expect(state("x=1", "auth0=abc").session == "abc")
        #expect(state("xauth0=1; auth0x=2; AUTH0=3").session == nil)
    }

    @Test(
        "A name that comes twice with different values counts as absent",
        arguments: ["auth0=a; auth0=b", "auth0=a; x=1; auth0=b"])
    func duplicates(header: String) {
        #expect(state(header).session == nil)
        #expect(state("auth0=a; auth0=a").session == "a")
    }

    @Test(
        "A value that we would never set counts as absent",
        arguments: [
            "auth0=", "auth0", "auth0=\"abc\"", "auth0=a b", "auth0=a,b", "auth0=\u{e9}",
            "auth0=" + String(repeating: "a", count: 513), "=abc", ";;;",
        ])
    func hostile(header: String) { #expect(state(header).session == nil) }

    @Test("The verifier of a cross-origin login is a cookie of its own, for as long as its ticket lives")
    func verifierCookie() {
        var changes = BrowserChanges()
        changes.crossOriginVerifier = ("abc123", "v")
        #expect(
            secure.fields(for: changes) == [
                "co/verifier/abc123=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None",
                "co/verifier/abc123_compat=v; Path=/; Max-Age=60; HttpOnly; Secure",
            ])
        changes.crossOriginVerifier = ("abc123", "")
        #expect(plain.fields(for: changes) == ["co/verifier/abc123_http=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"])
    }

    @Test("Verifiers are found by their ids, the twin serves, and ambiguous ones count as absent")
    func verifiers() {
        #expect(state("co/verifier/a=1; x=2;  co/verifier/b=3", "co/verifier/c=4").crossOriginVerifiers == ["a": "1", "b": "3", "c": "4"])
        #expect(state("co/verifier/a_compat=1").crossOriginVerifiers == ["a": "1"])
        #expect(state("co/verifier/a=1; co/verifier/a=2").crossOriginVerifiers.isEmpty)
        #expect(state("co/verifier/a=1; co/verifier/a_http=2", over: plain).crossOriginVerifiers == ["a": "2"])
        #expect(state("co/verifier/a_http=2").crossOriginVerifiers.isEmpty)
        let many = (0..<1000).map { "co/verifier/\($0)=1" }.joined(separator: "; ")
        #expect(state(many).crossOriginVerifiers.count == 8, "a header full of them costs no more than a few")
        for header in ["co/verifier/a=", "co/verifier/a", "co/verifier/a=\"1\"", "CO/verifier/a=1", "xco/verifier/a=1"] {
            #expect(state(header).crossOriginVerifiers.isEmpty, "\(header)")
        }
    }
}

import HTTPServer
import HTTPTypes
import Hummingbird
import Testing
import WebUI

@Suite("Framing of pages")
struct PageFramingTests {
    @Test("the answer of check_session_iframe may be framed by anybody, other pages by nobody")
    func framing() throws {
        let nonce = ScriptNonce(randomBytes: [1])
        let iframe = Response.page(SessionIFramePage(cookieName: "c", nonce: nonce), from: try TestPages.rendering())
        #expect(iframe.headers[.frameOptions] == nil)
        #expect(iframe.headers[.contentSecurityPolicy]?.contains("frame-ancestors") == false)
        let page = FrontchannelLogoutPage(PageFrame(tenantName: "T"), frames: [], target: nil, nonce: nonce)
        let logout = Response.page(page, from: try TestPages.rendering())
        #expect(logout.headers[.frameOptions] == "DENY")
    }
}

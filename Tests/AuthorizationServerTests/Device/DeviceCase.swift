import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A device that waits, and the person with a browser.
struct DeviceCase {
    var fixture: EngineFixture
    var client: Client
    let deviceCode: String
    let userCode: String

    static func start(
        _ profile: WireProfile = .standard, scope: String = "openid profile offline_access",
        audience: String? = EngineFixture.audience, _ fixture: EngineFixture? = nil
    ) async throws -> DeviceCase {
        let fixture = if let fixture { fixture } else { try await EngineFixture.make() }
        let client = try await fixture.changed(fixture.native) { client in
            client.wireProfile = profile
            client.grantTypes = [.deviceCode, .refreshToken]
        }
        let form = [("client_id", client.clientID), ("scope", scope)] + (audience.map { [("audience", $0)] } ?? [])
        let answer = try await DeviceAuthorizationEndpoint(fixture.context).respond(
            to: FormParameters(form), authorization: nil, in: fixture.request()).json
        return DeviceCase(
            fixture: fixture, client: client, deviceCode: answer["device_code"]?.string ?? "",
            userCode: answer["user_code"]?.string ?? "")
    }

    func form(_ client: Client? = nil, code: String? = nil) -> [(String, String)] {
        fixture.form(
            [("grant_type", GrantType.deviceCode.rawValue), ("device_code", code ?? deviceCode)], of: client ?? self.client, [])
    }

    func poll() async throws -> TokenResponse { try await fixture.token(form()) }

    /// The refusal of a poll as it is spelled on the wire. Waits for the interval first.
    func refusal(waiting: Lifetime = 5, as client: Client? = nil, _ location: SourceLocation = #_sourceLocation) async throws -> String {
        fixture.clock.advance(by: waiting)
        return try await fixture.refusal(of: form(client)).onTheWire
    }

    /// Types a code into `/activate`.
    func type(_ code: String, _ browser: inout EngineBrowser, csrf: String? = nil) async throws -> ActivationOutcome {
        let step = ActivationStep(fixture.context)
        guard case .show(let prompt, let changes) = step.show(userCode: nil, browser: browser.cookies, in: browser.request) else {
            throw EngineBrowser.Failure.unexpected("no page")
        }
        browser.keep(changes)
        let outcome = try await step.submit(
            userCode: code, csrf: csrf ?? prompt.csrf, browser: browser.cookies, in: browser.request)
        if case .leave(let away) = outcome { _ = browser.keep(away) }
        return outcome
    }

    /// Types the code and signs in: the state of the transaction whose approval page comes next.
    func reachApproval(_ browser: inout EngineBrowser) async throws -> String {
        guard case .leave(let away) = try await type(userCode, &browser) else { throw EngineBrowser.Failure.unexpected("refused") }
        let state = try EngineBrowser.state(away, at: PagePath.resume)
        if browser.cookies.session == nil {
            _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.login)
            _ = try await browser.logIn(state)
        }
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.approval)
        return state
    }

    func decide(_ allows: Bool, _ state: String, _ browser: EngineBrowser) async throws -> ApprovalOutcome {
        let step = DeferredApprovalStep(fixture.context)
        guard case .show(let prompt) = try await step.show(browser.visit(state)) else {
            throw EngineBrowser.Failure.unexpected("no approval page")
        }
        return try await step.submit(allows: allows, csrf: prompt.page.csrf, browser.visit(state))
    }

    func decide(_ allows: Bool) async throws -> ApprovalOutcome {
        var browser = EngineBrowser(fixture)
        return try await decide(allows, try await reachApproval(&browser), browser)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The decision table of `/authorize`.
@Suite struct NextStepTests {
    /// One row: what is asked and known, and what must come next.
    struct Row: Sendable, CustomTestStringConvertible {
        var rule: String
        var asks: [String: String] = [:]
        /// Seconds since the session's authentication; `nil` without a session.
        var sessionAge: Int64? = 100
        /// The transaction authenticated this session.
        var authenticatedHere = false
        /// The transaction authenticated, but the browser has another session by now.
        var authenticatedElsewhere = false
        var agreedHere = false
        var consent: Scopes?
        var thirdParty = false
        var apiAsksConsent = false
        var confirms = false
        var expected: NextStep
        var testDescription: String { rule }
    }

    static let api = ["audience": EngineFixture.audience, "scope": "openid read:items"]
    static let loopback = ["redirect_uri": "http://localhost:8080/cb"]
    static let custom = ["redirect_uri": "com.example.app:/cb"]

    /// Asks for claims by name, half of them in each place.
    static func claims(_ names: [String]) -> [String: String] {
        func object(_ names: some Sequence<String>) -> String { "{\(names.map { "\"\($0)\":null" }.joined(separator: ","))}" }
        let half = names.count / 2
        return ["claims": "{\"id_token\":\(object(names.prefix(half))),\"userinfo\":\(object(names.dropFirst(half)))}"]
    }

    static let login: [Row] = [
        Row(rule: "no session: log in", sessionAge: nil, expected: .logIn),
        Row(rule: "no session, prompt=none: login_required", asks: ["prompt": "none"], sessionAge: nil, expected: .refuse(.loginRequired)),
        Row(rule: "a session answers", expected: .answer),
        Row(rule: "a session answers silently", asks: ["prompt": "none"], expected: .answer),
        Row(rule: "prompt=login needs a new authentication", asks: ["prompt": "login"], sessionAge: 0, expected: .logIn),
        Row(rule: "prompt=login is content with one in this transaction", asks: ["prompt": "login"], authenticatedHere: true, expected: .answer),
        Row(rule: "prompt=login is not content with another session's", asks: ["prompt": "login"], authenticatedElsewhere: true, expected: .logIn),
        Row(rule: "select_account shows the login page", asks: ["prompt": "select_account"], expected: .logIn),
        Row(rule: "select_account is content afterwards", asks: ["prompt": "select_account"], authenticatedHere: true, expected: .answer),
        Row(rule: "max_age that the session keeps", asks: ["max_age": "100"], sessionAge: 100, expected: .answer),
        Row(rule: "max_age exceeded by a second", asks: ["max_age": "100"], sessionAge: 101, expected: .logIn),
        Row(rule: "max_age exceeded, silently", asks: ["max_age": "99", "prompt": "none"], expected: .refuse(.loginRequired)),
        Row(rule: "max_age=0 needs a new authentication at once", asks: ["max_age": "0"], sessionAge: 0, expected: .logIn),
        Row(rule: "max_age=0 is content with one in this transaction", asks: ["max_age": "0"], sessionAge: 5, authenticatedHere: true, expected: .answer),
        Row(rule: "an authentication in this transaction outlasts a short max_age", asks: ["max_age": "10"], sessionAge: 60, authenticatedHere: true, expected: .answer),
    ]

    static let consent: [Row] = [
        Row(rule: "first-party clients skip consent for an API that allows it", asks: api, expected: .answer),
        Row(rule: "an API may insist on consent", asks: api, apiAsksConsent: true, expected: .askConsent),
        Row(rule: "an earlier consent is enough", asks: api, consent: ["openid", "read:items"], apiAsksConsent: true, expected: .answer),
        Row(rule: "a narrower consent is not", asks: api, consent: ["openid"], apiAsksConsent: true, expected: .askConsent),
        Row(rule: "third-party clients always ask", thirdParty: true, expected: .askConsent),
        Row(rule: "third-party clients ask once", consent: ["openid", "profile"], thirdParty: true, expected: .answer),
        Row(rule: "third-party clients ask again for more", consent: ["openid"], thirdParty: true, expected: .askConsent),
        Row(rule: "agreeing within the transaction is enough", agreedHere: true, thirdParty: true, expected: .answer),
        Row(rule: "missing consent, silently", asks: ["prompt": "none"], thirdParty: true, expected: .refuse(.consentRequired)),
        Row(rule: "prompt=consent asks again in spite of a consent", asks: ["prompt": "consent"], consent: ["openid", "profile"], expected: .askConsent),
        Row(rule: "prompt=consent is content within the transaction", asks: ["prompt": "consent"], agreedHere: true, expected: .answer),
        Row(rule: "claims by name need the consent of their scopes", asks: claims(["email"]), consent: ["openid", "profile"], thirdParty: true, expected: .askConsent),
        Row(rule: "claims by name, silently", asks: claims(["phone_number"]).merging(["prompt": "none"]) { $1 }, consent: ["openid", "profile"], thirdParty: true, expected: .refuse(.consentRequired)),
        Row(rule: "claims by name that were agreed to", asks: claims(["email", "address"]), consent: ["openid", "profile", "email", "address"], thirdParty: true, expected: .answer),
        Row(rule: "claims by name that the granted scopes release", asks: claims(["name", "birthdate"]), consent: ["openid", "profile"], thirdParty: true, expected: .answer),
        Row(rule: "claims by name that say nothing of the user", asks: claims(["acr", "auth_time", "sub", "favourite_colour"]), consent: ["openid", "profile"], thirdParty: true, expected: .answer),
        Row(rule: "claims by name, for a first-party client that skips consent", asks: claims(["email"]), expected: .answer),
        Row(rule: "claims by name, where the API insists on consent", asks: api.merging(claims(["email"])) { $1 }, consent: ["openid", "read:items"], apiAsksConsent: true, expected: .askConsent),
        Row(rule: "login comes before consent", asks: ["prompt": "login consent"], expected: .logIn),
        Row(rule: "and consent after login", asks: ["prompt": "login consent"], authenticatedHere: true, expected: .askConsent),
    ]

    static let confirmation: [Row] = [
        Row(rule: "loopback without another screen: confirm", asks: loopback, confirms: true, expected: .confirmCallback),
        Row(rule: "custom scheme without another screen: confirm", asks: custom, confirms: true, expected: .confirmCallback),
        Row(rule: "the tenant may do without", asks: loopback, expected: .answer),
        Row(rule: "a web address can be verified", confirms: true, expected: .answer),
        Row(rule: "the login page was screen enough", asks: custom, authenticatedHere: true, confirms: true, expected: .answer),
        Row(rule: "confirmed within the transaction", asks: custom, agreedHere: true, confirms: true, expected: .answer),
        Row(rule: "silently: interaction_required", asks: loopback.merging(["prompt": "none"]) { $1 }, confirms: true, expected: .refuse(.interactionRequired)),
        Row(rule: "silently for an API that was never agreed to: consent_required", asks: loopback.merging(api) { $1 }.merging(["prompt": "none"]) { $1 }, confirms: true, expected: .refuse(.consentRequired)),
    ]

    @Test("what comes next", arguments: login + consent + confirmation)
    func decide(_ row: Row) async throws {
        let fixture = try await prepared(row)
        let form = FormParameters(EngineBrowser.parameters(fixture.web, row.asks))
        let request = try await AuthorizeSteps(fixture.context, in: fixture.request()).prepare(form)
        #expect(NextStep.decide(request, situation(row, fixture)) == row.expected)
    }

    @Test("an agreement counts for the user who gave it, not for one who signed in after it")
    func agreementOfAnother() async throws {
        let row = Row(rule: "", sessionAge: 10, agreedHere: true, thirdParty: true, expected: .answer)
        let fixture = try await prepared(row)
        let form = FormParameters(EngineBrowser.parameters(fixture.web))
        let request = try await AuthorizeSteps(fixture.context, in: fixture.request()).prepare(form)
        var situation = situation(row, fixture)
        #expect(NextStep.decide(request, situation) == .answer)
        situation.session?.createdAt = fixture.now + 1
        #expect(NextStep.decide(request, situation) == .askConsent, "nor for one who came with an older sign-in")
        situation.session?.authTime = fixture.now + 1
        #expect(NextStep.decide(request, situation) == .askConsent)
        situation.transaction?.authenticatedAt = fixture.now + 1
        situation.transaction?.sid = "sid-1"
        #expect(NextStep.decide(request, situation) == .askConsent)
    }

    @Test("a hint at another user needs that user, and says so when somebody else signs in")
    func hintedUser() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let token = try #require(try await browser.signIn(fixture.web, ["response_type": "id_token", "response_mode": "fragment"])["id_token"])
        let form = FormParameters(EngineBrowser.parameters(fixture.web, ["id_token_hint": token]))
        let request = try await AuthorizeSteps(fixture.context, in: fixture.request()).prepare(form)
        var row = Row(rule: "", expected: .answer)
        #expect(NextStep.decide(request, situation(row, fixture)) == .answer)
        var other = situation(row, fixture)
        other.session?.userID = "auth0|somebodyelse"
        #expect(NextStep.decide(request, other) == .logIn)
        row.authenticatedHere = true
        var after = situation(row, fixture)
        after.session?.userID = "auth0|somebodyelse"
        #expect(NextStep.decide(request, after) == .refuse(.loginRequired))
        after.session?.userID = fixture.user.userID
        #expect(NextStep.decide(request, after) == .answer)
    }

    private func prepared(_ row: Row) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        (fixture.web.isFirstParty, fixture.web.thirdPartySecurityMode) = (!row.thirdParty, .permissive)
        fixture.web.callbacks += ["http://localhost:8080/cb", "com.example.app:/cb"]
        _ = try await fixture.stores.clients.update(fixture.web)
        fixture.api.skipConsentForVerifiableFirstPartyClients = !row.apiAsksConsent
        _ = try await fixture.stores.resourceServers.update(fixture.api)
        return fixture
    }

    private func situation(_ row: Row, _ fixture: EngineFixture) -> NextStep.Situation {
        let now = fixture.now
        let session = row.sessionAge.map { age in
            BrowserSession(
                cookieHash: TokenHash(of: "c"), sid: "sid-1", userID: fixture.user.userID,
                authTime: now - Lifetime(seconds: age), idleExpiresAt: now + 100, absoluteExpiresAt: now + 100)
        }
        var transaction = LoginTransaction(
            stateHash: TokenHash(of: "s"), browserHash: TokenHash(of: "d"), clientID: fixture.web.clientID, parameters: "",
            createdAt: now, expiresAt: now + 100)
        if row.authenticatedHere || row.authenticatedElsewhere {
            transaction.authenticatedAt = now
            transaction.sid = row.authenticatedHere ? "sid-1" : "sid-2"
        }
        if row.agreedHere { transaction.consentGivenAt = now }
        let consent = row.consent.map {
            Consent(userID: fixture.user.userID, clientID: fixture.web.clientID, audience: "", scopes: $0, updatedAt: now)
        }
        return NextStep.Situation(
            session: session, consent: consent, transaction: transaction, confirmsCallbacks: row.confirms, now: now)
    }

    @Test("A client's own switch for the confirmation of its callbacks wins over the tenant's", arguments: [true, false])
    func clientSwitch(skips: Bool) async throws {
        let row = Row(rule: "loopback", asks: Self.loopback, confirms: skips, expected: skips ? .answer : .confirmCallback)
        var fixture = try await prepared(row)
        fixture.web.skipsCallbackConfirmation = skips
        _ = try await fixture.stores.clients.update(fixture.web)
        let form = FormParameters(EngineBrowser.parameters(fixture.web, row.asks))
        let request = try await AuthorizeSteps(fixture.context, in: fixture.request()).prepare(form)
        #expect(NextStep.decide(request, situation(row, fixture)) == row.expected)
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Synchronization
import Testing
import TestSupport

/// The clock of these tests.
let now = Timestamp(milliseconds: 1_760_000_000_123)

extension Timestamp {
    static func ms(after time: Timestamp, _ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + milliseconds)
    }
}

/// Runs the body `count` times at once and returns what each run returned.
func concurrently<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> T) async throws -> [T] {
    try await withThrowingTaskGroup(of: T.self) { group in
        for index in 0..<count { group.addTask { try await body(index) } }
        var results: [T] = []
        for try await result in group { results.append(result) }
        return results
    }
}

func event(_ type: LogEventType = .codeExchanged) -> LogEvent {
    LogEvent(type, date: now, ip: "192.0.2.1", userAgent: "test", hostname: "localhost:3000")
}

func access(user: String = "auth0|1", client: String = "client1", audience: String? = "https://api/") -> GrantedAccess {
    GrantedAccess(clientID: client, userID: user, audience: audience, scopes: ["openid", "offline_access"])
}

/// All that only some grants have.
func details() -> AccessDetails {
    var details = AccessDetails()
    details.authorizationDetails = #"[{"type":"payment"}]"#
    details.claims = #"{"userinfo":{"email":null}}"#
    (details.acr, details.amr) = ("urn:mfa", ["pwd", "otp"])
    details.actor = #"{"sub":"\u{1F600}"}"#
    details.boundKey = Confirmation(method: .x5tS256, thumbprint: "abc")
    (details.isOnline, details.pairwiseSubject, details.authReqID) = (true, "pseudonym", "request")
    details.signIn = SignIn(authTime: now - 77, amr: ["pwd", "mfa"])
    details.transfer = SessionTransfer(clientID: "native", familyID: RefreshTokenFamilyID(bytes: Array(100..<116)))
    return details
}

func code(_ name: String = "code", access granted: GrantedAccess = access()) -> AuthorizationCode {
    AuthorizationCode(hash: TokenHash(of: name), access: granted, createdAt: now, expiresAt: now + 300)
}

/// A family whose id ends in the number.
func family(
    _ number: Int = 1, access granted: GrantedAccess = access(), rotating: Bool = true, createdAt: Timestamp = now
) throws -> RefreshTokenFamily {
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * (15 - min($0, 15)))) }
    return RefreshTokenFamily(
        id: try #require(RefreshTokenFamilyID(bytes: bytes)), access: granted, isRotating: rotating, createdAt: createdAt,
        seed: SecretBytes(Array(repeating: UInt8(truncatingIfNeeded: number), count: 32)), keyID: "0123abcd")
}

func use(_ family: RefreshTokenFamily, at time: Timestamp = now) -> RefreshTokenUse {
    RefreshTokenUse(
        id: family.id, expectedGeneration: family.generation, advancesGeneration: true, isRotating: true, now: time)
}

func pushedRequest(_ name: String = "urn:1", client: String = "client1") -> PushedRequest {
    PushedRequest(
        hash: TokenHash(of: name), clientID: client, parameters: "response_type=code&scope=openid", createdAt: now,
        expiresAt: now + 60)
}

/// What was asked for, by nobody yet.
func deferred(
    _ name: String = "device", userCode: String = "BCDF-GHJK", client: String = "client1",
    kind: DeferredAuthorization.Kind = .device
) -> DeferredAuthorization {
    DeferredAuthorization(
        hash: TokenHash(of: name), kind: kind, userCodeHash: TokenHash(of: userCode),
        access: access(user: "", client: client), interval: 5, lifetime: (now, now + 900))
}

func oneTimeCode(
    _ key: String = "a@example.com", mac: [UInt8] = [1, 2, 3], attempts: Int = 3,
    purpose: OneTimeCode.Purpose = .passwordless
) -> OneTimeCode {
    OneTimeCode(
        purpose: purpose, keyHash: TokenHash(of: key), codeMAC: mac, payload: SecretString(#"{"owner":"\#(key)"}"#),
        attempts: attempts, lifetime: (now, now + 180))
}

func authenticator(
    _ id: String = "totp|dev_1", user: String = "auth0|1", kind: Authenticator.Kind = .totp, createdAt: Timestamp = now
) -> Authenticator {
    Authenticator(id: id, userID: user, kind: kind, createdAt: createdAt)
}

func federatedTokens(
    _ account: String = "jane", user: String = "auth0|1", connection: String = "corp", createdAt: Timestamp = now
) -> FederatedTokens {
    var tokens = FederatedTokens(
        FederatedTokens.Key(userID: user, connection: connection, account: account),
        accessToken: SecretString("access of \(account)"), refreshToken: SecretString("refresh of \(account)"),
        createdAt: createdAt)
    (tokens.accessExpiresAt, tokens.scope) = (now + 3600, "calendar.read \u{1F600}")
    return tokens
}

func delivery(_ id: String = "d1", client: String = "client1", createdAt: Timestamp = now) -> Delivery {
    Delivery(
        id: id, kind: .backchannelLogout, clientID: client, url: "https://client/logout",
        payload: SecretString(#"{"sid":"session of \#(id)"}"#), createdAt: createdAt)
}

func client(_ id: String = "client1") -> Client {
    Client(
        clientID: id, name: "Client", tokenEndpointAuthMethod: .clientSecretPost, grantTypes: [.authorizationCode],
        createdAt: now)
}

func user(_ id: String = "auth0|1", email: String? = "a@example.com", connection: String = "db") -> User {
    User(userID: id, connection: connection, email: email, createdAt: now)
}

func session(_ name: String = "cookie", user: String = "auth0|1") -> BrowserSession {
    BrowserSession(
        cookieHash: TokenHash(of: name), sid: "sid-\(name)", userID: user, authTime: now, idleExpiresAt: now + 100,
        absoluteExpiresAt: now + 1000)
}

func signingKey(_ kid: String, _ state: SigningKeyRecord.State = .current, createdAt: Timestamp = now) -> SigningKeyRecord {
    SigningKeyRecord(
        kid: kid, algorithm: "RS256", state: state, privateKey: SecretBytes(Array("private key of \(kid)".utf8)),
        certificate: [0x30, 0, 0xFF], createdAt: createdAt)
}

extension TestStorage {
    /// A number that the database answers with.
    func number(_ sql: String, _ arguments: [SQLValue] = []) async throws -> Int64 {
        try await engine.database.read { try $0.first(sql, arguments) { try $0.integer() } } ?? -1
    }
}

/// Counts from one, for closures that run at once.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

import JOSE
import Logging
import OAuthProtocol
import Storage

/// One attempt to tell a client.
struct DeliveryAttempt: Sendable {
    enum Outcome: Sendable, Equatable {
        case delivered
        /// `isFinal`: the client has understood and refused; asking again would not help.
        case failed(String, isFinal: Bool)
    }

    private let context: TenantContext
    private let logger: Logger

    init(_ context: TenantContext, logger: Logger) { (self.context, self.logger) = (context, logger) }

    /// Never throws: whatever goes wrong is an outcome.
    func send(_ delivery: Delivery, at now: Timestamp) async -> Outcome {
        do {
            guard let payload = (try? JSONValue.parse(Array(delivery.payload.revealed.utf8)))?.object,
                let client = try await context.client(delivery.clientID)
            else { return .failed("the client is gone", isFinal: true) }
            let post = switch delivery.kind {
            case .backchannelLogout: try await logout(payload, client, delivery.url, at: now)
            case .cibaPing: Self.ping(payload, delivery.url)
            }
            let answer = try await context.environment.outbound.post(post, limits: .notification)
            return Self.judge(answer.status, delivery.kind)
        } catch let error as OutboundError {
            return .failed("\(error)", isFinal: error == .forbidden)
        } catch let error as OAuthError where error.kind == .temporarilyUnavailable {
            return .failed(error.auditReason ?? error.description, isFinal: false)
        } catch {
            logger.error("delivery failed", metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
            return .failed("internal failure", isFinal: false)
        }
    }

    /// A logout: 200 and 204 are success, 400 says that the token will never do (Back-Channel Logout 2.8, contract 12.3). A ping is
    /// never repeated once it was answered, whatever the answer (CIBA 10.2).
    private static func judge(_ status: Int, _ kind: Delivery.Kind) -> Outcome {
        if status == 200 || status == 204 { return .delivered }
        return .failed("status \(status)", isFinal: kind == .cibaPing || status == 400)
    }

    // MARK: Logout tokens

    private static let logoutTokenLifetime: Lifetime = 120

    private func logout(
        _ payload: JSONObject, _ client: Client, _ url: String, at now: Timestamp
    ) async throws -> OutboundPost {
        let token = try await logoutToken(payload, client, at: now)
        let body = PercentEncoding.encodePairs([("logout_token", token)])
        return OutboundPost(
            url: url, contentType: "application/x-www-form-urlencoded", body: SecretBytes(Array(body.utf8)))
    }

    /// Back-Channel Logout 2.4, contract 12.3.
    private func logoutToken(_ payload: JSONObject, _ client: Client, at now: Timestamp) async throws -> String {
        let issuer = Issuer(scheme: payload["scheme"]?.string ?? "https", host: payload["host"]?.string ?? "")
        let request = RequestInfo(now: now, issuer: issuer, address: "", userAgent: "", logger: logger)
        let profile = context.profile(of: client)
        let subject = try await SubjectIdentifier(context).subject(of: payload["user_id"]?.string ?? "", for: client)
        var claims: JSONObject = [
            "iss": .string(issuer.description), "sub": .string(subject), "aud": .string(client.clientID),
            "iat": .integer(now.seconds), "exp": .integer((now + Self.logoutTokenLifetime).seconds),
            "jti": .string(context.environment.randomness.alphanumeric(22)),
        ]
        if let sid = payload["sid"] { claims.append("sid", sid) }
        claims.append("events", .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])]))
        // Auth0's, for support cases; the specification's list of claims has none.
        if profile == .auth0 { claims.append("trace_id", .string(context.environment.randomness.hexadecimal(16))) }
        let registered = try TokenAlgorithm.forIDTokens(of: client, profile, context.settings)
        let algorithm = registered.isSymmetric ? .rs256 : registered
        let type = profile.rules.typesLogoutTokens ? "logout+jwt" : "JWT"
        return try await TokenIssuer(context).sign(claims, typ: type, algorithm: algorithm, in: request)
    }

    // MARK: Pings

    /// Only the request's id; the notification token authenticates us (CIBA 10.2).
    private static func ping(_ payload: JSONObject, _ url: String) -> OutboundPost {
        let body: JSONObject = ["auth_req_id": payload["auth_req_id"] ?? .null]
        let token = payload["notification_token"]?.string ?? ""
        return OutboundPost(
            url: url, contentType: "application/json", body: SecretBytes(body.serialized),
            authorization: SecretString("Bearer \(token)"))
    }
}

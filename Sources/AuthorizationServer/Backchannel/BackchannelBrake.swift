import OAuthProtocol
import Storage

/// Keeps backchannel requests from being a way to flood people with messages, or to try out who has an account (CIBA 15).
struct BackchannelBrake: Sendable {
    private let brake: GuessingBrake
    private let client: Client
    private let request: RequestInfo

    init(_ context: TenantContext, for client: Client, in request: RequestInfo) {
        (brake, self.client, self.request) = (GuessingBrake(context), client, request)
    }

    /// Before anything is looked up. Throws `tooManyRequests`.
    func takeRequest() async throws {
        let subject = AttemptSubject(address: request.address)
        guard let wait = try await brake.take(.backchannelFromAddress, for: subject, at: request.now) else { return }
        throw Self.tooMany(retryAfter: wait, AttemptCounter.backchannelFromAddress.rawValue)
    }

    /// Whether there is somebody to get the message or not. Throws `tooManyRequests`.
    func takeMessage(to addressee: BackchannelAddressee) async throws {
        let subject = AttemptSubject(connection: client.clientID, account: addressee.userID, address: request.address)
        guard let wait = try await brake.take(.backchannelMessage, for: subject, at: request.now) else { return }
        throw Self.tooMany(retryAfter: wait, AttemptCounter.backchannelMessage.rawValue)
    }

    static func tooMany(retryAfter wait: Lifetime, _ reason: String) -> OAuthError {
        OAuthError(.tooManyRequests, WireText.tooManyRequests, auditReason: reason, retryAfter: wait)
    }
}

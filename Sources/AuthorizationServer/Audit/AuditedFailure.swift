import OAuthProtocol

/// A refusal whose audit event has been recorded already, in the transaction that acted on it (a breach, a replay). The
/// endpoint answers `error` and records nothing more.
struct AuditedFailure: Error {
    let error: OAuthError
}

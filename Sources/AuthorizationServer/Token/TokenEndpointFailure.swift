import OAuthProtocol

/// A refusal of which the endpoint knows whose grant it concerns: the audit event names the user.
struct UserFailure: Error {
    let error: OAuthError
    let userID: String

    /// Runs what a grant does once it knows its user.
    static func naming<Result>(_ userID: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as OAuthError {
            throw UserFailure(error: error, userID: userID)
        }
    }
}

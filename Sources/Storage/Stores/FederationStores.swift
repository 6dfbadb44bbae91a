package import OAuthProtocol

/// Tokens of users at identity providers.
///
/// A refresh token at a provider may be good for one use. So whoever wants to use it first takes a lease, by one conditional
/// statement, and writes what the provider answered on condition that the set still is as it was read.
package protocol FederatedTokenStore: Sendable {
    /// Inserts the set, or replaces the one of the same user, connection and account: the revision grows, the time of its
    /// creation stays, a lease ends.
    func put(_ tokens: FederatedTokens) async throws
    /// The sets of the user's accounts at a connection, oldest first.
    func list(of userID: String, at connection: String) async throws -> [FederatedTokens]
    /// Takes the right to use the refresh token, until `leaseEnd` at most. Of any number of concurrent calls exactly one gets
    /// true; false as well when the set changed since it was read, or is gone.
    func lease(_ tokens: FederatedTokens, until leaseEnd: Timestamp, at now: Timestamp) async throws -> Bool
    /// Ends the lease of a set that did not change.
    func release(_ tokens: FederatedTokens) async throws
    /// Writes `renewed` in place of the set with the same key and revision, which then is one more; ends the lease, and records
    /// the event in the same transaction. False, changing nothing, when the set changed meanwhile or is gone.
    func renew(_ renewed: FederatedTokens, recording event: LogEvent) async throws -> Bool
    /// Deletes the set with the same key and revision. False when it changed meanwhile or is gone.
    func forget(_ tokens: FederatedTokens) async throws -> Bool
}

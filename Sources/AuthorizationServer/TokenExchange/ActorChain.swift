import OAuthProtocol

/// The `act` claim: who acts for the subject, and for whom that one acts (RFC 8693 section 4.1, contract 18).
enum ActorChain {
    /// Auth0's limit.
    static let maximumDepth = 5

    /// The claim with `actor` in front of what the subject token had. Throws `invalidRequest` for a chain that is too long.
    static func prepending(_ actor: String, to earlier: JSONValue?) throws(OAuthError) -> String {
        var claim: JSONObject = ["sub": .string(actor)]
        if let earlier, earlier.object != nil { claim["act"] = earlier }
        guard depth(of: .object(claim)) <= maximumDepth else { throw OAuthError(.invalidRequest, WireText.actorChainTooLong) }
        return claim.serializedString
    }

    private static func depth(of value: JSONValue?) -> Int {
        guard let object = value?.object else { return 0 }
        return 1 + depth(of: object["act"])
    }
}

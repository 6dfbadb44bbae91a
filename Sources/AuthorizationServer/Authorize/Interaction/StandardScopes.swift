import OAuthProtocol
import Storage

extension ResourceServer.Scope {
    /// What the consent page says of a scope that no API describes (OIDC Core sections 5.4 and 11).
    static func standard(_ value: String) -> ResourceServer.Scope {
        ResourceServer.Scope(value: value, description: descriptions[value])
    }

    private static let descriptions: [String: String] = [
        Scopes.openid: "Know who you are",
        "profile": "See your name, picture and other parts of your profile",
        "email": "See your email address",
        "address": "See your postal address",
        "phone": "See your phone number",
        "created_at": "See since when you have an account",
        "identities": "See which accounts you sign in with",
        Scopes.offlineAccess: "Keep access while you are away",
    ]
}

import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct UserClaimsTests {
    private func user(_ change: (inout User) -> Void = { _ in }) -> User {
        var user = User(
            userID: "auth0|1", connection: "db", email: "Jo.Doe@Example.test",
            createdAt: Timestamp(milliseconds: 1_755_188_974_448))
        change(&user)
        return user
    }

    private func claims(_ scopes: Scopes, _ change: (inout User) -> Void = { _ in }) -> JSONObject {
        UserClaims.claims(of: user(change), for: scopes)
    }

    private func full(_ user: inout User) {
        user.emailVerified = true
        user.username = "jo"
        user.profile.name = "Jo Doe"
        (user.profile.givenName, user.profile.familyName, user.profile.middleName) = ("Jo", "Doe", "M")
        (user.profile.nickname, user.profile.picture) = ("jojo", "https://img.test/1.png")
        (user.profile.website, user.profile.gender, user.profile.birthdate) = ("https://jo.test", "x", "2000-01-01")
        (user.profile.zoneinfo, user.profile.locale) = ("Europe/Berlin", "de")
        (user.profile.phoneNumber, user.profile.phoneNumberVerified) = ("+491", true)
    }

    @Test(
        "openid alone, or no scope, releases nothing",
        arguments: [["openid"], [], ["offline_access"], ["read:items"]] as [[String]])
    func nothing(scopes: [String]) { #expect(claims(Scopes(scopes), full).members.isEmpty) }

    @Test("profile releases all profile claims that have a value, in order")
    func profile() {
        #expect(
            claims(["profile"], full).members.map(\.name) == [
                "given_name", "family_name", "middle_name", "nickname", "preferred_username", "name", "picture", "website",
                "gender", "birthdate", "zoneinfo", "locale", "updated_at",
            ])
    }

    @Test("missing names fall back to the e-mail address, the picture to an avatar")
    func fallbacks() {
        let claims = claims(["profile"])
        #expect(claims.members.map(\.name) == ["nickname", "name", "picture", "updated_at"])
        #expect(claims["nickname"] == "Jo.Doe" && claims["name"] == "Jo.Doe@Example.test")
        // md5 of the address in lower case.
        let avatar = "https://s.gravatar.com/avatar/de6c4f7e5ea78772a81c741b7fc8e20e?s=480&r=pg&d=initials&initials=jo"
        #expect(claims["picture"]?.string == avatar)
    }

    @Test("a user without e-mail has the user name for a name and no picture")
    func usernameOnly() {
        let claims = claims(["profile", "email"]) { ($0.email, $0.username) = (nil, "jo") }
        #expect(claims.members.map(\.name) == ["nickname", "preferred_username", "name", "updated_at"])
        #expect(claims["name"] == "jo" && claims["nickname"] == "jo")
    }

    @Test("updated_at is an ISO 8601 text with milliseconds")
    func updatedAt() { #expect(claims(["profile"])["updated_at"] == "2025-08-14T16:29:34.448Z") }

    @Test("email and phone come with their verified flags")
    func verified() {
        #expect(claims(["email"], full) == ["email": "Jo.Doe@Example.test", "email_verified": true])
        #expect(claims(["phone"], full) == ["phone_number": "+491", "phone_number_verified": true])
        #expect(claims(["phone"]).members.isEmpty)
    }

    @Test(
        "single-claim scopes release their claim",
        arguments: [
            ("name", "name"), ("given_name", "given_name"), ("nickname", "nickname"), ("picture", "picture"),
            ("email_verified", "email_verified"), ("created_at", "created_at"), ("identities", "identities"),
        ])
    func single(scope: String, claim: String) {
        #expect(claims(Scopes([scope]), full).members.map(\.name) == [claim])
    }

    @Test("identities name provider, id and connection")
    func identities() {
        let expected: JSONObject = ["provider": "auth0", "user_id": "1", "connection": "db", "isSocial": false]
        #expect(claims(["identities"])["identities"] == .array([.object(expected)]))
    }
}

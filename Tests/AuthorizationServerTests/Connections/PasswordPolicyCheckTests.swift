import Connections
import OAuthProtocol
import Storage
import Testing

@Suite struct PasswordPolicyCheckTests {
    private func error(_ policy: DatabaseOptions.PasswordPolicy, _ password: String, minimum: Int? = nil)
        -> DatabaseConnectionError?
    {
        var options = DatabaseOptions()
        options.passwordPolicy = policy
        options.minimumPasswordLength = minimum
        do {
            try PasswordPolicyCheck(options).require(SecretString(password))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "each policy accepts what just satisfies it",
        arguments: [
            (.none, "a"), (.low, "aaaaaa"), (.fair, "abcdeF12"), (.good, "abcdef1!"), (.good, "abcdefG!"), (.good, "ABCDEF1!"),
            (.excellent, "aabbccdd1!"), (.excellent, "äöüÄÖÜß1aA"),
        ] as [(DatabaseOptions.PasswordPolicy, String)])
    func accepted(policy: DatabaseOptions.PasswordPolicy, password: String) {
        #expect(error(policy, password) == nil)
    }

    @Test(
        "each policy refuses what just fails it",
        arguments: [
            (.none, ""), (.low, "aaaaa"), (.fair, "abcdeF1"), (.fair, "abcdefg1"), (.fair, "ABCDEFG1"), (.fair, "abcdefGH"),
            (.good, "abcdefg1"), (.good, "abcde1!"), (.excellent, "abcdefg1!"), (.excellent, "aaabbccd1!"),
        ] as [(DatabaseOptions.PasswordPolicy, String)])
    func refused(policy: DatabaseOptions.PasswordPolicy, password: String) {
        let error = error(policy, password)
        #expect(error?.name == "PasswordStrengthError")
        #expect(error?.code == "invalid_password")
        #expect(error?.status == 400)
    }

    @Test("the error object of the strictest policy is the contract's, member for member")
    func wireForm() {
        let error = error(.excellent, "aaaB")
        let kinds = """
            [{"code":"lowerCase","message":"lower case letters (a-z)","verified":true},\
            {"code":"upperCase","message":"upper case letters (A-Z)","verified":true},\
            {"code":"numbers","message":"numbers (i.e. 0-9)","verified":false},\
            {"code":"specialCharacters","message":"special characters (e.g. !@#$%^&*)","verified":false}]
            """
        let expected = """
            {"rules":[\
            {"code":"lengthAtLeast","message":"At least %d characters in length","format":[10],"verified":false},\
            {"code":"containsAtLeast","message":"Contain at least %d of the following %d types of characters:",\
            "format":[3,4],"verified":false,"items":\(kinds)},\
            {"code":"identicalChars","message":"No more than %d identical characters in a row (e.g., \\"%s\\" not allowed)",\
            "format":[2,"aaa"],"verified":false}],"verified":false}
            """
        #expect(error?.description.serializedString == expected)
        #expect(error?.members.first { $0.name == "message" }?.value == "Password is too weak")
        let policy = """
            * At least 10 characters in length
            * Contain at least 3 of the following 4 types of characters:
             * lower case letters (a-z)
             * upper case letters (A-Z)
             * numbers (i.e. 0-9)
             * special characters (e.g. !@#$%^&*)
            * No more than 2 identical characters in a row (e.g., "aaa" not allowed)
            """
        #expect(error?.members.first { $0.name == "policy" }?.value.string == policy)
    }

    @Test("each rule's format has as many values as its message has places", arguments: DatabaseOptions.PasswordPolicy.allCases)
    func formats(policy: DatabaseOptions.PasswordPolicy) throws {
        let found = try #require(error(policy, String(repeating: "é", count: 200)) ?? error(policy, ""))
        let rules = try #require(found.description.object?["rules"]?.array)
        for rule in rules {
            let message = try #require(rule.object?["message"]?.string)
            let places = message.split(separator: "%").count - 1
            #expect((rule.object?["format"]?.array ?? []).count == places, "\(message)")
        }
    }

    @Test("a connection's own minimum replaces the policy's")
    func ownMinimum() {
        #expect(error(.good, "abcdefgh1!", minimum: 12) != nil)
        #expect(error(.good, "abcdefghij1!", minimum: 12) == nil)
        #expect(error(.none, "", minimum: 1) != nil)
    }

    @Test("256 bytes are the most, counted as bytes")
    func maximum() {
        #expect(error(.none, String(repeating: "a", count: 256)) == nil)
        #expect(error(.none, String(repeating: "a", count: 257))?.name == "PasswordStrengthError")
        #expect(error(.none, String(repeating: "é", count: 129))?.name == "PasswordStrengthError")
    }

    @Test("a NUL is refused")
    func nul() {
        #expect(error(.none, "abc\0def")?.code == "invalid_password")
    }
}

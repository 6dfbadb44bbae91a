package import OAuthProtocol
import Storage

/// `POST /dbconnections/signup` (contract 13.1).
package struct SignupEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The body of the answer. Throws `OAuthError` for a malformed request or a client that may not, `DatabaseConnectionError` for a refused signup.
    package func respond(to form: FormParameters, in request: RequestInfo) async throws -> JSONObject {
        let client = try await client(form)
        let connection = try await LoginConnection(context).named(try form.required("connection"), for: client)
        let signup = try signup(form)
        let user = try await UserSignup(context).create(signup, connection: connection, client: client, in: request)
        return Self.body(user)
    }

    private func client(_ form: FormParameters) async throws -> Client {
        guard let id = try form.optional("client_id") else { throw OAuthError(.invalidRequest, WireText.missingClientID) }
        guard let client = try await context.client(id) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(id))
        }
        try client.requireCredentialEndpoints()
        return client
    }

    private func signup(_ form: FormParameters) throws -> SignupRequest {
        let username = try form.optional("username").map { LoginIdentifier($0).text }
        var signup = SignupRequest(
            email: try form.optional("email").map { LoginIdentifier($0).text }, username: username,
            password: try form.requiredPassword("password"))
        signup.profile.givenName = try form.optional("given_name", maximumBytes: 300)
        signup.profile.familyName = try form.optional("family_name", maximumBytes: 300)
        signup.profile.name = try form.optional("name", maximumBytes: 300)
        signup.profile.nickname = try form.optional("nickname", maximumBytes: 300)
        signup.profile.picture = try form.optional("picture", maximumBytes: 2048)
        if let metadata = try form.object("user_metadata") { signup.userMetadata = try Self.metadata(metadata) }
        return signup
    }

    /// At most ten texts, names of at most 100 and values of at most 500 characters (contract 13.1).
    static func metadata(_ object: JSONObject) throws(OAuthError) -> String {
        let isSmall = object.members.allSatisfy { member in
            guard let text = member.value.string else { return false }
            return member.name.unicodeScalars.count <= 100 && text.unicodeScalars.count <= 500
        }
        guard object.members.count <= 10, isSmall else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("user_metadata"))
        }
        return object.serializedString
    }

    /// `_id` is the user's id without the provider (contract 13.1).
    private static func body(_ user: User) -> JSONObject {
        var body: JSONObject = [:]
        body["_id"] = .string(user.userID.split(separator: "|", maxSplits: 1).last.map(String.init) ?? user.userID)
        if let email = user.email {
            body["email"] = .string(email)
            body["email_verified"] = .bool(user.emailVerified)
        }
        let echoed: [(String, String?)] = [
            ("username", user.username), ("given_name", user.profile.givenName), ("family_name", user.profile.familyName),
            ("name", user.profile.name), ("nickname", user.profile.nickname), ("picture", user.profile.picture),
        ]
        for (name, value) in echoed { body[name] = value.map { .string($0) } }
        if let metadata = (try? JSONValue.parse(Array(user.userMetadata.utf8)))?.object, !metadata.members.isEmpty {
            body["user_metadata"] = .object(metadata)
        }
        return body
    }
}

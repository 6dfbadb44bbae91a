import OAuthProtocol
import Storage

/// Who proved to hold a passkey.
struct PasskeyProof: Sendable {
    let user: User
    /// The device asked its user for a PIN or a finger: two factors in one.
    let isUserVerified: Bool
}

/// The end of a ceremony: the authenticator's answer is right, and the credential is whose it says.
struct PasskeyCheck: Sendable {
    private let context: TenantContext
    private let connection: Connection
    private let expectation: WebAuthnExpectation
    private let request: RequestInfo

    init(_ context: TenantContext, _ connection: Connection, _ expectation: WebAuthnExpectation, in request: RequestInfo) {
        (self.context, self.connection) = (context, connection)
        (self.expectation, self.request) = (expectation, request)
    }

    /// Makes the user with the new passkey. Throws `invalidGrant` for a wrong answer, `invalidRequest` when somebody else took
    /// the identifier meanwhile.
    func signUp(
        _ attestation: WebAuthnAttestation, _ credentialID: [UInt8], _ newcomer: PasskeyNewcomer?, _ client: Client
    ) async throws -> PasskeyProof {
        guard let newcomer else { throw OAuthError(.invalidRequest, WireText.invalidAuthSession) }
        let credential: WebAuthnCredential
        do {
            credential = try context.environment.webAuthn.register(attestation, expecting: expectation)
        } catch {
            throw Self.refused("\(error)")
        }
        guard credential.credentialID == credentialID else { throw Self.refused("another credential id") }
        let user = try await PasskeySignup(context, connection).create(newcomer, with: credential, in: request)
        try await context.stores.logs.record(request.event(.signupSucceeded, client: client, user: user))
        return PasskeyProof(user: user, isUserVerified: false)
    }

    /// The user whose passkey it is (WebAuthn 7.2). Throws `invalidGrant`, `userBlocked`.
    func signIn(
        _ assertion: WebAuthnAssertion, _ credentialID: [UInt8], userHandle: [UInt8]?
    ) async throws -> PasskeyProof {
        let hash = StoredPasskey.hash(of: credentialID)
        guard let row = try await context.stores.authenticators.find(credentialHash: hash),
            var passkey = StoredPasskey(row)
        else { throw Self.refused("unknown credential") }
        // No credentials were listed, so the authenticator must say whose it is (WebAuthn 7.2 step 6).
        guard let userHandle, userHandle == passkey.userHandle else { throw Self.refused("another user handle") }
        let done: WebAuthnAuthentication
        do {
            done = try context.environment.webAuthn.authenticate(assertion, with: passkey.credential, expecting: expectation)
        } catch {
            throw Self.refused("\(error)")
        }
        let user = try await GrantedUser(context).find(row.userID, orRefuse: Self.refused("the user is gone"))
        guard user.connection.isExactly(connection.name) else { throw Self.refused("another connection's user") }
        passkey.credential.isBackedUp = done.isBackedUp
        guard try await context.stores.authenticators.use(
            row.id, counter: done.signatureCount, credential: passkey.text, at: request.now)
        else { throw Self.refused("the counter went back") }
        return PasskeyProof(user: user, isUserVerified: done.isUserVerified)
    }

    private static func refused(_ reason: String) -> OAuthError {
        OAuthError(.invalidGrant, WireText.passkeyRefused, auditReason: "passkey: \(reason)")
    }
}

import Logging
import OAuthProtocol
import Storage

/// Whom a backchannel request is for, as far as its client may know.
struct BackchannelAddressee: Sendable {
    let userID: String
    /// `nil` when there is nobody to ask: the request waits until it expires.
    let user: User?
}

/// The user whom a backchannel request means (CIBA 7.1, contract 15.3).
struct BackchannelUser: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// For nobody, for blocked users and for those of connections that are not the client's, alike: throws `unknownUserID` to a
    /// client of the tenant's own. Others are not told who has an account here; for them somebody is asked who never answers.
    /// Throws as well what a token that is no good throws.
    func find(_ hint: BackchannelHint, for client: Client) async throws -> BackchannelAddressee {
        let user: User? = switch hint {
        case .login(let text): try await named(text, client)
        case .idToken(let token): try await hinted(token, client)
        case .loginToken(let token): try await LoginHintToken(context, in: request).user(token, for: client)
        }
        if let user, !user.blocked, try await isAdmitted(user, to: client) {
            return BackchannelAddressee(userID: user.userID, user: user)
        }
        guard !client.isFirstParty else { throw OAuthError(.unknownUserID, WireText.unknownUserID) }
        return BackchannelAddressee(userID: Self.nobody(hint, client), user: nil)
    }

    /// One for each hint, so that the limits count the same as for somebody. No user's id begins like this.
    private static func nobody(_ hint: BackchannelHint, _ client: Client) -> String {
        let text = switch hint {
        case .login(let text): LoginIdentifier(text).folded
        case .idToken(let token), .loginToken(let token): token
        }
        return "nobody|" + Base64URL.encode(TokenHash(of: "\(client.clientID.utf8.count):\(client.clientID)\(text)").bytes)
    }

    private func isAdmitted(_ user: User, to client: Client) async throws -> Bool {
        try await context.stores.connections.find(name: user.connection)?.isEnabled(for: client) ?? false
    }

    private func hinted(_ token: String, _ client: Client) async throws -> User? {
        let hint = try await VerifiedIDTokenHint.verify(token, context, in: request)
        guard hint.clientID.isExactly(client.clientID) else { return nil }
        return try await context.stores.users.find(hint.userID)
    }

    /// Auth0's JSON with issuer and subject, or a user's address or name.
    private func named(_ text: String, _ client: Client) async throws -> User? {
        if text.utf8.first == UInt8(ascii: "{") {
            guard let hint = (try? JSONValue.parse(Array(text.utf8)))?.object, hint["format"]?.string == "iss_sub",
                hint["iss"]?.string?.isExactly(request.issuer.description) == true, let subject = hint["sub"]?.string,
                let userID = try await SubjectIdentifier(context).userID(from: subject, for: client)
            else { return nil }
            return try await context.stores.users.find(userID)
        }
        if let user = try await context.stores.users.find(text) { return user }
        let connection = try await LoginConnection(context).resolve(named: nil, for: client)
        return try await context.stores.users.findCredential(
            connection: connection.name, identifier: LoginIdentifier(text).text)?.user
    }
}

/// The message that asks the user: a link to our approval page.
struct BackchannelMail: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// A message that cannot be delivered is logged: the client learns of it by the request's expiry.
    func send(_ ticket: String, _ message: String?, to user: User, from client: Client, in request: RequestInfo) async {
        guard let address = user.email else {
            request.logger.warning("backchannel request for a user without an address")
            return
        }
        let page = request.issuer.url(String(PagePath.approve.dropFirst()))
        let link = "\(page)?\(PercentEncoding.encodePairs([("ticket", ticket)]))"
        let (name, quoted) = (QuotedWords(client.name), message.map { "\n\nIt says: \(QuotedWords($0))" } ?? "")
        let text = """
            \(name) asks you to confirm a sign-in or an action.\(quoted)

            Look at it, and approve or refuse it, here:

            \(link)

            If you did not expect this, refuse it or ignore this message.
            """
        do {
            let mail = MailMessage(to: address, subject: "Please confirm: \(name)", text: text)
            try await context.environment.mailer.send(mail)
        } catch {
            request.logger.error("backchannel mail failed", metadata: ["type": "\(type(of: error))"])
        }
    }
}

/// `/u/approve?ticket=`: the link of the message leads into a login as the user who was asked, then to the approval page.
package struct BackchannelApprovalLink: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `AuthorizeFailure.shownToUser` for a link that is over or never was.
    package func open(ticket: String?, browser: BrowserState, in request: RequestInfo) async throws -> AuthorizeOutcome {
        guard let ticket, let found = try await context.stores.deferred.find(
            kind: .backchannel, userCodeHash: TokenHash(of: ticket), at: request.now)
        else {
            throw AuthorizeFailure.shownToUser(OAuthError(.invalidRequest, WireText.approvalIsOver), clientID: nil)
        }
        return try await DeferredLogin(context, in: request).open(found, browser: browser)
    }
}

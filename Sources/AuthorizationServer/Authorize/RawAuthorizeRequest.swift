import OAuthProtocol

/// What decides whether we may redirect at all. Everything else is read once the callback is known, so that its faults
/// can be sent there (contract 4.2).
struct RawAuthorizeRequest: Sendable {
    let clientID: String
    /// As sent; `nil` when left out.
    let redirectURI: String?
    let state: String?
    let form: FormParameters

    /// Throws `.shownToUser` when `client_id` is missing, or one of the three is repeated or malformed.
    init(_ form: FormParameters) throws(AuthorizeFailure) {
        do {
            clientID = try form.required("client_id", maximumBytes: 512)
            redirectURI = try form.optional("redirect_uri")
            state = try form.optional("state", maximumBytes: 16_384)
        } catch {
            throw .shownToUser(error, clientID: nil)
        }
        self.form = form
    }
}

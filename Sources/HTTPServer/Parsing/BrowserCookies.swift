package import AuthorizationServer
package import HTTPTypes

/// The cookies of contract 5: `auth0` is the session, `did` the device, each with a `_compat` twin for browsers that do not
/// understand `SameSite=None`. Over plain HTTP (development) they carry other names and no `Secure`: a browser lets no
/// insecure origin replace a secure cookie of the same host, and https and http share `localhost`.
package struct BrowserCookies: Sendable {
    private let isSecure: Bool
    private let host: String
    /// A device cookie outlives sessions: seconds.
    private static let deviceMaxAge: Int64 = 31_536_000

    /// Set by native applications, under the name that Auth0's SDKs know, over http and https alike.
    private static let sessionTransfer = "auth0_session_transfer_token"

    package init(_ issuer: Issuer) { (isSecure, host) = (issuer.isSecure, issuer.hostWithoutPort) }

    /// What the browser sent. A name that comes twice with different values counts as absent: another site under the same
    /// registered domain may have set one of them.
    package func state(_ headers: HTTPFields) -> BrowserState {
        var state = BrowserState(session: value(of: "auth0", headers), device: value(of: "did", headers))
        state.sessionTransferToken = single(Self.sessionTransfer, headers)
        state.crossOriginVerifiers = verifiers(headers)
        return state
    }

    private static let verifierPrefix = "co/verifier/"
    /// A verifier lives a minute: nobody has more of them, and each is looked for among all cookies.
    private static let maximumVerifiers = 8

    /// The verifiers of cross-origin logins, by their id, which has letters and digits only.
    private func verifiers(_ headers: HTTPFields) -> [String: String] {
        var ids = Set<String>()
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") where ids.count < Self.maximumVerifiers {
                let name = pair.drop { $0 == " " || $0 == "\t" }
                guard name.hasPrefix(Self.verifierPrefix) else { continue }
                ids.insert(String(name.dropFirst(Self.verifierPrefix.count).prefix { $0 != "=" && $0 != "_" }))
            }
        }
        var found: [String: String] = [:]
        for id in ids { found[id] = value(of: Self.verifierPrefix + id, headers) }
        return found
    }

    /// The `Set-Cookie` values that carry the changes out.
    package func fields(for changes: BrowserChanges) -> [String] {
        var fields: [String] = []
        switch changes.session {
        case .keep: break
        case .clear: fields += written("auth0", "", maxAge: 0)
        case .set(let value, let maxAge): fields += written("auth0", value, maxAge: maxAge)
        }
        if let state = changes.browserState { fields.append(writtenState(state)) }
        if let (id, value) = changes.crossOriginVerifier {
            fields += written(Self.verifierPrefix + id, value, maxAge: value.isEmpty ? 0 : LoginTickets.lifetimeSeconds)
        }
        if let device = changes.device { fields += written("did", device, maxAge: Self.deviceMaxAge) }
        if changes.clearsSessionTransferToken { fields += clearedSessionTransfer }
        return fields
    }

    /// The cookie that the page behind `check_session_iframe` reads, so a script may see it; it proves nothing to us.
    package var browserStateName: String { isSecure ? "auth0_bs" : "auth0_bs_http" }

    private func writtenState(_ value: String) -> String {
        let age = value.isEmpty ? "; Max-Age=0" : ""
        return "\(browserStateName)=\(value); Path=/\(age); " + (isSecure ? "Secure; SameSite=None" : "SameSite=Lax")
    }

    /// Twice, since applications set it with and without a domain, and a browser keeps those apart.
    private var clearedSessionTransfer: [String] {
        let common = "\(Self.sessionTransfer)=; Path=/; Max-Age=0; HttpOnly\(isSecure ? "; Secure; SameSite=None" : "")"
        return [common, "\(common); Domain=\(host)"]
    }

    private func value(of name: String, _ headers: HTTPFields) -> String? {
        isSecure ? single(name, headers) ?? single("\(name)_compat", headers) : single("\(name)_http", headers)
    }

    private func single(_ name: String, _ headers: HTTPFields) -> String? {
        var found: Substring?
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " || $0 == "\t" }
                guard let equals = trimmed.utf8.firstIndex(of: UInt8(ascii: "=")), trimmed[..<equals] == name else { continue }
                let value = trimmed[trimmed.index(after: equals)...]
                if let found, found != value { return nil }
                found = value
            }
        }
        guard let found, !found.isEmpty, found.utf8.count <= 512, found.utf8.allSatisfy(Self.isURLSafe) else { return nil }
        return String(found)
    }

    private func written(_ name: String, _ value: String, maxAge: Int64?) -> [String] {
        let age = maxAge.map { "; Max-Age=\($0)" } ?? ""
        let common = "=\(value); Path=/\(age); HttpOnly"
        guard isSecure else { return ["\(name)_http\(common); SameSite=Lax"] }
        return ["\(name)\(common); Secure; SameSite=None", "\(name)_compat\(common); Secure"]
    }

    private static func isURLSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}

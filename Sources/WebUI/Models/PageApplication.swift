/// An application as pages present it: what it says of itself (RFC 7591 section 2), and whether anybody checked that.
package struct PageApplication: Sendable {
    /// An application that no administrator vouches for: registered by itself or known by its metadata document.
    package struct Unverified: Sendable {
        /// Where it says it is at home: the host of its client id or of its `client_uri`.
        package var domain: String?
        /// Where the answer is sent: the host of the redirect URI.
        package var redirectHost: String?
        package init(domain: String?, redirectHost: String?) { (self.domain, self.redirectHost) = (domain, redirectHost) }
    }

    package var name: String
    /// `logo_uri`. Only `http` and `https` addresses are shown, so that a logo or link cannot name a path of this host.
    package var logoURL: String?
    /// `policy_uri`.
    package var policyURL: String?
    /// `tos_uri`.
    package var termsURL: String?
    /// nil for applications that an administrator made.
    package var unverified: Unverified?

    package init(name: String, logoURL: String? = nil) { (self.name, self.logoURL) = (name, logoURL) }

    /// A name inside a sentence: the direction of its letters does not reach the words around it (Unicode Annex 9, FSI and PDI).
    /// nil when there is none.
    static func isolated(_ name: String?) -> String? {
        name.flatMap { $0.isEmpty ? nil : "\u{2068}\($0)\u{2069}" }
    }

    var fields: PageFields {
        let (policy, terms) = (PageURL.web(policyURL), PageURL.web(termsURL))
        return [
            "application": .text(name),
            "applicationLogo": .text(PageURL.web(logoURL)),
            "hasApplicationLinks": .flag(policy != nil || terms != nil),
            "policyLink": .text(policy),
            "termsLink": .text(terms),
            "unverified": .part(unverified?.fields),
        ]
    }
}

extension PageApplication.Unverified {
    fileprivate var fields: PageFields { ["claimedDomain": .text(domain), "redirectHost": .text(redirectHost)] }
}

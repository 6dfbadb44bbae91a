/// What surrounds every page of a tenant.
package struct PageFrame: Sendable {
    /// Where a user finds help. An address that is no `http`, `https` or mail address is not shown.
    package struct Support: Sendable {
        package var email: String?
        package var url: String?
        package init(email: String? = nil, url: String? = nil) { (self.email, self.url) = (email, url) }
    }

    /// The tenant's friendly name.
    package var tenantName: String
    /// `https` or a path of this host; without it the product's mark is shown.
    package var logoURL: String?
    package var support: Support
    /// BCP 47 tag of the texts on the page. The texts of this release are English.
    package var language: String

    package init(tenantName: String, logoURL: String? = nil, support: Support = Support(), language: String = "en") {
        (self.tenantName, self.logoURL) = (tenantName, logoURL)
        (self.support, self.language) = (support, language)
    }

    var fields: PageFields {
        [
            "tenantName": .text(tenantName),
            "language": .text(language.isEmpty ? "en" : language),
            "logo": .text(PageURL.checked(logoURL)),
            // The URL first: it leads to more than a mailbox does.
            "supportLink": .text(PageURL.checked(support.url) ?? PageURL.mail(to: support.email)),
            "stylesheet": .text(Assets.stylesheet.path),
            "script": .text(Assets.script.path),
            "icon": .text(Assets.icon.path),
        ]
    }
}

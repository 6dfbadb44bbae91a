import Mustache

/// Renders page models. Made once at start: the templates are parsed then, and rendering needs no lock.
package struct Pages: Sendable {
    /// The program was built without a template that a page names.
    package struct MissingTemplate: Error {
        package let name: String
    }

    private let templates: MustacheLibrary

    /// Parses the embedded templates.
    ///
    /// Throws when one is malformed or missing, so that a page cannot fail later.
    package init() throws {
        templates = try EmbeddedTemplates.parse()
        for template in PageTemplate.allCases where templates.getTemplate(named: template.rawValue) == nil {
            throw MissingTemplate(name: template.rawValue)
        }
    }

    /// The page as a complete HTML document in UTF-8. Answer it with `page.contentSecurityPolicy` and `Cache-Control: no-store`.
    package func render(_ page: some Page) -> String {
        let model = TemplateModel(fields: page.fields)
        // `init` has checked that every template exists.
        return templates.render(model, withTemplate: page.template.rawValue) ?? ""
    }
}

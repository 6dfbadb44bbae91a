import Mustache

/// The templates inside the executable.
enum EmbeddedTemplates {
    private static let suffix = ".mustache"

    /// Parses every embedded template; those that no page names are partials and layouts of the others.
    static func parse() throws -> MustacheLibrary {
        // The pragma in each template is resolved while it is parsed.
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        var templates: [String: MustacheTemplate] = [:]
        for file in EmbeddedFile.all where file.name.hasSuffix(suffix) {
            let name = String(file.name.dropLast(suffix.count))
            templates[name] = try MustacheTemplate(string: "{{% CONTENT_TYPE:\(HTMLEscaping.name)}}\n" + file.text)
        }
        return MustacheLibrary(templates: templates)
    }
}

import Mustache

/// `PageFields` as swift-mustache reads them: by name, without reflection.
///
/// A name that is absent here is looked up in the enclosing section, as Mustache does; so list items and parts use names
/// that their page does not use.
struct TemplateModel: MustacheParent {
    let fields: PageFields

    func child(named name: String) -> Any? {
        switch fields.values[name] {
        case .none: nil
        case .text(let text): text.flatMap { $0.isEmpty ? nil : $0 }
        case .flag(let flag): flag
        case .part(let part): part.map(TemplateModel.init)
        case .list(let items): items.map(TemplateModel.init)
        }
    }
}

/// The values of one page or of one part of it, by the names that its template uses.
///
/// The values are closed to four kinds, so that nothing is printed by accident: no optionals, no descriptions of types.
package struct PageFields: Sendable, ExpressibleByDictionaryLiteral {
    package enum Value: Sendable {
        /// Escaped by the template; absent when nil or empty.
        case text(String?)
        case flag(Bool)
        /// A section that is shown when there is something to show in it.
        case part(PageFields?)
        case list([PageFields])
    }

    private(set) var values: [String: Value]

    package init(dictionaryLiteral elements: (String, Value)...) {
        values = Dictionary(elements) { _, last in last }
    }

    /// These values and `others`; where both have a name, the other's counts.
    package func adding(_ others: PageFields) -> PageFields {
        var sum = self
        sum.values.merge(others.values) { _, other in other }
        return sum
    }
}

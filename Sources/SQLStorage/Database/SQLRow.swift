/// A row of an answer. Columns count from zero; the types are those of the schema.
package protocol SQLRow {
    func integer(_ column: Int) throws -> Int64?
    func text(_ column: Int) throws -> String?
    func blob(_ column: Int) throws -> [UInt8]?
}

/// Permits one inline script of one answer (CSP Level 3, section 2.3.1). Never used twice.
package struct ScriptNonce: Sendable, Hashable {
    /// Lower-case hexadecimal: safe in the header and in the attribute alike.
    package let value: String

    /// Of at least 16 random bytes.
    package init(randomBytes: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        value = String(decoding: randomBytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

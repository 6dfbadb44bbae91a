import OAuthProtocol
import Storage

// A sealed value takes two columns: the id of its master key, and its bytes.

extension TenantScope {
    /// The two columns of a secret, sealed for one row of a table; both null without one.
    func sealed(_ secret: SecretBytes?, for table: String, _ id: String) throws -> [SQLValue] {
        guard let secret else { return [.null, .null] }
        let value = try masterKeys.seal(secret, context: sealingContext(table, id))
        return [.text(value.keyID), .blob(value.bytes)]
    }

    func sealed(_ secret: SecretString?, for table: String, _ id: String) throws -> [SQLValue] {
        try sealed(secret.map { SecretBytes(Array($0.revealed.utf8)) }, for: table, id)
    }

    /// Reads the two columns and opens them. Throws `SealingError` when the value is not of this row.
    func opened(_ columns: inout ColumnReader, from table: String, _ id: String) throws -> SecretBytes? {
        guard let value = try Self.sealedValue(&columns) else { return nil }
        return try masterKeys.open(value, context: sealingContext(table, id))
    }

    func openedText(_ columns: inout ColumnReader, from table: String, _ id: String) throws -> SecretString? {
        try opened(&columns, from: table, id).map { SecretString(String(decoding: $0.revealed, as: UTF8.self)) }
    }

    /// Reads the two columns without opening them.
    static func sealedValue(_ columns: inout ColumnReader) throws -> SealedValue? {
        let (keyID, bytes) = (try columns.optionalText(), try columns.optionalBlob())
        guard let keyID, let bytes else { return nil }
        return SealedValue(keyID: keyID, bytes: bytes)
    }
}

extension TokenHash {
    /// Names the row in the context of a sealed value.
    var rowName: String { Base64URL.encode(bytes) }
}

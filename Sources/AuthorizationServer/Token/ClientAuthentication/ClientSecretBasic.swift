import OAuthProtocol

/// `Authorization: Basic` (RFC 6749 section 2.3.1, RFC 7617).
enum ClientSecretBasic {
    /// `nil` when the header is absent or of another scheme. The RFC form-encodes id and secret before base64, `curl -u` does
    /// not: the decoded reading comes first, the raw one second when it differs (contract 2.2, 24 row 32).
    static func readings(of authorization: String?) throws(OAuthError) -> [ClientCredentials]? {
        guard let authorization, let encoded = credentials(in: authorization) else { return nil }
        guard let bytes = Base64.decode(encoded), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let raw = reading(
                String(validating: bytes[..<colon], as: UTF8.self), String(validating: bytes[(colon + 1)...], as: UTF8.self))
        else { throw OAuthError(.invalidClient, WireText.unauthorized, auditReason: "unreadable Basic header") }
        let decoded = reading(PercentEncoding.decodeForm(bytes[..<colon]), PercentEncoding.decodeForm(bytes[(colon + 1)...]))
        guard let decoded, decoded != raw else { return [raw] }
        return [decoded, raw]
    }

    /// What follows the scheme `Basic`, which is compared without regard to case (RFC 9110 section 11.1).
    private static func credentials(in authorization: String) -> String? {
        let parts = authorization.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard let scheme = parts.first, scheme.map({ $0 | 0x20 }).elementsEqual("basic".utf8) else { return nil }
        guard parts.count == 2 else { return "" }
        return String(decoding: parts[1].filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }

    private static func reading(_ clientID: String?, _ secret: String?) -> ClientCredentials? {
        // No client id has control characters (RFC 6749 appendix A.1), and databases refuse the NUL among them.
        guard let clientID, let secret, !clientID.isEmpty, clientID.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        return ClientCredentials(clientID: clientID, secret: secret.isEmpty ? nil : SecretString(secret))
    }
}

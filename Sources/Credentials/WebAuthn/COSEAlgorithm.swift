/// The signature algorithms of credentials and attestations (RFC 9053 section 2, RFC 8812 section 2).
package enum COSEAlgorithm: Int64, Sendable, CaseIterable {
    case es256 = -7
    /// Ed25519 only.
    case edDSA = -8
    case es384 = -35
    case es512 = -36
    case rs256 = -257
}

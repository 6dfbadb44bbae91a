/// The attestation statement formats of WebAuthn section 8. `none` and `packed` are verified; of the others only the form is
/// checked, and what they claim is not believed.
package enum AttestationFormat: String, Sendable, CaseIterable {
    case none, packed, tpm, apple
    case androidKey = "android-key"
    case androidSafetyNet = "android-safetynet"
    case fidoU2F = "fido-u2f"

    enum MemberKind {
        case integer, bytes, text, certificates

        func accepts(_ value: CBOR) -> Bool {
            switch self {
            case .integer: value.integer != nil
            case .bytes: value.bytes != nil
            case .text: value.text != nil
            case .certificates: Certificates.read(value) != nil
            }
        }
    }

    /// What a statement must have; what it may have besides is not looked at, except by the two that are verified.
    var requiredMembers: [(name: CBORKey, kind: MemberKind)] {
        switch self {
        case .none: []
        case .packed: [("alg", .integer), ("sig", .bytes)]
        case .tpm:
            [
                ("ver", .text), ("alg", .integer), ("x5c", .certificates), ("sig", .bytes), ("certInfo", .bytes),
                ("pubArea", .bytes),
            ]
        case .androidKey: [("alg", .integer), ("sig", .bytes), ("x5c", .certificates)]
        case .androidSafetyNet: [("ver", .text), ("response", .bytes)]
        case .fidoU2F: [("sig", .bytes), ("x5c", .certificates)]
        case .apple: [("x5c", .certificates)]
        }
    }

    /// `x5c`: DER certificates, the leaf first.
    enum Certificates {
        private static let maximumCount = 8

        /// `nil` when there are none, too many, or something else among them.
        static func read(_ value: CBOR) -> [[UInt8]]? {
            guard let values = value.array, (1...maximumCount).contains(values.count) else { return nil }
            let certificates = values.compactMap(\.bytes)
            return certificates.count == values.count ? certificates : nil
        }
    }
}

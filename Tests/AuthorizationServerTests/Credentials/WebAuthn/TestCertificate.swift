import Credentials
import Crypto

/// An attestation certificate written by hand, so that each thing that it must be can be otherwise. Its own signature is empty:
/// nobody looks at it.
struct TestCertificate {
    var privateKey = P256.Signing.PrivateKey()
    /// As written: 2 is version 3; `nil` leaves it out, which means version 1.
    var version: UInt8? = 2
    var subject: [(type: UInt8, tag: UInt8, value: String)] = [
        (6, 0x13, "SE"), (10, 0x0C, "Keys AB"), (11, 0x0C, "Authenticator Attestation"), (3, 0x0C, "Keys AB 1"),
    ]
    /// The contents of BasicConstraints; `nil` leaves the extension out.
    var basicConstraints: [UInt8]? = []
    var aaguid: [UInt8]?
    var aaguidIsCritical = false
    var extraExtensions: [[UInt8]] = []

    static let aaguidIdentifier: [UInt8] = [0x2B, 6, 1, 4, 1, 0x82, 0xE5, 0x1C, 1, 1, 4]

    static func tlv(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        if count < 0x80 { return [tag, UInt8(count)] + contents }
        if count < 0x100 { return [tag, 0x81, UInt8(count)] + contents }
        return [tag, 0x82, UInt8(count >> 8), UInt8(count & 255)] + contents
    }

    static func certificateExtension(_ identifier: [UInt8], isCritical: Bool = false, _ value: [UInt8]) -> [UInt8] {
        tlv(0x30, tlv(0x06, identifier) + (isCritical ? [0x01, 0x01, 0xFF] : []) + tlv(0x04, value))
    }

    private var name: [UInt8] {
        Self.tlv(0x30, subject.flatMap { type, tag, value in
            Self.tlv(0x31, Self.tlv(0x30, Self.tlv(0x06, [0x55, 4, type]) + Self.tlv(tag, Array(value.utf8))))
        })
    }

    private var extensions: [UInt8] {
        var list = extraExtensions
        if let basicConstraints {
            list.append(Self.certificateExtension([0x55, 0x1D, 19], isCritical: true, Self.tlv(0x30, basicConstraints)))
        }
        if let aaguid {
            list.append(Self.certificateExtension(Self.aaguidIdentifier, isCritical: aaguidIsCritical, Self.tlv(0x04, aaguid)))
        }
        return list.isEmpty ? [] : Self.tlv(0xA3, Self.tlv(0x30, list.flatMap { $0 }))
    }

    var der: [UInt8] {
        let algorithm = Self.tlv(0x30, Self.tlv(0x06, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]))
        let validity = Self.tlv(0x30, Self.tlv(0x17, Array("240101000000Z".utf8)) + Self.tlv(0x17, Array("340101000000Z".utf8)))
        let head = (version.map { Self.tlv(0xA0, [2, 1, $0]) } ?? []) + [2, 1, 5] + algorithm + Self.tlv(0x30, []) + validity
        let fields = head + name + Array(privateKey.publicKey.derRepresentation) + extensions
        return Self.tlv(0x30, Self.tlv(0x30, fields) + algorithm + Self.tlv(0x03, [0]))
    }
}

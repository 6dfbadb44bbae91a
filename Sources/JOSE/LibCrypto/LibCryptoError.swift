import CLibCrypto

/// A libcrypto call that failed. The server's fault, never a client's: wrong input is refused before it gets there.
package struct LibCryptoError: Error, Sendable, CustomStringConvertible {
    package let operation: String
    /// libcrypto's packed library and reason code; it carries no key material.
    package let code: UInt

    package var description: String { "\(operation) failed with libcrypto error 0x\(String(code, radix: 16))" }

    /// Takes the oldest error of this thread and empties its queue, so that none is blamed for a later call.
    init(_ operation: String) {
        self.operation = operation
        code = UInt(ERR_get_error())
        ERR_clear_error()
    }
}

/// Throws unless libcrypto answered 1, its only success.
func check(_ result: Int32, _ operation: String) throws(LibCryptoError) {
    guard result == 1 else { throw LibCryptoError(operation) }
}

/// Throws when libcrypto answered with a null pointer.
func check<Pointer>(_ pointer: Pointer?, _ operation: String) throws(LibCryptoError) -> Pointer {
    guard let pointer else { throw LibCryptoError(operation) }
    return pointer
}

/// The DER that one of libcrypto's `i2d_…` functions writes: called once for the length and once for the bytes, so that
/// they are never in memory that libcrypto allocated.
func derBytes(
    _ operation: String, _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
) throws(LibCryptoError) -> [UInt8] {
    let count = write(nil)
    guard count > 0 else { throw LibCryptoError(operation) }
    var written: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
        var cursor = buffer.baseAddress
        written = write(&cursor)
        initialized = written == count ? Int(count) : 0
    }
    guard written == count else { throw LibCryptoError(operation) }
    return bytes
}

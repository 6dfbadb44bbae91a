/// A cursor over DER (X.690): definite lengths in their shortest form, one-byte tags. What is not of that form ends the reading.
struct DERReader {
    enum Tag: UInt8 {
        case boolean = 0x01
        case integer = 0x02
        case bitString = 0x03
        case octetString = 0x04
        case objectIdentifier = 0x06
        case utf8String = 0x0C
        case printableString = 0x13
        case sequence = 0x30
        case set = 0x31
        /// Explicit tags of a certificate's `version` and `extensions`.
        case context0 = 0xA0
        case context3 = 0xA3
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }
    var nextTag: Tag? { rest.first.flatMap(Tag.init) }

    /// The contents of the next element, if it has this tag.
    mutating func next(_ tag: Tag) -> ArraySlice<UInt8>? { nextTag == tag ? next()?.contents : nil }

    /// A reader of the contents of the next element, if it has this tag.
    mutating func enter(_ tag: Tag) -> DERReader? { next(tag).map(DERReader.init) }

    /// The next element, whatever its tag; `whole` includes tag and length.
    mutating func next() -> (contents: ArraySlice<UInt8>, whole: ArraySlice<UInt8>)? {
        guard let tag = rest.first, tag & 31 != 31, let (length, lengthSize) = length(rest.dropFirst()) else { return nil }
        let headSize = 1 + lengthSize
        guard length <= rest.count - headSize else { return nil }
        let whole = rest.prefix(headSize + length)
        rest = rest.dropFirst(headSize + length)
        return (whole.dropFirst(headSize), whole)
    }

    private func length(_ bytes: ArraySlice<UInt8>) -> (length: Int, size: Int)? {
        guard let first = bytes.first else { return nil }
        guard first >= 0x80 else { return (Int(first), 1) }
        let count = Int(first & 0x7F)
        let digits = bytes.dropFirst().prefix(count)
        guard (1...3).contains(count), digits.count == count, digits.first != 0 else { return nil }
        let length = digits.reduce(0) { $0 << 8 | Int($1) }
        return length >= 0x80 ? (length, 1 + count) : nil
    }
}

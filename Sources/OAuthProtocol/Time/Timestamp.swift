/// An instant of wall time in whole milliseconds since the UNIX epoch.
///
/// Tokens carry `seconds` (RFC 7519 `NumericDate`); records keep milliseconds so that a leeway of seconds is exact.
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }
    /// The greatest or least instant there is where `seconds` is beyond it: a claim may hold any number.
    package init(seconds: Int64) {
        let (milliseconds, isBeyond) = seconds.multipliedReportingOverflow(by: 1000)
        self.milliseconds = isBeyond ? (seconds < 0 ? .min : .max) : milliseconds
    }

    /// Whole seconds since the epoch, rounded towards the past.
    package var seconds: Int64 { milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
    /// Ends at the greatest instant there is: an absurd lifetime in a setting must not stop the process.
    package static func + (left: Timestamp, right: Lifetime) -> Timestamp {
        let (span, tooLong) = right.seconds.multipliedReportingOverflow(by: 1000)
        let (sum, tooLate) = left.milliseconds.addingReportingOverflow(span)
        guard tooLong || tooLate else { return Timestamp(milliseconds: sum) }
        return Timestamp(milliseconds: right.seconds < 0 ? .min : .max)
    }
    package static func - (left: Timestamp, right: Lifetime) -> Timestamp {
        let (span, tooLong) = right.seconds.multipliedReportingOverflow(by: 1000)
        let (difference, tooLate) = left.milliseconds.subtractingReportingOverflow(span)
        guard tooLong || tooLate else { return Timestamp(milliseconds: difference) }
        return Timestamp(milliseconds: right.seconds < 0 ? .max : .min)
    }
}

/// A length of time in whole seconds, as every lifetime setting of the contract is.
package struct Lifetime: Hashable, Comparable, Sendable, Codable, ExpressibleByIntegerLiteral {
    package var seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }
    package init(integerLiteral value: Int64) { seconds = value }
    package init(from decoder: any Decoder) throws { seconds = try decoder.singleValueContainer().decode(Int64.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    package static func < (left: Lifetime, right: Lifetime) -> Bool { left.seconds < right.seconds }
    package static func minutes(_ count: Int64) -> Lifetime { Lifetime(seconds: count * 60) }
    package static func hours(_ count: Int64) -> Lifetime { Lifetime(seconds: count * 3600) }
    package static func days(_ count: Int64) -> Lifetime { Lifetime(seconds: count * 86_400) }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Timestamp {
    /// `2025-08-14T16:29:34.448Z`, the form in which Auth0 writes dates (contract 9.4).
    package var iso8601: String {
        var days = milliseconds / 86_400_000
        var rest = milliseconds % 86_400_000
        if rest < 0 { rest += 86_400_000; days -= 1 }
        let (year, month, day) = Timestamp.civil(days: days)
        let time = [(rest / 3_600_000, 2), (rest / 60_000 % 60, 2), (rest / 1000 % 60, 2)]
        let clock = time.map { Timestamp.padded($0.0, $0.1) }.joined(separator: ":")
        return "\(Timestamp.padded(year, 4))-\(Timestamp.padded(month, 2))-\(Timestamp.padded(day, 2))T\(clock).\(Timestamp.padded(rest % 1000, 3))Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Proleptic Gregorian date of a day number, counted in 400-year eras that begin on 1 March.
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

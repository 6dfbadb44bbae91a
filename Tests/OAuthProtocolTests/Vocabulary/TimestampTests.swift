import OAuthProtocol
import Testing

@Suite struct TimestampTests {
    @Test(
        "Known instants have their known dates",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1_755_188_974_448, "2025-08-14T16:29:34.448Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
            (2_147_483_648_000, "2038-01-19T03:14:08.000Z"), (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
        ] as [(Int64, String)])
    func iso8601(milliseconds: Int64, expected: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == expected)
    }

    @Test(
        "Seconds round towards the past on both sides of the epoch",
        arguments: [(0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2)] as [(Int64, Int64)])
    func seconds(milliseconds: Int64, expected: Int64) { #expect(Timestamp(milliseconds: milliseconds).seconds == expected) }

    @Test(
        "Seconds beyond all time are the first or the last instant, and those have seconds",
        arguments: [(.max, .max), (.min, .min), (9_223_372_036_854_776, .max)] as [(Int64, Int64)])
    func beyondTime(seconds: Int64, milliseconds: Int64) {
        let instant = Timestamp(seconds: seconds)
        #expect(instant.milliseconds == milliseconds)
        #expect(instant.seconds == (milliseconds < 0 ? -9_223_372_036_854_776 : 9_223_372_036_854_775))
    }

    @Test("Lifetimes add and subtract whole seconds and keep the milliseconds")
    func arithmetic() {
        let start = Timestamp(milliseconds: 1500)
        #expect((start + .hours(1)).milliseconds == 3_601_500)
        #expect(start + .days(2) - .minutes(2880) == start)
        #expect(start < start + Lifetime(seconds: 1))
    }

    @Test("a lifetime beyond all time ends at the last instant, or the first", arguments: [Int64.max, Int64.max / 1000])
    func saturates(seconds: Int64) {
        let (now, long, back) = (Timestamp(seconds: 1_755_188_974), Lifetime(seconds: seconds), Lifetime(seconds: -seconds))
        #expect((now + long).milliseconds == .max)
        #expect((now - back).milliseconds == .max)
        let before = Timestamp(seconds: -1_755_188_974)
        #expect((before - long).milliseconds == .min)
        #expect((before + back).milliseconds == .min)
    }
}

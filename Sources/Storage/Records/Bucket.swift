package import OAuthProtocol

/// A token bucket: `capacity` at once, then `refillAmount` more each `refillInterval`.
package struct Bucket: Sendable, Codable, Equatable {
    package var capacity: Int
    package var refillInterval: Lifetime
    package var refillAmount = 1

    package init(capacity: Int, refillInterval: Lifetime, refillAmount: Int = 1) {
        (self.capacity, self.refillInterval, self.refillAmount) = (capacity, refillInterval, refillAmount)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        capacity = try container.decode(Int.self, forKey: .capacity)
        refillInterval = try container.decode(Lifetime.self, forKey: .refillInterval)
        refillAmount = try container.decodeIfPresent(Int.self, forKey: .refillAmount) ?? 1
    }

    /// How long `count` tokens take to come back, at least a millisecond; 0 for a bucket that never empties.
    package func milliseconds(for count: Int) -> Int64 {
        guard refillInterval.seconds > 0 else { return 0 }
        return max(1, Int64(count) * refillInterval.seconds * 1000 / Int64(max(1, refillAmount)))
    }

    /// How many tokens come back in a time.
    package func tokens(in milliseconds: Int64) -> Int {
        guard refillInterval.seconds > 0 else { return capacity }
        return Int(milliseconds * Int64(max(1, refillAmount)) / (refillInterval.seconds * 1000))
    }
}

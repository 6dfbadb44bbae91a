package import AuthorizationServer
package import OAuthProtocol

/// Argon2id on a bounded pool of its own, sized by memory (architecture section 7). Checks imported bcrypt hashes too.
package struct Argon2PasswordHasher: PasswordHasher {
    private let cost: Argon2Parameters
    private let randomness: Randomness
    private let pool: HashingPool
    /// Runs on the pool's thread before each computation; tests hold it there.
    private let beforeWork: @Sendable () -> Void

    /// How much may run and wait at once.
    package struct Limits: Sendable, Equatable {
        /// Computations at once; each takes the memory of its parameters.
        package var threads: Int
        /// Calls that may wait for a thread. Further ones are refused.
        package var queue: Int

        package init(threads: Int, queue: Int = 64) { (self.threads, self.queue) = (threads, queue) }

        /// As many threads as there are cores, but no more than fit into `memory` MiB.
        package static func fitting(memory: Int, cores: Int, _ cost: Argon2Parameters) -> Limits {
            Limits(threads: max(1, min(cores, memory * 1024 / max(1, Int(cost.memory)))))
        }
    }

    package init(
        _ cost: Argon2Parameters = Argon2Parameters(), limits: Limits, randomness: Randomness = .system,
        beforeWork: @escaping @Sendable () -> Void = {}
    ) {
        (self.cost, self.randomness, self.beforeWork) = (cost, randomness, beforeWork)
        pool = HashingPool(threads: limits.threads, queueLimit: limits.queue)
    }

    /// Calls that run or wait at this moment.
    package var load: Int { pool.load }

    /// Ends the pool's threads. Nothing may be asked afterwards.
    package func shutDown() async throws { try await pool.shutDown() }

    /// Throws `OAuthError(.invalidRequest)` for a password with a NUL, which other systems would cut short, and
    /// `.tooManyRequests` when the queue is full.
    package func hash(_ password: SecretString) async throws -> SecretString {
        let bytes = Array(password.revealed.utf8)
        if bytes.contains(0) { throw OAuthError(.invalidRequest, WireText.malformedParameter("password")) }
        let salt = randomness.bytes(16)
        return try await pool.run { [cost, beforeWork] in
            beforeWork()
            return try Self.withWiped(bytes) { SecretString(try Argon2.hash($0, salt: salt, cost)) }
        }
    }

    /// Without a hash, with one that nobody can read, and for a password that no hash can have, an Argon2id hash is
    /// computed and the answer is `.wrong`: time does not tell which. Throws `OAuthError(.tooManyRequests)` when the
    /// queue is full.
    package func verify(_ password: SecretString, against hash: SecretString?) async throws -> PasswordVerdict {
        let bytes = Array(password.revealed.utf8)
        return try await pool.run { [cost, beforeWork] in
            beforeWork()
            return try Self.withWiped(bytes) { try Self.verdict($0, hash?.revealed, cost) }
        }
    }

    private static func verdict(_ password: [UInt8], _ hash: String?, _ cost: Argon2Parameters) throws -> PasswordVerdict {
        switch hash.map(StoredPasswordHash.init) {
        case .argon2(let encoded, let text) where !password.contains(0):
            guard try Argon2.verify(password, against: text, encoded.variant) else { return .wrong }
            return encoded.isOutdated(beside: cost) ? .correctButOutdated : .correct
        case .bcrypt(let text) where password.count <= Bcrypt.maximumPasswordBytes && !password.contains(0):
            return Bcrypt.verify(password, against: text) ? .correctButOutdated : .wrong
        case .argon2, .bcrypt, .unreadable, nil:
            // The dummy: same function and cost, a salt that no real hash has.
            _ = try Argon2.hash(password, salt: Array(repeating: 0, count: 16), cost)
            return .wrong
        }
    }

    private static func withWiped<Result>(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Result) rethrows -> Result {
        var copy = bytes
        defer { copy.withUnsafeMutableBytes { wipe($0) } }
        return try body(copy)
    }
}

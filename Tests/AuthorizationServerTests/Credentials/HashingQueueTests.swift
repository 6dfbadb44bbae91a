import AuthorizationServer
import Credentials
import Dispatch
import OAuthProtocol
import Testing

@Suite struct HashingQueueTests {
    @Test("what neither runs nor fits into the queue is refused at once, with a time to come back, and nothing else is lost")
    func overflow() async throws {
        let gate = DispatchSemaphore(value: 0)
        let hasher = Argon2PasswordHasher(
            Argon2Parameters(memory: 64, passes: 1, lanes: 1), limits: .init(threads: 1, queue: 2), beforeWork: { gate.wait() })

        let admitted = (0..<3).map { number in Task { try await hasher.hash(SecretString("password \(number)")) } }
        while hasher.load < 3 { await Task.yield() }

        await #expect { try await hasher.hash(SecretString("one too many")) } throws: { error in
            guard let error = error as? OAuthError else { return false }
            return error.kind == .tooManyRequests && error.description == WireText.tooManyRequests && error.retryAfter == 1
        }
        await #expect { try await hasher.verify(SecretString("x"), against: nil) } throws: {
            ($0 as? OAuthError)?.kind == .tooManyRequests
        }
        #expect(hasher.load == 3)

        for _ in 0..<3 { gate.signal() }
        for task in admitted { #expect(try await task.value.revealed.hasPrefix("$argon2id$")) }
        #expect(hasher.load == 0)

        gate.signal()
        _ = try await hasher.hash(SecretString("there is room again"))
        try await hasher.shutDown()
    }

    @Test("a caller that gives up while it waits leaves the queue")
    func cancellation() async throws {
        let gate = DispatchSemaphore(value: 0)
        let hasher = Argon2PasswordHasher(
            Argon2Parameters(memory: 64, passes: 1, lanes: 1), limits: .init(threads: 1, queue: 1), beforeWork: { gate.wait() })
        let running = Task { try await hasher.hash(SecretString("runs")) }
        while hasher.load < 1 { await Task.yield() }
        let waiting = Task { try await hasher.hash(SecretString("waits")) }
        while hasher.load < 2 { await Task.yield() }

        waiting.cancel()
        gate.signal()
        gate.signal()
        _ = try await running.value
        _ = await waiting.result
        #expect(hasher.load == 0)
        try await hasher.shutDown()
    }

    @Test("the number of threads follows from memory and cores, and is at least one", arguments: [
        (64, 8, 3), (96, 2, 2), (8, 4, 1), (1024, 16, 16),
    ])
    func fitting(memory: Int, cores: Int, threads: Int) {
        #expect(Argon2PasswordHasher.Limits.fitting(memory: memory, cores: cores, Argon2Parameters()).threads == threads)
    }
}

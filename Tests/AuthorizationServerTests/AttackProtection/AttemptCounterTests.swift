import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct AttemptCounterTests {
    private let subject = AttemptSubject(connection: "db", account: "a@b.test", address: "192.0.2.1")

    @Test("no two counters share a key, and each key depends on exactly what the counter counts", arguments: AttemptCounter.allCases)
    func keys(_ counter: AttemptCounter) {
        let key = counter.key(for: subject)
        let others = AttemptCounter.allCases.filter { $0 != counter }.map { $0.key(for: subject) }
        #expect(!others.contains(key))
        let otherAccount = AttemptSubject(connection: "db", account: "c@b.test", address: "192.0.2.1")
        let otherConnection = AttemptSubject(connection: "db2", account: "a@b.test", address: "192.0.2.1")
        let otherAddress = AttemptSubject(connection: "db", account: "a@b.test", address: "192.0.2.2")
        #expect((counter.key(for: otherAccount) != key) == counter.scope.account)
        #expect((counter.key(for: otherConnection) != key) == counter.scope.account)
        #expect((counter.key(for: otherAddress) != key) == counter.scope.address)
        #expect(counter.scope.account || counter.scope.address)
        #expect(counter.bucket(in: TenantSettings()).capacity > 0)
    }

    @Test("parts cannot be shifted into one another")
    func noConfusion() {
        let one = AttemptSubject(connection: "a", account: "b1:c", address: "d")
        let two = AttemptSubject(connection: "ab", account: "1:c", address: "d")
        for counter in AttemptCounter.allCases where counter.scope.account { #expect(counter.key(for: one) != counter.key(for: two)) }
    }

    @Test("spelling an account differently gains nothing", arguments: ["A@B.TEST", " a@b.test ", "\ta@b.test\r\n"])
    func spelling(_ account: String) {
        #expect(AttemptSubject(connection: "db", account: account, address: "192.0.2.1") == subject)
    }

    @Test("an IPv6 customer is one guesser, two customers are two", arguments: [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true),
        ("2001:DB8:1:2::1", "2001:db8:1:2::2%eth0", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false),
        ("::1", "::2", true),
    ])
    func networks(_ left: String, _ right: String, _ same: Bool) {
        #expect((AttemptSubject(address: left) == AttemptSubject(address: right)) == same)
    }
}

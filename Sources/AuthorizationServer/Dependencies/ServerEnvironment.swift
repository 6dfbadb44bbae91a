package import OAuthProtocol
package import Storage

/// What the engine asks of the edges; one value for the whole process, made by the composition root.
package struct ServerEnvironment: Sendable {
    package var randomness: Randomness
    package var passwordHasher: any PasswordHasher
    package var mailer: any Mailer
    package var masterKeys: MasterKeyRing
    package var signingKeys: SigningKeyCache
    package var connections: ConnectionTable
    package var outbound: any OutboundFetcher
    package var textMessenger: any TextMessenger
    package var webAuthn: any WebAuthnVerifier
    package var timeBasedCodes: any TimeBasedCodes
    /// What was fetched from clients and trusted issuers: keys and metadata documents.
    package var remoteDocuments: RemoteDocuments
    /// The clock, for the age of what is cached across requests and nothing else: a request carries its own instant.
    package var now: @Sendable () -> Timestamp
    /// Waits, for whoever looks again until another node is done. In tests it need not take time.
    package var pause: @Sendable (Duration) async -> Void = { _ in await Task.yield() }
    /// Wakes the delivery of messages to clients; told after every commit that stored one.
    package var deliveryWake = DeliveryWake()

    package init(
        randomness: Randomness, passwordHasher: any PasswordHasher, masterKeys: MasterKeyRing, connections: ConnectionTable,
        outside: Outside
    ) {
        (self.randomness, self.passwordHasher, self.masterKeys) = (randomness, passwordHasher, masterKeys)
        (self.connections, mailer, textMessenger) = (connections, outside.mailer, outside.textMessenger)
        (outbound, webAuthn, timeBasedCodes) = (outside.outbound, outside.webAuthn, outside.timeBasedCodes)
        now = outside.now
        signingKeys = SigningKeyCache()
        remoteDocuments = RemoteDocuments()
    }

    /// What the engine is given to reach and check the world beyond passwords.
    package struct Outside: Sendable {
        package var mailer: any Mailer
        package var textMessenger: any TextMessenger
        package var outbound: any OutboundFetcher
        package var webAuthn: any WebAuthnVerifier
        package var timeBasedCodes: any TimeBasedCodes
        package var now: @Sendable () -> Timestamp

        package init(
            messages: (mailer: any Mailer, texts: any TextMessenger), outbound: any OutboundFetcher,
            webAuthn: any WebAuthnVerifier, timeBasedCodes: any TimeBasedCodes, now: @escaping @Sendable () -> Timestamp
        ) {
            (mailer, textMessenger) = messages
            (self.outbound, self.now) = (outbound, now)
            (self.webAuthn, self.timeBasedCodes) = (webAuthn, timeBasedCodes)
        }
    }
}

/// Everything that answering a request of one tenant needs. Endpoints are made from it.
package struct TenantContext: Sendable {
    package var tenant: Tenant
    package var stores: Stores
    package var environment: ServerEnvironment
    /// Whether the server's configuration makes a host, with its port where it has one, an address of this tenant.
    package var isConfiguredHost: @Sendable (String) -> Bool = { _ in false }

    package init(tenant: Tenant, stores: Stores, environment: ServerEnvironment) {
        (self.tenant, self.stores, self.environment) = (tenant, stores, environment)
    }

    /// Whether requests to a host are for this tenant: it is configured, or one of the tenant's custom domains.
    package func isHost(_ host: String) -> Bool {
        tenant.customDomains.contains(where: host.isExactly) || isConfiguredHost(host)
    }

    package var settings: TenantSettings { tenant.settings }

    /// The profile that judges and answers a client: its own, else the tenant's default.
    package func profile(of client: Client?) -> WireProfile { client?.wireProfile ?? settings.defaultWireProfile }

    /// The client of an id: a record, or what a client ID metadata document describes (when the tenant allows those), with the
    /// grants that count. `nil` when there is none. Throws `temporarilyUnavailable` when a document cannot be had now, and what
    /// the stores throw.
    package func client(_ clientID: String) async throws -> Client? {
        if ClientMetadataDocument.isName(clientID) { return try await ClientMetadataDocument(self).client(clientID) }
        guard var client = try await stores.clients.find(clientID), client.clientID.isExactly(clientID) else { return nil }
        client.grantTypes = GrantEligibility(settings.registration).usable(of: client)
        return client
    }

    /// The same where it is possible to do without: `nil` also when a document cannot be had now.
    package func clientIfAvailable(_ clientID: String) async throws -> Client? {
        do { return try await client(clientID) } catch is OAuthError { return nil }
    }
}

/// Random bytes: the system's generator in production, a counter in tests.
package struct Randomness: Sendable {
    package var bytes: @Sendable (_ count: Int) -> [UInt8]

    package init(bytes: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.bytes = bytes }

    package static let system = Randomness { count in
        var generator = SystemRandomNumberGenerator()
        var result: [UInt8] = []
        result.reserveCapacity(count + 7)
        while result.count < count {
            withUnsafeBytes(of: generator.next()) { result.append(contentsOf: $0) }
        }
        return Array(result.prefix(count))
    }

    /// `count` characters, each drawn evenly from `[A-Za-z0-9]`.
    package func alphanumeric(_ count: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var result: [UInt8] = []
        while result.count < count {
            // 248 is the largest multiple of 62 in a byte: rejecting the rest keeps every character equally likely.
            for byte in bytes(count) where byte < 248 && result.count < count { result.append(alphabet[Int(byte) % 62]) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `count` lower-case hexadecimal digits.
    package func hexadecimal(_ count: Int) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let result = bytes((count + 1) / 2).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: result.prefix(count), as: UTF8.self)
    }
}

/// Hashes and checks passwords on a bounded pool (architecture section 7).
package protocol PasswordHasher: Sendable {
    /// An encoded Argon2id hash. Throws `OAuthError(.tooManyRequests)` when the queue is full.
    func hash(_ password: SecretString) async throws -> SecretString
    /// Checks a password. Without a hash (unknown user) it does the same work and answers `.wrong`.
    /// Throws `OAuthError(.tooManyRequests)` when the queue is full.
    func verify(_ password: SecretString, against hash: SecretString?) async throws -> PasswordVerdict
}

package enum PasswordVerdict: Sendable, Equatable {
    case correct
    /// Correct, but made with weaker parameters or another function: hash it again.
    case correctButOutdated
    case wrong
}

/// Delivers mail. Here: to the developer's inbox on disk.
package protocol Mailer: Sendable {
    func send(_ message: MailMessage) async throws
}

package struct MailMessage: Sendable, Equatable {
    package var to: String
    package var subject: String
    /// Plain text; links come from configured domains only.
    package var text: String
    package init(to: String, subject: String, text: String) { (self.to, self.subject, self.text) = (to, subject, text) }
}

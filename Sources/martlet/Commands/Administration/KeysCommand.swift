import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The signing keys of a tenant: current, next (published ahead) and previous.",
        subcommands: [ListKeys.self, RotateKeys.self, RevokeKey.self])
}

struct ListKeys: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List signing keys, newest first.")
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let keys = try await session.stores.signingKeys.list()
        if output.json { return Terminal.show(.array(keys.map { .object(Self.json($0)) })) }
        let rows = keys.map { [$0.kid, $0.state.rawValue, $0.algorithm, $0.createdAt.iso8601] }
        let nothing = "no keys yet: the first token makes them"
        RecordOutput.table(["kid", "state", "alg", "created"], rows, nothing: nothing).forEach(Terminal.say)
    }

    static func json(_ key: SigningKeyRecord) -> JSONObject {
        [
            "kid": .string(key.kid), "state": .string(key.state.rawValue), "current": .bool(key.state == .current),
            "next": .bool(key.state == .next), "previous": .bool(key.state == .previous),
            "revoked": .bool(key.state == .revoked), "alg": .string(key.algorithm),
            "created_at": .string(key.createdAt.iso8601), "updated_at": .string(key.updatedAt.iso8601),
            "certificate": .string(Base64.encode(key.certificate)),
        ]
    }
}

struct RotateKeys: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Sign with the next key from now on.",
        discussion: "The current key becomes the previous one and still verifies; an older previous key is revoked.")
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let host = session.context.tenant.customDomains.first ?? session.context.tenant.id.rawValue
        guard try await KeyRotation(session.context).rotate(host: host, now: session.now) else {
            throw CommandFailure("another process rotated the keys at the same moment; nothing was changed by this one")
        }
        let current = try await session.stores.signingKeys.list().first { $0.state == .current }?.kid ?? ""
        try await session.record("Rotate signing keys", target: current)
        output.confirm("current", current)
    }
}

struct RevokeKey: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse tokens signed with the previous key, and erase it.")
    @Argument(help: "The key's id.") var kid: String
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        guard let key = try await session.stores.signingKeys.list().first(where: { $0.kid == kid }) else {
            throw CommandFailure("there is no key \"\(kid)\"; see: martlet keys list")
        }
        guard try await KeyRotation(session.context).revoke(kid, now: session.now) else {
            throw CommandFailure("\(kid) is \(key.state.rawValue); only a previous key can be revoked, so rotate first")
        }
        try await session.record("Revoke a signing key", target: kid)
        output.confirm("revoked", kid)
    }
}

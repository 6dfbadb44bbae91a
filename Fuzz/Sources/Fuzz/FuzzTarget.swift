import Glibc

/// Something that reads bytes of strangers, and what must be true of it whatever the bytes are.
struct FuzzTarget: Sendable {
    let name: String
    let run: @Sendable ([UInt8]) -> Void

    /// One line each; corpora are in `Fuzz/corpus/NAME`.
    static let all: [FuzzTarget] = [
        FuzzTarget(name: "parameters", run: ParametersTarget.run),
        FuzzTarget(name: "redirects", run: RedirectsTarget.run),
        FuzzTarget(name: "jws", run: JWSTarget.run),
        FuzzTarget(name: "jwe", run: JWETarget.run),
        FuzzTarget(name: "keys", run: KeysTarget.run),
        FuzzTarget(name: "dpop", run: DPoPTarget.run),
        FuzzTarget(name: "requests", run: RequestsTarget.run),
        FuzzTarget(name: "webauthn", run: WebAuthnTarget.run),
        FuzzTarget(name: "headers", run: HeadersTarget.run),
    ]
}

/// Ends the process when a rule is broken, so that libFuzzer keeps the input.
func expect(_ condition: Bool, _ rule: StaticString) {
    guard !condition else { return }
    complain("broken rule: \(rule)")
    abort()
}

/// A line on standard error.
func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

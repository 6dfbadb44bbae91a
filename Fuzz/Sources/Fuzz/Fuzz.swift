import CLibFuzzer
import Glibc

/// `Fuzz --target=NAME [libFuzzer's arguments]` feeds one target until libFuzzer is told to end or something is wrong;
/// `Fuzz --list` names the targets. libFuzzer passes arguments that begin with two dashes on to the processes it starts.
@main
enum Fuzz {
    /// The target of this process.
    static let target: FuzzTarget? = {
        let name = CommandLine.arguments.compactMap { $0.hasPrefix("--target=") ? $0.dropFirst(9) : nil }.first
        return FuzzTarget.all.first { $0.name == name ?? "" }
    }()

    static func main() {
        if CommandLine.arguments.contains("--list") {
            for target in FuzzTarget.all { puts(target.name) }
            return
        }
        guard target != nil else {
            complain("usage: Fuzz --target=NAME [libFuzzer arguments]; Fuzz --list names the targets")
            exit(2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &arguments, feedTarget))
    }
}

/// What libFuzzer calls. Its own `main`, which is linked in but not started, wants it under this name.
@_cdecl("LLVMFuzzerTestOneInput")
func feedTarget(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target?.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// What a host name in a URL means for redirects.
enum HostName {
    /// `localhost`, names under it, 127.0.0.0/8 in four plain decimal numbers, and `[::1]` (RFC 6761 section 6.3,
    /// RFC 8252 section 7.3). Any other spelling is not loopback, even one that some resolver would take there.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || isLoopbackIPv4(host)
    }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].elementsEqual("127".utf8) else { return false }
        return parts.allSatisfy { part in
            let isPlain = part.allSatisfy(ASCII.isDigit) && (part.count == 1 || part.first != UInt8(ascii: "0"))
            return isPlain && (1...3).contains(part.count) && (UInt8(Substring(part)) != nil)
        }
    }

    /// Whether `host` is what a registered host stands for: the same name, or one label in the place of a `*`
    /// (contract 2.4). A placeholder elsewhere than in the left-most label, a second one, or one directly under a public
    /// suffix matches nothing. Both names are lower case.
    static func matches(_ host: String, registered: String) -> Bool {
        guard registered.utf8.contains(UInt8(ascii: "*")) else { return host.isExactly(registered) }
        guard let (pattern, domain) = leftmostLabel(registered), let (label, hostDomain) = leftmostLabel(host),
            hostDomain.elementsEqual(domain), allowsPlaceholder(under: domain)
        else { return false }
        let fixed = pattern.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        // One more byte than the fixed text: a placeholder never stands for nothing.
        return fixed.count == 2 && label.count > fixed[0].count + fixed[1].count
            && label.starts(with: fixed[0]) && label.reversed().starts(with: fixed[1].reversed())
    }

    private static func leftmostLabel(_ host: String) -> (Substring.UTF8View, Substring.UTF8View)? {
        guard let dot = host.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        return (host[..<dot].utf8, host[host.utf8.index(after: dot)...].utf8)
    }

    /// Second-level labels under which registries of country domains sell names.
    private static let registryLabels: Set<String> = ["ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"]

    private static func allowsPlaceholder(under domain: Substring.UTF8View) -> Bool {
        let labels = String(Substring(domain)).split(separator: ".", omittingEmptySubsequences: false)
        guard !domain.contains(UInt8(ascii: "*")), !labels.contains("") else { return false }
        guard let top = labels.last, !top.utf8.allSatisfy(ASCII.isDigit) else { return false }
        if labels.count == 1 { return top == "localhost" }
        return !(labels.count == 2 && top.utf8.count == 2 && registryLabels.contains(String(labels[0])))
    }
}

import OAuthProtocol
import Testing

@Suite struct RedirectURIMatchingTests {
    private func matches(_ sent: String, _ registered: String) throws -> Bool {
        try #require(RedirectURI(sent)).matches(registered: registered)
    }

    @Test(
        "A URI matches its entry, regardless of the case of scheme and host, a lone slash and fragments",
        arguments: [
            ("https://a.b/cb", "https://a.b/cb"), ("HTTPS://A.B/cb", "https://a.b/cb"), ("https://a.b/cb", "Https://A.b/cb"),
            ("https://a.b", "https://a.b/"), ("https://a.b/", "https://a.b"), ("https://a.b:8443", "https://a.b:8443/"),
            ("https://a.b?x=1", "https://a.b/?x=1"), ("https://a.b/cb?x=1&y=2", "https://a.b/cb?x=1&y=2"),
            ("https://a.b/cb#frag", "https://a.b/cb"), ("https://a.b/", "https://a.b/#/cb"),
            ("Com.Example.App:/cb", "com.example.app:/cb"),
            ("http://[::1]:3000/cb", "http://[::1]:3000/cb"), ("http://localhost:3000/cb", "http://localhost:3000/cb"),
        ])
    func equal(sent: String, registered: String) throws { #expect(try matches(sent, registered)) }

    @Test(
        "Any other difference is a mismatch",
        arguments: [
            ("https://a.b/cb", "http://a.b/cb"), ("https://a.b/cb", "https://a.b/CB"), ("https://a.b/cb/", "https://a.b/cb"),
            ("https://a.b/cb", "https://a.b/cb/"), ("https://a.b/cb/../admin", "https://a.b/admin"),
            ("https://a.b/cb/..", "https://a.b/"),
            ("https://a.b/cb/%2e%2e/x", "https://a.b/x"), ("https://a.b/cb%2F", "https://a.b/cb/"),
            ("https://a.b/%63b", "https://a.b/cb"),
            ("https://a.b//cb", "https://a.b/cb"), ("https://a.b/./cb", "https://a.b/cb"), ("https://a.b/cb;x", "https://a.b/cb"),
            ("https://a.b/cb?", "https://a.b/cb"), ("https://a.b/cb?x=1", "https://a.b/cb"),
            ("https://a.b/cb", "https://a.b/cb?x=1"),
            ("https://a.b/cb?x=1&y=2", "https://a.b/cb?y=2&x=1"), ("https://a.b/cb?X=1", "https://a.b/cb?x=1"),
            ("https://a.b./cb", "https://a.b/cb"),
            ("https://a.b:443/cb", "https://a.b/cb"), ("https://a.b:8443/cb", "https://a.b/cb"),
            ("https://a.b.evil.com/cb", "https://a.b/cb"),
            ("https://evil.com/https://a.b/cb", "https://a.b/cb"), ("https://xa.b/cb", "https://a.b/cb"),
            ("https://c.a.b/cb", "https://a.b/cb"),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb"), ("http://localhost/cb", "http://127.0.0.1/cb"),
            ("app:/cb", "app://cb"),
            ("app://cb", "app://cb/"), ("com.example.app.evil:/cb", "com.example.app:/cb"), ("http://[::1]/", "http://[0::1]/"),
        ])
    func different(sent: String, registered: String) throws { #expect(try !matches(sent, registered)) }

    @Test(
        "An entry that is itself no URI matches nothing",
        arguments: [
            "", "*", "https://*", "https://", "/cb", "a.b/cb", "https://user@a.b/cb", "https://{organization_name}.a.b/cb",
            "https://a.b /cb",
        ])
    func brokenEntries(registered: String) throws {
        #expect(try !matches("https://a.b/cb", registered))
        #expect(try !matches("https://x.a.b/cb", registered))
    }

    @Test("For /v2/logout neither query counts, everything else does (contract 2.5)")
    func ignoringQuery() throws {
        let uri = try #require(RedirectURI("https://a.b/out?from=x#y"))
        #expect(uri.matchesIgnoringQuery(registered: "https://a.b/out"))
        #expect(uri.matchesIgnoringQuery(registered: "https://a.b/out?other=1"))
        #expect(uri.matchesIgnoringQuery(registered: "https://*.b/out") == false)
        #expect(!uri.matchesIgnoringQuery(registered: "https://a.b/"))
        #expect(!uri.matchesIgnoringQuery(registered: "http://a.b/out"))
        #expect(try #require(RedirectURI("https://x.a.com/o?q")).matchesIgnoringQuery(registered: "https://*.a.com/o"))
    }
}

@Suite struct HostPlaceholderTests {
    private func matches(_ sent: String, _ registered: String) throws -> Bool {
        try #require(RedirectURI(sent)).matches(registered: registered)
    }

    @Test(
        "A * in the left-most label stands for one whole label or the middle of one (contract 2.4)",
        arguments: [
            ("https://x.example.com/cb", "https://*.example.com/cb"), ("https://X.Example.com/cb", "https://*.EXAMPLE.com/cb"),
            ("https://pre-7-suf.example.com/cb", "https://pre-*-suf.example.com/cb"),
            ("https://app7.example.com", "https://app*.example.com/"),
            ("http://x.example.com:3000/cb?a=b", "http://*.example.com:3000/cb?a=b"),
            ("https://a.b.example.com/", "https://*.b.example.com/"),
            ("http://acme.localhost:3000/cb", "http://*.localhost:3000/cb"),
            ("https://x.example.co.uk/", "https://*.example.co.uk/"),
        ])
    func placeholder(sent: String, registered: String) throws { #expect(try matches(sent, registered)) }

    @Test(
        "It stands for nothing else",
        arguments: [
            ("https://example.com/cb", "https://*.example.com/cb"), ("https://.example.com/cb", "https://*.example.com/cb"),
            ("https://a.b.example.com/cb", "https://*.example.com/cb"),
            ("https://x.example.com.evil.com/cb", "https://*.example.com/cb"),
            ("https://xexample.com/cb", "https://*.example.com/cb"),
            ("https://x.evil-example.com/cb", "https://*.example.com/cb"),
            ("https://x.example.com./cb", "https://*.example.com/cb"),
            ("https://pre--suf.example.com/", "https://pre-*-suf.example.com/"),
            ("https://pre-suf.example.com/", "https://pre-*-suf.example.com/"),
            ("https://pre-x.y-suf.example.com/", "https://pre-*-suf.example.com/"),
            ("http://x.example.com/cb", "https://*.example.com/cb"),
            ("https://x.example.com:8443/cb", "https://*.example.com/cb"),
            ("https://x.example.com/other", "https://*.example.com/cb"),
            ("https://x.example.com/cb?a", "https://*.example.com/cb"),
        ])
    func mismatch(sent: String, registered: String) throws { #expect(try !matches(sent, registered)) }

    @Test(
        "In any other place, twice, under a public suffix or with a custom scheme it matches nothing",
        arguments: [
            ("https://evil.com/", "https://*.com/"), ("https://evil.co.uk/", "https://*.co.uk/"),
            ("https://evil.com.au/", "https://*.com.au/"),
            ("https://a.evil.example.com/", "https://a.*.example.com/"), ("https://a.b.example.com/", "https://*.*.example.com/"),
            ("https://xy.example.com/", "https://**.example.com/"), ("https://a-b-c.example.com/", "https://*-*-c.example.com/"),
            ("https://example.evil/", "https://example.*/"), ("https://evil/", "https://*/"),
            ("https://evilcom/", "https://*com/"),
            ("https://a.b/x", "https://a.b/*"), ("https://a.b/x", "https://a.b/*/"), ("https://a.b/?x=1", "https://a.b/?x=*"),
            ("https://a.b:81/", "https://a.b:*/"), ("app://x.example.com/", "app://*.example.com/"),
            ("https://x.a.b/", "*://x.a.b/"),
            ("https://7.0.0.1/", "https://*.0.0.1/"), ("https://x.example.com/", "https://*.example.com./"),
        ])
    func misplaced(sent: String, registered: String) throws { #expect(try !matches(sent, registered)) }

    @Test("Entries with a placeholder are recognisable, for clients that may not have them")
    func recognised() {
        #expect(RedirectURI.hasPlaceholder("https://*.example.com/"))
        #expect(RedirectURI.hasPlaceholder("https://{organization_name}.example.com/"))
        #expect(!RedirectURI.hasPlaceholder("https://example.com/"))
    }
}

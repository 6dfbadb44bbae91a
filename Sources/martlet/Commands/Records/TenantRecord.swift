import AuthorizationServer
import Egress
import JOSE
import OAuthProtocol
import Storage

/// Checking tenants (contract 23).
enum TenantRecord {
    static let shape = RecordShape(
        name: "tenant",
        optional: [
            "settings.pictureURL", "settings.supportEmail", "settings.supportURL", "settings.defaultAudience",
            "settings.defaultDirectory", "settings.errorPageURL", "settings.defaultRedirectionURI", "settings.introspection",
            "settings.registration.softwareStatementJWKS", "settings.passkeys.relyingPartyID",
        ], fixed: ["id", "createdAt"],
        vocabularies: [
            "defaultWireProfile": WireProfile.allCases.map(\.rawValue),
            "charset": DeviceFlowSettings.Charset.allCases.map(\.rawValue),
            "thirdPartySecurityMode": ThirdPartySecurityMode.allCases.map(\.rawValue),
            "policy": MultifactorSettings.Policy.allCases.map(\.rawValue),
        ],
        free: ["rateLimits"], embedded: ["softwareStatementJWKS"])

    private static let factors = ["otp", "email", "phone", "recovery-code"]

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ tenant: Tenant) throws {
        let settings = tenant.settings
        var problems: [String] = []
        for domain in tenant.customDomains where domain != domain.lowercased() || domain.contains("/") || domain.isEmpty {
            problems.append("customDomains: \"\(domain)\" is not a host in lower case, such as login.example.com")
        }
        problems += urlProblems(settings) + lifetimeProblems(settings) + wordProblems(settings) + issuerProblems(settings)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the tenant") }
    }

    private static func urlProblems(_ settings: TenantSettings) -> [String] {
        var problems: [String] = []
        for (name, url) in [("errorPageURL", settings.errorPageURL), ("defaultRedirectionURI", settings.defaultRedirectionURI)] {
            if let url, RedirectURI(url) == nil { problems.append("settings.\(name): \"\(url)\" is not an absolute URL") }
        }
        for url in settings.allowedLogoutURLs where !URLGrammar.isRegistrable(url) {
            problems.append("settings.allowedLogoutURLs: \"\(url)\" is not an absolute URL")
        }
        return problems
    }

    private static func lifetimeProblems(_ settings: TenantSettings) -> [String] {
        let lifetimes: [(String, Lifetime, ClosedRange<Int64>)] = [
            ("idleSessionLifetime", settings.idleSessionLifetime, 60...8_640_000),
            ("sessionLifetime", settings.sessionLifetime, 60...31_536_000),
            ("transactionLifetime", settings.transactionLifetime, 60...86_400),
            ("authorizationCodeLifetime", settings.authorizationCodeLifetime, 1...600),
            ("passwordResetTicketLifetime", settings.passwordResetTicketLifetime, 60...2_592_000),
            ("emailVerificationTicketLifetime", settings.emailVerificationTicketLifetime, 60...2_592_000),
            ("registration.unusedLifetime", settings.registration.unusedLifetime, 3600...31_536_000),
            ("device.lifetime", settings.device.lifetime, 60...86_400), ("device.interval", settings.device.interval, 1...60),
            ("backchannel.lifetime", settings.backchannel.lifetime, 1...259_200),
            ("backchannel.maximumLifetime", settings.backchannel.maximumLifetime, 1...259_200),
            ("backchannel.interval", settings.backchannel.interval, 1...60),
            ("passwordless.codeLifetime", settings.passwordless.codeLifetime, 60...604_800),
        ]
        return lifetimes.compactMap { name, lifetime, range in
            range.contains(lifetime.seconds)
                ? nil : "settings.\(name): must be \(range.lowerBound) to \(range.upperBound) seconds"
        }
    }

    private static func wordProblems(_ settings: TenantSettings) -> [String] {
        var problems: [String] = []
        for algorithm in settings.signingAlgorithms where !TokenSigning.algorithms.contains(algorithm) {
            problems.append(
                "settings.signingAlgorithms: \"\(algorithm)\" is not one of \(TokenSigning.algorithms.joined(separator: ", "))")
        }
        for factor in settings.multifactor.factors where !factors.contains(factor) {
            problems.append("settings.multifactor.factors: \"\(factor)\" is not one of \(factors.joined(separator: ", "))")
        }
        let open = GrantEligibility.openToThirdParties
        for grant in settings.registration.grantTypes where !open.contains(grant) {
            problems.append(
                "settings.registration.grantTypes: \"\(grant)\" is not one of \(open.map(\.rawValue).joined(separator: ", "))")
        }
        if !settings.device.mask.contains("*") || settings.device.mask.utf8.count > 20 {
            problems.append("settings.device.mask: must have a * for each character, and 20 characters at most")
        }
        for claim in settings.customClaims
        where !claim.source.hasPrefix("user_metadata.") && !claim.source.hasPrefix("app_metadata.") {
            problems.append("settings.customClaims: \"\(claim.source)\" must begin with user_metadata. or app_metadata.")
        }
        return problems
    }

    private static func issuerProblems(_ settings: TenantSettings) -> [String] {
        var problems = settings.trustedIssuers.flatMap { trusted -> [String] in
            let place = "settings.trustedIssuers (\(trusted.issuer))"
            if (trusted.jwks == nil) == (trusted.jwksURI == nil) { return ["\(place): needs jwks or jwksURI"] }
            if let jwks = trusted.jwks, (try? JWKSet(parsing: Array(jwks.utf8))) == nil {
                return ["\(place): jwks is not a set of public keys"]
            }
            if let uri = trusted.jwksURI, OutboundTarget(uri) == nil {
                return ["\(place): jwksURI is not a URL that can be asked"]
            }
            return []
        }
        if let jwks = settings.registration.softwareStatementJWKS, (try? JWKSet(parsing: Array(jwks.utf8))) == nil {
            problems.append("settings.registration.softwareStatementJWKS: is not a set of public keys")
        }
        return problems
    }
}

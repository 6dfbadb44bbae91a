// swift-tools-version: 6.2
// Targets and settings; no logic. The arrows between targets are decided in docs/architecture.md, section 2.

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Core: decisions, no HTTP, no SQL, no ambient clock or randomness.
        .target(name: "OAuthProtocol", dependencies: [crypto], swiftSettings: settings),
        .target(name: "JOSE", dependencies: ["OAuthProtocol", "CLibCrypto", crypto], swiftSettings: settings),
        .target(name: "Storage", dependencies: ["OAuthProtocol", crypto], swiftSettings: settings),
        .target(
            name: "AuthorizationServer", dependencies: ["Storage", "JOSE", "OAuthProtocol", crypto, logging],
            swiftSettings: settings),

        // Edge: storage engines.
        .target(name: "SQLStorage", dependencies: ["Storage", "OAuthProtocol", crypto], swiftSettings: settings),
        .target(
            name: "SQLiteDriver",
            dependencies: ["SQLStorage", "Storage", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .target(
            name: "PostgreSQLDriver", dependencies: ["SQLStorage", "Storage", "CLibPQ", logging], swiftSettings: settings),

        // Edge: what the core asks of the world.
        .target(
            name: "Credentials",
            dependencies: ["AuthorizationServer", "Storage", "JOSE", "OAuthProtocol", "CArgon2", "CCrypt", crypto, nioPosix],
            swiftSettings: settings),
        .target(
            name: "Connections", dependencies: ["AuthorizationServer", "Storage", "OAuthProtocol"], swiftSettings: settings),
        .target(
            name: "Messaging", dependencies: ["AuthorizationServer", "Storage", "OAuthProtocol"], swiftSettings: settings),
        .target(
            name: "Egress",
            dependencies: [
                "AuthorizationServer", "OAuthProtocol", asyncHTTPClient, nioCore, nioPosix, nioSSL,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings),

        // Edge: HTTP and pages. WebUI imports nothing of ours but its own embedded files.
        .target(name: "CWebUIFiles", exclude: ["files"]),
        .target(
            name: "WebUI", dependencies: ["CWebUIFiles", .product(name: "Mustache", package: "swift-mustache")],
            swiftSettings: settings),
        .target(
            name: "HTTPServer",
            dependencies: [
                "AuthorizationServer", "Storage", "OAuthProtocol", "JOSE", "WebUI", hummingbird, nioCore, httpTypes, logging, crypto,
            ],
            swiftSettings: settings),

        .executableTarget(
            name: "martlet",
            dependencies: [
                "HTTPServer", "WebUI", "Connections", "Credentials", "Messaging", "Egress", "SQLiteDriver", "PostgreSQLDriver",
                "SQLStorage", "Storage", "AuthorizationServer", "JOSE", "OAuthProtocol", "CMalloc",
                hummingbird, crypto, logging, lifecycle, x509, nioPosix, nioCore, nioSSL, httpTypes,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // C libraries.
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "AuthorizationServer", "Storage", "SQLStorage", "SQLiteDriver", "PostgreSQLDriver", "Credentials",
                "Connections", "Messaging", "JOSE", "OAuthProtocol", "HTTPServer", hummingbird, crypto, logging,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "OAuthProtocolTests", dependencies: ["OAuthProtocol"], swiftSettings: settings),
        .testTarget(name: "JOSETests", dependencies: ["JOSE", "OAuthProtocol", "CLibCrypto", crypto], swiftSettings: settings),
        .testTarget(
            name: "StorageConformanceTests",
            dependencies: ["TestSupport", "SQLStorage", "SQLiteDriver", "PostgreSQLDriver", "Storage", "JOSE", "OAuthProtocol", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "AuthorizationServerTests",
            dependencies: [
                "TestSupport", "AuthorizationServer", "Credentials", "Connections", "Messaging", "Storage", "JOSE", "OAuthProtocol", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EgressTests",
            dependencies: [
                "Egress", "AuthorizationServer", "OAuthProtocol", nioCore, nioPosix, nioSSL, x509, crypto,
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: [
                "TestSupport", "HTTPServer", "WebUI", "AuthorizationServer", "Storage", "JOSE", "OAuthProtocol", hummingbird, httpTypes,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FlowTests",
            dependencies: [
                "TestSupport", "Egress", "HTTPServer", "AuthorizationServer", "Storage", "JOSE", "OAuthProtocol", hummingbird, httpTypes,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MartletTests",
            dependencies: [
                "martlet", "TestSupport", "Storage", "OAuthProtocol",
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)

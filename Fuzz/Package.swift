// swift-tools-version: 6.2
// Fuzz targets for libFuzzer (scripts/fuzz). A package of its own, so that no other build instruments anything; its targets
// are the main package's folders, or parts of them, through symbolic links.

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Some of what reads hostile bytes is internal to its target.
    .unsafeFlags(["-enable-testing"]),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "martlet-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        // The versions of the main package.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    ],
    targets: [
        .target(name: "OAuthProtocol", dependencies: [crypto], swiftSettings: settings),
        .target(name: "JOSE", dependencies: ["OAuthProtocol", "CLibCrypto", crypto], swiftSettings: settings),
        .target(name: "Storage", dependencies: ["OAuthProtocol", crypto], swiftSettings: settings),
        .target(name: "SQLStorage", dependencies: ["Storage", "OAuthProtocol", crypto], swiftSettings: settings),
        .target(
            name: "AuthorizationServer", dependencies: ["Storage", "JOSE", "OAuthProtocol", crypto, logging],
            swiftSettings: settings),
        // Without passwords, which are compared, not parsed.
        .target(
            name: "Credentials", dependencies: ["AuthorizationServer", "JOSE", "OAuthProtocol", "Storage", crypto],
            swiftSettings: settings),
        // Of HTTPServer what reads cookies.
        .target(name: "BrowserCookies", dependencies: ["AuthorizationServer", httpTypes], swiftSettings: settings),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CLibFuzzer", "BrowserCookies", "Credentials", "AuthorizationServer", "SQLStorage", "Storage", "JOSE",
                "OAuthProtocol", crypto, logging, httpTypes,
            ],
            swiftSettings: settings),
        .target(name: "CLibFuzzer"),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)

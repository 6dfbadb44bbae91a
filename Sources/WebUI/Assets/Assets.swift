/// A file that pages link to.
package struct Asset: Sendable {
    /// Changes with the content: answer it with `Cache-Control: public, max-age=31536000, immutable`.
    package let path: String
    package let contentType: String
    package let bytes: [UInt8]

    init(_ name: String, contentType: String) {
        bytes = EmbeddedFile.bytes(named: name)
        self.contentType = contentType
        path = "/assets/\(ContentVersion.of(bytes))/\(name)"
    }
}

/// The files that pages link to. All are ours: no page loads from another host.
package enum Assets {
    package static let stylesheet = Asset("martlet.css", contentType: "text/css; charset=utf-8")
    /// Conveniences only, such as showing a password; pages work without it.
    package static let script = Asset("martlet.js", contentType: "text/javascript; charset=utf-8")
    /// The favicon, and the mark of tenants without a logo.
    package static let icon = Asset("martlet.svg", contentType: "image/svg+xml")

    /// What the server must answer, by `path`.
    package static let all = [stylesheet, script, icon]
}

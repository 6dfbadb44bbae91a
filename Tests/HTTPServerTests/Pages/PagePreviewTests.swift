import FoundationEssentials
import Testing
import WebUI

@Suite("Preview of pages")
struct PagePreviewTests {
    /// With `MARTLET_PAGE_PREVIEW_DIR` set, the files land there to be looked at; else in a directory that is removed.
    @Test("every page and asset can be written out and read back")
    func writeOut() throws {
        let chosen = ProcessInfo.processInfo.environment["MARTLET_PAGE_PREVIEW_DIR"]
        let directory = chosen ?? FileManager.default.temporaryDirectory.path + "/martlet-pages-\(UInt64.random(in: 0 ... .max))"
        defer { if chosen == nil { try? FileManager.default.removeItem(atPath: directory) } }
        for sample in SamplePages().all {
            let html = try sample.html()
            try write(Array(html.utf8), to: directory, "/\(sample.name).html")
        }
        for asset in Assets.all { try write(asset.bytes, to: directory, asset.path) }
        let written = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".html") }
        #expect(written.count >= SamplePages().all.count)
    }

    private func write(_ bytes: [UInt8], to directory: String, _ path: String) throws {
        let url = URL(filePath: directory + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
}

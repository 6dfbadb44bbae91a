import AsyncHTTPClient
import AuthorizationServer
import NIOCore
import NIOHTTP1

/// Reads an answer as far as it is wanted.
enum BoundedAnswer {
    /// Throws `OutboundError` for a redirect, for more than `maximumBytes` (announced or sent), and for a coding that was not
    /// asked for: what a few bytes unpack to has no bound.
    static func read(_ response: HTTPClientResponse, _ maximumBytes: Int) async throws -> OutboundResponse {
        if (300..<400).contains(response.status.code) { throw OutboundError.redirected }
        let coding = response.headers["content-encoding"].joined(separator: ",").lowercased()
        guard coding.isEmpty || coding == "identity" else { throw OutboundError.unreachable }
        if let length = response.headers.first(name: "content-length").flatMap(Int.init), length > maximumBytes {
            throw OutboundError.tooLarge
        }
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= maximumBytes else { throw OutboundError.tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
        // A cancelled body ends like a complete one.
        try Task.checkCancellation()
        return OutboundResponse(
            status: Int(response.status.code), contentType: contentType(response.headers), body: body,
            maxAge: maxAge(response.headers[canonicalForm: "cache-control"].map(String.init)))
    }

    private static func contentType(_ headers: HTTPHeaders) -> String {
        let value = headers.first(name: "content-type") ?? ""
        return value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
    }

    /// RFC 9111 section 5.2.2, as far as freshness goes. What forbids keeping wins.
    static func maxAge(_ directives: [String]) -> Int64? {
        let names = directives.map { $0.lowercased().filter { $0 != " " && $0 != "\"" } }
        if names.contains(where: { $0 == "no-store" || $0 == "no-cache" }) { return 0 }
        for name in names where name.hasPrefix("max-age=") {
            // A value that cannot be read is stale (RFC 9111 section 4.2.1).
            return Int64(name.dropFirst("max-age=".count)).map { max(0, $0) } ?? 0
        }
        return nil
    }
}

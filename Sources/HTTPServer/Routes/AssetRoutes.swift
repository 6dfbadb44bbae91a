import HTTPTypes
import Hummingbird
import NIOCore
import WebUI

/// The files that pages link to. Their names change with their content, so browsers keep them for good.
enum AssetRoutes {
    static let routes: [Route] = Assets.all.map { asset in
        .plain(at: asset.path) { _, _ in answer(asset, cacheControl: "public, max-age=31536000, immutable") }
    }

    /// Browsers ask for `/favicon.ico` of their own accord.
    @Sendable static func icon(_ request: Request, _ edge: HTTPEdge) async throws -> Response {
        answer(Assets.icon, cacheControl: "public, max-age=86400")
    }

    private static func answer(_ asset: Asset, cacheControl: String) -> Response {
        var response = Response.content(ByteBuffer(bytes: asset.bytes), type: asset.contentType)
        response.headers[.cacheControl] = cacheControl
        return response
    }
}

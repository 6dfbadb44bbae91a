import HTTPTypes
import Hummingbird
import Logging

/// Names the request in the log and in the answer's `X-Request-Id`: the tracking id of error pages. A configured proxy
/// may bring its own.
struct RequestIDMiddleware: HTTPMiddleware {
    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        var context = context
        if let id = Self.proxied(request, context) {
            context.requestID = id
            context.logger[metadataKey: "hb.request.id"] = .string(id)
        } else {
            context.requestID = context.logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
        }
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }

    private static func proxied(_ request: Request, _ context: MartletRequestContext) -> String? {
        guard context.arrival?.isThroughProxy == true, let id = request.headers[.requestID] else { return nil }
        let isSafe = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
                || byte == 0x5F
        }
        return isSafe && (1...128).contains(id.utf8.count) ? id : nil
    }
}

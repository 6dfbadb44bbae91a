package import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore
package import OAuthProtocol

extension TenantCall {
    /// The query as parameters. Throws `invalidRequest` for what is not form encoding, and beyond 64 KiB.
    package func queryParameters() throws(OAuthError) -> FormParameters {
        guard let query = request.uri.query else { return FormParameters() }
        return try FormParameters(query: query)
    }

    /// The body as parameters, from `application/x-www-form-urlencoded` or `application/json` (contract, golden rule 5).
    /// Empty for an empty body. Throws `invalidRequest` for another content type, for what does not parse, and beyond
    /// 64 KiB; `requestTooLarge` beyond fewer `maximumBytes`. Call once: the body is gone afterwards.
    package func bodyParameters(maximumBytes: Int? = nil) async throws -> FormParameters {
        let parameters = try await parseBody(maximumBytes)
        if let asker { asker.note(parameters, authorization: request.headers[.authorization]) }
        return parameters
    }

    /// The body as one JSON object; `nil` for anything else. Throws `invalidRequest` beyond 64 KiB.
    package func jsonBody() async throws -> JSONObject? {
        guard case .json? = try? BodyType(request.headers[values: .contentType]) else { return nil }
        let bytes = try await collectBody(nil)
        return (try? JSONValue.parse(bytes))?.object
    }

    /// What is known of the request, with the telemetry that browsers carry as a parameter (contract 1.1).
    package func info(telling form: FormParameters) -> RequestInfo {
        var copy = info
        if case .text(let telemetry) = form.values("auth0Client").first { copy.sdkTelemetry = telemetry }
        return copy
    }

    /// The query of a GET, the body of a POST.
    package func parameters() async throws -> FormParameters {
        request.method == .post ? try await bodyParameters() : try queryParameters()
    }

    /// The `Authorization` header. Throws `invalidRequest` when there are two.
    package func authorization() throws(OAuthError) -> String? {
        guard request.headers[values: .authorization].count < 2 else {
            throw OAuthError(.invalidRequest, WireText.repeatedHeader("Authorization"))
        }
        return request.headers[.authorization]
    }

    private func parseBody(_ maximumBytes: Int?) async throws -> FormParameters {
        let type = try BodyType(request.headers[values: .contentType])
        let bytes = try await collectBody(maximumBytes)
        switch type {
        case .form: return try FormParameters(formBody: bytes)
        case .json: return bytes.isEmpty ? FormParameters() : try FormParameters(jsonBody: bytes)
        case .unstated:
            guard bytes.isEmpty else { throw OAuthError(.invalidRequest, WireText.unsupportedContentType) }
            return FormParameters()
        }
    }

    private func collectBody(_ maximumBytes: Int?) async throws -> [UInt8] {
        let limit = maximumBytes ?? FormParameters.Limits.standard.maximumBytes
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw OAuthError(maximumBytes == nil ? .invalidRequest : .requestTooLarge, WireText.requestTooLarge)
        }
    }
}

/// How a body is encoded.
private enum BodyType {
    case form, json, unstated

    /// Parameters such as `charset` are overlooked: both encodings are UTF-8 by definition.
    init(_ fields: [String]) throws(OAuthError) {
        guard let field = fields.first else {
            self = .unstated
            return
        }
        let essence = field.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        switch (essence, fields.count) {
        case ("application/x-www-form-urlencoded", 1): self = .form
        case ("application/json", 1): self = .json
        case ("", 1): self = .unstated
        default: throw OAuthError(.invalidRequest, WireText.unsupportedContentType)
        }
    }
}

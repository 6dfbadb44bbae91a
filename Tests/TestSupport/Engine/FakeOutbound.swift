package import AuthorizationServer
import OAuthProtocol
import Synchronization

/// The network as a test wants it: canned documents, failures, and a record of what was asked.
package final class FakeOutbound: OutboundFetcher {
    private struct State {
        var documents: [String: OutboundResponse] = [:]
        var failures: [String: OutboundError] = [:]
        var gets: [String] = []
        var posts: [OutboundPost] = []
        var postStatus = 200
        var answers: [String: PostAnswer] = [:]
    }

    package typealias PostAnswer = @Sendable (OutboundPost) async -> OutboundResponse

    private let state = Mutex(State())

    package init() {}

    /// From now on the URL answers this body.
    package func serve(_ body: String, at url: String, type: String = "application/json", status: Int = 200, maxAge: Int64? = nil)
    {
        let response = OutboundResponse(status: status, contentType: type, body: Array(body.utf8), maxAge: maxAge)
        state.withLock { ($0.documents[url], $0.failures[url]) = (response, nil) }
    }

    /// From now on asking the URL fails.
    package func fail(_ url: String, with error: OutboundError = .unreachable) {
        state.withLock { $0.failures[url] = error }
    }

    /// What `post` answers from now on.
    package func answerPosts(with status: Int) { state.withLock { $0.postStatus = status } }

    /// From now on a post to the URL gets what `answer` makes of it.
    package func answerPosts(to url: String, _ answer: @escaping PostAnswer) { state.withLock { $0.answers[url] = answer } }

    /// Every URL that was fetched, in order.
    package var gets: [String] { state.withLock { $0.gets } }
    package var posts: [OutboundPost] { state.withLock { $0.posts } }

    package func get(_ url: String, accepting: String, limits: OutboundLimits) async throws(OutboundError) -> OutboundResponse {
        let outcome = state.withLock { state -> Result<OutboundResponse, OutboundError> in
            state.gets.append(url)
            if let failure = state.failures[url] { return .failure(failure) }
            return state.documents[url].map(Result.success) ?? .failure(.unreachable)
        }
        return try outcome.get()
    }

    package func post(_ request: OutboundPost, limits: OutboundLimits) async throws(OutboundError) -> OutboundResponse {
        let outcome = state.withLock { state -> Result<PostAnswer, OutboundError> in
            state.posts.append(request)
            if let failure = state.failures[request.url] { return .failure(failure) }
            let plain = OutboundResponse(status: state.postStatus, contentType: "", body: [])
            return .success(state.answers[request.url] ?? { _ in plain })
        }
        return await (try outcome.get())(request)
    }

    package func mayAsk(_ url: String) -> Bool { url.hasPrefix("https://") }
}

/// Keeps what would have been sent to phones.
package final class TextCollector: TextMessenger {
    package typealias Message = (text: String, to: String, channel: PhoneChannel)
    private let sent = Mutex<[Message]>([])

    package init() {}
    package var messages: [Message] { sent.withLock { $0 } }
    package func send(_ text: String, to phoneNumber: String, by channel: PhoneChannel) async throws {
        sent.withLock { $0.append((text, phoneNumber, channel)) }
    }
}

/// Answers ceremonies as a test wants it; refuses them until it is told to.
package final class FakeWebAuthn: WebAuthnVerifier {
    private struct State {
        var credential: WebAuthnCredential?
        var authentication: WebAuthnAuthentication?
    }

    private let state = Mutex(State())

    package init() {}

    package func answer(registering credential: WebAuthnCredential) { state.withLock { $0.credential = credential } }
    package func answer(authenticating authentication: WebAuthnAuthentication) {
        state.withLock { $0.authentication = authentication }
    }

    package func register(
        _ response: WebAuthnAttestation, expecting: WebAuthnExpectation
    ) throws(WebAuthnError) -> WebAuthnCredential {
        guard let credential = state.withLock({ $0.credential }) else { throw .malformed }
        return credential
    }

    package func authenticate(
        _ response: WebAuthnAssertion, with credential: WebAuthnCredential, expecting: WebAuthnExpectation
    ) throws(WebAuthnError) -> WebAuthnAuthentication {
        guard let authentication = state.withLock({ $0.authentication }) else { throw .malformed }
        return authentication
    }
}

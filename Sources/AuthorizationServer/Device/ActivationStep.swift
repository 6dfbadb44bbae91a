import OAuthProtocol
import Storage

/// What the page that asks for a device's code shows.
package struct ActivationPrompt: Sendable {
    package enum Problem: Sendable, Equatable { case unknownCode, expiredPage, tooManyAttempts }

    package var csrf: String
    /// As typed, or from the address that the device showed.
    package var userCode: String
    package var problem: Problem?
}

package enum ActivationOutcome: Sendable {
    case show(ActivationPrompt, changes: BrowserChanges)
    case leave(AuthorizeOutcome)
}

/// `/activate`: the code that a device shows (RFC 8628 section 3.3). The page never says more of a wrong code than that it is
/// wrong, and one address may try only so often.
package struct ActivationStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    package func show(userCode: String?, browser: BrowserState, in request: RequestInfo) -> ActivationOutcome {
        prompt(userCode ?? "", browser, nil)
    }

    /// On to login and approval when there is such a code. Throws what the stores throw, and `AuthorizeFailure`.
    package func submit(
        userCode: String, csrf: String?, browser: BrowserState, in request: RequestInfo
    ) async throws -> ActivationOutcome {
        guard let device = DeviceCookie.accepted(browser.device), token(device).matches(csrf) else {
            return prompt(userCode, browser, .expiredPage)
        }
        let subject = AttemptSubject(address: request.address)
        if try await GuessingBrake(context).take(.userCodeFromAddress, for: subject, at: request.now) != nil {
            return prompt(userCode, browser, .tooManyAttempts)
        }
        guard let found = try await pending(userCode, at: request.now) else {
            try await context.stores.logs.record(request.event(.deviceActivationFailed, description: "unknown user code"))
            return prompt(userCode, browser, .unknownCode)
        }
        let shown = UserCode.shown(userCode, context.settings.device)
        return .leave(try await DeferredLogin(context, in: request).open(found, userCode: shown, browser: browser))
    }

    private func pending(_ userCode: String, at now: Timestamp) async throws -> DeferredAuthorization? {
        for hash in UserCode.hashes(userCode, in: context) {
            if let found = try await context.stores.deferred.find(kind: .device, userCodeHash: hash, at: now) { return found }
        }
        return nil
    }

    private func prompt(
        _ userCode: String, _ browser: BrowserState, _ problem: ActivationPrompt.Problem?
    ) -> ActivationOutcome {
        var changes = BrowserChanges()
        let device = DeviceCookie.accepted(browser.device) ?? DeviceCookie.make(context.environment.randomness)
        if browser.device != device { changes.device = device }
        let prompt = ActivationPrompt(csrf: token(device).value, userCode: userCode, problem: problem)
        return .show(prompt, changes: changes)
    }

    private func token(_ device: String) -> PageToken { PageToken(.activation, binding: [device], context) }
}

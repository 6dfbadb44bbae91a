import WebUI

extension SamplePages {
    /// The application with all that it may say of itself.
    var presented: PageApplication {
        var application = PageApplication(name: application, logoURL: url)
        (application.policyURL, application.termsURL) = (url, url)
        application.unverified = PageApplication.Unverified(domain: sentence, redirectHost: user)
        return application
    }

    /// Devices, backchannel requests, authorization details, and the pages about sessions.
    var request: [SamplePage] { detailedConsent + device + backchannel + session }

    private var scopes: [PageScope] { [PageScope("read:notes", description: sentence), PageScope(sentence)] }

    /// Short enough to be shown whole.
    private var shortSentence: String { String(sentence.unicodeScalars.prefix(900)) }

    private var details: [AuthorizationDetail] {
        let amount = AuthorizationDetail.Member(
            "instructedAmount", .members([.init("currency", .text("EUR")), .init("amount", .text("123.50"))]))
        let payment = AuthorizationDetail(
            type: "payment_initiation",
            members: [
                .init("actions", .list([.text("initiate"), .text(shortSentence)])), amount,
                .init(shortSentence, .text(shortSentence)),
                .init("creditor", .list([.members([.init("name", .text(shortSentence))]), .text("last")])),
                .init("nothing", .list([])),
            ])
        return [payment, AuthorizationDetail(type: shortSentence, members: [])]
    }

    private var access: AccessRequest { AccessRequest(api: application, scopes: scopes, details: details) }

    private var detailedConsent: [SamplePage] {
        var page = ConsentPage(
            frame, application: presented, user: user, form: form, question: .access(api: application, scopes: scopes))
        page.details = details
        return [SamplePage(name: "consent-details", page: page)]
    }

    private var device: [SamplePage] {
        let asked = ActivatePage(frame, form: form)
        let failed = ActivatePage(frame, form: form, userCode: user, problem: .unknownCode)
        var confirm = DeviceConfirmPage(frame, form: form, userCode: "WDJB-MJHT", application: presented, request: access)
        confirm.user = user
        let plain = DeviceConfirmPage(
            frame, form: form, userCode: user, application: PageApplication(name: application))
        let outcomes = DeviceOutcomePage.Outcome.allCases.map {
            SamplePage(name: "device-\($0)", page: DeviceOutcomePage(frame, $0, application: application))
        }
        return outcomes + [
            SamplePage(name: "activate", page: asked), SamplePage(name: "activate-failed", page: failed),
            SamplePage(name: "device-confirm", page: plain), SamplePage(name: "device-confirm-full", page: confirm),
        ]
    }

    private var backchannel: [SamplePage] {
        var page = BackchannelApprovalPage(frame, form: form, application: presented, user: user, request: access)
        page.bindingMessage = sentence
        let plain = BackchannelApprovalPage(frame, form: form, application: PageApplication(name: application), user: user)
        let outcomes = BackchannelOutcomePage.Outcome.allCases.map {
            SamplePage(name: "backchannel-\($0)", page: BackchannelOutcomePage(frame, $0, application: application))
        }
        let other = BackchannelOtherAccountPage(frame, application: application, user: user, signInLink: url)
        return outcomes + [
            SamplePage(name: "backchannel", page: plain), SamplePage(name: "backchannel-full", page: page),
            SamplePage(name: "backchannel-other-account", page: other),
        ]
    }

    private var session: [SamplePage] {
        var offering = FrontchannelLogoutPage(frame, frames: [url], target: nil, nonce: nonce)
        offering.link = PageLink(sentence, url: url)
        return [
            SamplePage(name: "frontchannel-logout-offering", page: offering),
            SamplePage(
                name: "frontchannel-logout", page: FrontchannelLogoutPage(frame, frames: [url, url], target: url, nonce: nonce)),
            SamplePage(
                name: "frontchannel-logout-ending",
                page: FrontchannelLogoutPage(frame, frames: [url], target: nil, nonce: nonce)),
            SamplePage(name: "session-iframe", page: SessionIFramePage(cookieName: user, nonce: nonce)),
        ]
    }
}

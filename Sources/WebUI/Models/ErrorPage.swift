/// The error page (contract 4.2).
package struct ErrorPage: Page {
    package var frame: PageFrame
    /// The status of the answer; decides the heading.
    package var status: Int
    /// The protocol's error code, such as `invalid_request`.
    package var error: String
    /// The public description.
    package var description: String
    /// Names the request in our logs, for whoever gives support.
    package var trackingID: String
    /// A way on, such as back to the application.
    package var link: PageLink?

    package init(_ frame: PageFrame, status: Int, error: String, description: String, trackingID: String) {
        (self.frame, self.status) = (frame, status)
        (self.error, self.description, self.trackingID) = (error, description, trackingID)
    }

    package var template: PageTemplate { .error }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        frame.fields.adding([
            "heading": .text(heading),
            "status": .text(String(status)),
            "errorCode": .text(error),
            "errorDescription": .text(description),
            "trackingID": .text(trackingID),
            "link": .part(link?.fields),
        ])
    }

    private var heading: String {
        switch status {
        case 404: "Page not found"
        case 429: "Too many attempts"
        case 500...: "Something went wrong on our side"
        default: "We can’t complete this request"
        }
    }
}

/// A link in words.
package struct PageLink: Sendable {
    package var label: String
    /// A path of this host, `http` or `https`; anything else is not shown.
    package var url: String

    package init(_ label: String, url: String) { (self.label, self.url) = (label, url) }

    /// nil when the address is refused.
    var fields: PageFields? {
        PageURL.checked(url).map { ["linkLabel": .text(label), "linkURL": .text($0)] }
    }
}

/// A message that ends a flow: "Check your mail", "Password changed".
package struct MessagePage: Page {
    package var frame: PageFrame
    package var title: String
    package var text: String
    /// A way on.
    package var link: PageLink?

    package init(_ frame: PageFrame, title: String, text: String, link: PageLink? = nil) {
        (self.frame, self.title, self.text, self.link) = (frame, title, text, link)
    }

    package var template: PageTemplate { .message }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        frame.fields.adding(["heading": .text(title), "text": .text(text), "link": .part(link?.fields)])
    }
}

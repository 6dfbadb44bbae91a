/// Where a form goes and what it carries unseen: the CSRF token, the transaction's `state`.
package struct PageForm: Sendable {
    /// A path of this host. An address that is no path, `http` or `https` becomes `/`.
    package var action: String
    package var hidden: [HiddenField]

    package init(action: String, hidden: [HiddenField] = []) { (self.action, self.hidden) = (action, hidden) }

    var fields: PageFields {
        ["action": .text(PageURL.action(action)), "hidden": .list(hidden.map(\.fields))]
    }
}

/// One `<input type="hidden">`.
package struct HiddenField: Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

    var fields: PageFields { ["fieldName": .text(name), "fieldValue": .text(value)] }
}

/// The names of the form fields that a user fills in, and the values of the buttons.
package enum PageFieldName {
    /// E-mail address or user name on the login page.
    package static let identifier = "username"
    package static let password = "password"
    package static let email = "email"
    /// User name on the sign-up page.
    package static let username = "username"
    /// On the password reset page.
    package static let newPassword = "new_password"
    package static let repeatedPassword = "repeat_password"
    /// On the page that asks for a device's code.
    package static let userCode = "user_code"
    /// The button of the login page that gives up: `cancel`. The application is then told `access_denied`.
    package static let action = "action"
    package static let cancel = "cancel"
    /// The button pressed on pages that ask yes or no (consent, logout, device, backchannel): `accept` or `decline`.
    package static let decision = "decision"
    package static let accept = "accept"
    package static let decline = "decline"
}

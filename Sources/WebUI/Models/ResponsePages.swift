/// The answer of `response_mode=form_post` (OAuth 2.0 Form Post Response Mode section 2, contract 4.4): a form that sends
/// itself to the redirect URI, and has a button where scripts do not run.
package struct FormPostPage: Page {
    package var frame: PageFrame
    /// The redirect URI: `http` or `https`, checked by the caller to be the client's.
    package var redirectURI: String
    /// The response's parameters, in order.
    package var parameters: [HiddenField]
    /// The name of the application that receives them.
    package var application: String
    package var nonce: ScriptNonce

    package init(_ frame: PageFrame, redirectURI: String, parameters: [HiddenField], application: String, nonce: ScriptNonce) {
        (self.frame, self.redirectURI, self.parameters) = (frame, redirectURI, parameters)
        (self.application, self.nonce) = (application, nonce)
    }

    package var template: PageTemplate { .formPost }
    package var contentSecurityPolicy: ContentSecurityPolicy { .formPost(nonce) }

    package var fields: PageFields {
        frame.fields.adding(PageForm(action: redirectURI, hidden: parameters).fields).adding([
            "application": .text(application), "nonce": .text(nonce.value),
        ])
    }
}

/// The answer of `response_mode=web_message` (contract 4.4): a script that hands the response to the window that opened or
/// frames it, if that is of the application's origin.
package struct WebMessagePage: Page {
    /// The members of the response as a JSON object; escaped here for its place in a script.
    package var responseJSON: String
    /// The origin of the redirect URI, the only one that may receive the message. When it is not `scheme://host[:port]`,
    /// nobody receives it.
    package var targetOrigin: String
    package var nonce: ScriptNonce

    package init(responseJSON: String, targetOrigin: String, nonce: ScriptNonce) {
        (self.responseJSON, self.targetOrigin, self.nonce) = (responseJSON, targetOrigin, nonce)
    }

    package var template: PageTemplate { .webMessage }
    package var contentSecurityPolicy: ContentSecurityPolicy { .webMessage(nonce, framedBy: targetOrigin) }

    package var fields: PageFields {
        [
            // `*` and `/` mean something to postMessage, so nothing but an origin may reach it.
            "targetOrigin": .text(PageOrigin.isValid(targetOrigin) ? ScriptLiteral.string(targetOrigin) : nil),
            "response": .text(ScriptLiteral.embedded(json: responseJSON)),
            "nonce": .text(nonce.value),
        ]
    }
}

/// The answer of `/usernamepassword/login` (contract 13.5): a form that the script of a login page puts into its document. The form
/// comes first and without a document around it, since the script sends the first element of what it got.
package struct LoginCallbackForm: Page {
    package var form: PageForm
    package var nonce: ScriptNonce

    package init(_ form: PageForm, nonce: ScriptNonce) { (self.form, self.nonce) = (form, nonce) }

    package var template: PageTemplate { .loginCallback }
    package var contentSecurityPolicy: ContentSecurityPolicy { .formPost(nonce) }
    package var fields: PageFields { form.fields.adding(["nonce": .text(nonce.value)]) }
}

package import OAuthProtocol

/// A person of the tenant. `userID` is `provider|id`, `auth0|` and 24 hexadecimal digits for database users.
package struct User: Sendable, Codable, Equatable {
    package var userID: String
    /// Name of the connection that the user belongs to.
    package var connection: String
    /// Kept as given; unique in the connection by its ASCII-lower-case form.
    package var email: String?
    package var emailVerified = false
    package var username: String?
    package var profile = UserProfile()
    package var blocked = false
    /// JSON object text.
    package var userMetadata = "{}"
    package var appMetadata = "{}"
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var lastLogin: Timestamp?
    package var lastIP: String?
    package var loginsCount = 0

    package init(userID: String, connection: String, email: String?, createdAt: Timestamp) {
        (self.userID, self.connection, self.email, self.createdAt) = (userID, connection, email, createdAt)
        updatedAt = createdAt
    }

    /// ASCII-lower-case form, by which e-mail addresses and user names are unique and found.
    package static func nameKey(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Nothing about the account changed after an instant. What was proved before a change, such as of the password, counts no more.
    package func isUnchanged(since instant: Timestamp) -> Bool { updatedAt <= instant }

    package enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case connection, email
        case emailVerified = "email_verified"
        case username, profile, blocked
        case userMetadata = "user_metadata"
        case appMetadata = "app_metadata"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case lastLogin = "last_login"
        case lastIP = "last_ip"
        case loginsCount = "logins_count"
    }
}

/// The standard claims of a user that have a value (OIDC Core 5.1).
package struct UserProfile: Sendable, Codable, Equatable {
    package var name: String?
    package var givenName: String?
    package var familyName: String?
    package var middleName: String?
    package var nickname: String?
    package var picture: String?
    package var website: String?
    package var gender: String?
    package var birthdate: String?
    package var zoneinfo: String?
    package var locale: String?
    package var phoneNumber: String?
    package var phoneNumberVerified: Bool?
    /// The user's page; the claim `profile`.
    package var profilePage: String?
    package var preferredUsername: String?
    package var address: UserAddress?

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case name
        case givenName = "given_name"
        case familyName = "family_name"
        case middleName = "middle_name"
        case nickname, picture, website, gender, birthdate, zoneinfo, locale
        case phoneNumber = "phone_number"
        case phoneNumberVerified = "phone_number_verified"
        case profilePage = "profile"
        case preferredUsername = "preferred_username"
        case address
    }
}

/// The `address` claim (OIDC Core 5.1.1).
package struct UserAddress: Sendable, Codable, Equatable {
    package var formatted: String?
    package var streetAddress: String?
    package var locality: String?
    package var region: String?
    package var postalCode: String?
    package var country: String?

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case formatted
        case streetAddress = "street_address"
        case locality, region
        case postalCode = "postal_code"
        case country
    }
}

/// A source of users: a database of e-mail addresses (or user names) and passwords, addresses alone, or an identity provider.
package struct Connection: Sendable, Equatable {
    /// `con_` and 16 characters.
    package var id: String
    package var name: String
    /// `auth0` for a database, `email` and `sms` for codes, or one of `IdentityProvider.Strategy`.
    package var strategy: String
    package var options: DatabaseOptions
    /// The identity provider whose users these are; `nil` for the other strategies.
    package var provider: IdentityProvider?
    /// Client ids that may use it; `nil` means every client but strict third parties.
    package var enabledClients: [String]?
    /// Open to every third party, which no list of ids can name.
    package var isDomainConnection = false

    package init(id: String, name: String, strategy: String = "auth0", options: DatabaseOptions = DatabaseOptions(), enabledClients: [String]? = nil) {
        (self.id, self.name, self.strategy, self.options, self.enabledClients) = (id, name, strategy, options, enabledClients)
    }
}

/// Rules of a database connection (contract 13).
package struct DatabaseOptions: Sendable, Codable, Equatable {
    /// Auth0's five levels of password policy.
    package enum PasswordPolicy: String, Sendable, Codable, CaseIterable { case none, low, fair, good, excellent }

    package var passwordPolicy: PasswordPolicy = .good
    package var minimumPasswordLength: Int?
    package var requiresUsername = false
    package var disableSignup = false
    /// A password holds no part of the user's names and address.
    package var passwordNoPersonalInfo = PasswordNoPersonalInfo()
    /// A password is none that everybody tries first.
    package var passwordDictionary = PasswordDictionary()

    package init() {}

    package struct PasswordNoPersonalInfo: Sendable, Codable, Equatable {
        package var enable = false
        package init() {}
    }

    package struct PasswordDictionary: Sendable, Codable, Equatable {
        package var enable = false
        /// Refused beside the most common ones, without regard to case.
        package var dictionary: [String] = []
        package init() {}
    }

    package enum CodingKeys: String, CodingKey {
        case passwordPolicy
        case minimumPasswordLength = "minimum_password_length"
        case requiresUsername = "requires_username"
        case disableSignup = "disable_signup"
        case passwordNoPersonalInfo = "password_no_personal_info"
        case passwordDictionary = "password_dictionary"
    }
}

/// What a user agreed that a client may do (contract 6.1). `audience` is empty for OpenID Connect scopes alone.
package struct Consent: Sendable, Equatable {
    package var userID: String
    package var clientID: String
    package var audience: String
    package var scopes: Scopes
    package var updatedAt: Timestamp

    package init(userID: String, clientID: String, audience: String, scopes: Scopes, updatedAt: Timestamp) {
        (self.userID, self.clientID, self.audience) = (userID, clientID, audience)
        (self.scopes, self.updatedAt) = (scopes, updatedAt)
    }
}

import OAuthProtocol
import Storage

/// Rows of `users`.
enum UserRows {
    static let columns = """
        user_id, connection_name, email, email_verified, username, profile, blocked, user_metadata, app_metadata, created_at,
        updated_at, last_login, last_ip, logins_count
        """

    static func read(_ columns: inout ColumnReader) throws -> User {
        guard let user = try readOptional(&columns) else { throw SQLError.unexpectedValue(column: 0) }
        return user
    }

    /// Nil when an outer join found no user.
    static func readOptional(_ columns: inout ColumnReader) throws -> User? {
        guard let userID = try columns.optionalText() else { return nil }
        let (connection, email, isVerified) = (try columns.text(), try columns.optionalText(), try columns.flag())
        let username = try columns.optionalText()
        let profile = try columns.text()
        let isBlocked = try columns.flag()
        let (userMetadata, appMetadata) = (try columns.text(), try columns.text())
        var user = User(userID: userID, connection: connection, email: email, createdAt: try columns.time())
        (user.emailVerified, user.username, user.blocked) = (isVerified, username, isBlocked)
        (user.userMetadata, user.appMetadata) = (userMetadata, appMetadata)
        if profile != "{}" { user.profile = try UserProfile(document: profile) }
        user.updatedAt = try columns.time()
        user.lastLogin = try columns.optionalTime()
        user.lastIP = try columns.optionalText()
        user.loginsCount = Int(try columns.integer())
        return user
    }
}

extension UserProfile {
    /// Reads what `Document.encode` wrote. Without `Decodable`: every refresh reads a user.
    fileprivate init(document: String) throws {
        guard let object = try JSONValue.parse(Array(document.utf8), limits: Document.limits).object else {
            throw SQLError.invalidDocument
        }
        self.init()
        for member in object.members {
            guard let key = CodingKeys(rawValue: member.name) else { continue }
            set(key, member.value)
        }
    }

    private mutating func set(_ key: CodingKeys, _ value: JSONValue) {
        switch key {
        case .name: name = value.string
        case .givenName: givenName = value.string
        case .familyName: familyName = value.string
        case .middleName: middleName = value.string
        case .nickname: nickname = value.string
        case .picture: picture = value.string
        case .website: website = value.string
        case .gender: gender = value.string
        case .birthdate: birthdate = value.string
        case .zoneinfo: zoneinfo = value.string
        case .locale: locale = value.string
        case .phoneNumber: phoneNumber = value.string
        case .phoneNumberVerified: phoneNumberVerified = value.bool
        case .profilePage: profilePage = value.string
        case .preferredUsername: preferredUsername = value.string
        case .address: address = value.object.map(UserAddress.init(object:))
        }
    }
}

extension UserAddress {
    fileprivate init(object: JSONObject) {
        self.init()
        for member in object.members {
            guard let key = CodingKeys(rawValue: member.name) else { continue }
            switch key {
            case .formatted: formatted = member.value.string
            case .streetAddress: streetAddress = member.value.string
            case .locality: locality = member.value.string
            case .region: region = member.value.string
            case .postalCode: postalCode = member.value.string
            case .country: country = member.value.string
            }
        }
    }
}

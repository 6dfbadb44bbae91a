import OAuthProtocol
package import WebUI

extension AuthorizationDetail {
    /// The objects of an `authorization_details` array (RFC 9396 section 2), from JSON text as it was asked for or granted.
    /// Other text, which should have been refused before, is shown as it is: nobody agrees to what they cannot see.
    package static func all(inJSON text: String?) -> [AuthorizationDetail] {
        guard let text else { return [] }
        guard let values = try? JSONValue.parse(Array(text.utf8)).array else {
            return [AuthorizationDetail(type: text, members: [])]
        }
        return values.map(AuthorizationDetail.init)
    }

    private init(_ json: JSONValue) {
        guard let object = json.object else {
            self.init(type: "", members: [Member("value", Value(json))])
            return
        }
        self.init(object)
    }

    private init(_ object: JSONObject) {
        let members = object.members.filter { !$0.name.isExactly("type") }
        self.init(type: object["type"]?.string ?? "", members: members.map(Member.init))
    }
}

extension AuthorizationDetail.Member {
    fileprivate init(_ member: JSONObject.Member) { self.init(member.name, AuthorizationDetail.Value(member.value)) }
}

extension AuthorizationDetail.Value {
    fileprivate init(_ json: JSONValue) {
        self =
            switch json {
            case .null: .text("null")
            case .bool(let flag): .text(flag ? "true" : "false")
            case .integer(let number): .text(String(number))
            case .number(let number): .text(String(number))
            case .string(let text): .text(text)
            case .array(let values): .list(values.map(AuthorizationDetail.Value.init))
            case .object(let object): .members(object.members.map(AuthorizationDetail.Member.init))
            }
    }
}

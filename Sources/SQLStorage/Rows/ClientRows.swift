import OAuthProtocol
import Storage

/// Rows of `clients`, and what goes with a client.
enum ClientRows {
    static let columns = """
        client_id, document, secret_key_id, secret, additional_secrets_key_id, additional_secrets, unused_until
        """

    /// The document and the secrets sealed for the row: five columns, in the order of `columns`.
    static func values(_ client: Client, in scope: TenantScope) throws -> [SQLValue] {
        let further = client.additionalSecrets.isEmpty ? nil : SecretString(text(client.additionalSecrets))
        return [try Document.encode(client)]
            + (try scope.sealed(client.clientSecret, for: "clients", client.clientID))
            + (try scope.sealed(further, for: "clients.additional_secrets", client.clientID))
    }

    static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> ConfigurationCaches.KnownClient {
        let clientID = try columns.text()
        var client = try Document.decode(Client.self, from: try columns.text())
        client.clientSecret = try scope.openedText(&columns, from: "clients", clientID)
        let further = try scope.openedText(&columns, from: "clients.additional_secrets", clientID)
        if let further { client.additionalSecrets = try secrets(further.revealed) }
        return ConfigurationCaches.KnownClient(client: client, isUnused: try columns.optionalTime() != nil)
    }

    /// Deletes all that hangs on a client that was deleted in the same transaction.
    static func deleteDependents(of clientID: String, tenant: SQLValue, on connection: any SQLConnection) throws {
        try TransferRows.deleteAll(madeBy: clientID, tenant: tenant, on: connection)
        let tables = [
            "client_grants", "consents", "pushed_requests", "authorization_codes", "deferred_authorizations",
            "refresh_token_families", "deliveries",
        ]
        for table in tables {
            let sql = "DELETE FROM \(table) WHERE tenant_id = $1 AND client_id = $2"
            _ = try connection.execute(sql, [tenant, .text(clientID)])
        }
    }
}

// Further secrets as JSON text, which is kept sealed.
extension ClientRows {
    private static func text(_ secrets: [ClientSecret]) -> String {
        let values = secrets.map { secret -> JSONValue in
            var object: JSONObject = [
                "id": .string(secret.id), "value": .string(secret.value.revealed),
                "created_at": .integer(secret.createdAt.milliseconds),
            ]
            if let end = secret.expiresAt { object["expires_at"] = .integer(end.milliseconds) }
            return .object(object)
        }
        return (["secrets": .array(values)] as JSONObject).serializedString
    }

    private static func secrets(_ text: String) throws -> [ClientSecret] {
        let document = try JSONValue.parse(Array(text.utf8), limits: Document.limits).object
        return try (document?["secrets"]?.array ?? []).map { value in
            guard let object = value.object, let id = object["id"]?.string, let secret = object["value"]?.string else {
                throw SQLError.invalidDocument
            }
            return ClientSecret(
                id: id, value: SecretString(secret),
                createdAt: Timestamp(milliseconds: object["created_at"]?.integer ?? 0),
                expiresAt: object["expires_at"]?.integer.map(Timestamp.init(milliseconds:)))
        }
    }
}

import Egress

/// What this server may fetch because a client named the URL.
struct EgressSettings {
    var rules = OutboundRules.strict
    /// PEM file; empty when there is none.
    var authorities: String

    init(_ reader: SettingsReader) {
        let allowed = reader.list(
            "egress.allow",
            """
            What clients' URLs may point to although it is not https on the public internet: hosts (`keys.internal`, \
            `keys.internal:8443`), addresses and ranges (`10.0.0.0/8`).
            """
        )
        authorities = reader.text(
            "egress.ca", "PEM file of authorities that are trusted beside the system's when clients' URLs are fetched.")
        for entry in allowed where OutboundRules(allow: [entry]) == nil {
            reader.report("egress.allow: \"\(entry)\" is not a host, an address or a range like 10.0.0.0/8")
        }
        rules = OutboundRules(allow: allowed) ?? .strict
    }
}

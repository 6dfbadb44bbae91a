/// What is for test suites, and for nobody else.
struct DevelopmentSettings {
    var scriptsApprovals: Bool

    init(_ reader: SettingsReader) {
        scriptsApprovals = reader.flag(
            "development.scriptsApprovals", default: false,
            """
            Development tenants answer `POST /dev/backchannel`, by which a test suite decides backchannel requests. Refused where \
            others reach this server; `martlet dev` does it in any case.
            """)
    }
}

import OAuthProtocol

/// Form and JSON bodies, and JSON values: what is read is within limits and comes back the same from what we write.
enum ParametersTarget {
    static func run(_ bytes: [UInt8]) {
        form(bytes)
        body(bytes)
        value(bytes)
    }

    private static let generous = FormParameters.Limits(maximumBytes: 1 << 22)

    private static func form(_ bytes: [UInt8]) {
        guard let form = try? FormParameters(formBody: bytes) else { return }
        expect(form.entries.count <= FormParameters.Limits.standard.maximumParameters, "no more parameters than the limit")
        let written = try? FormParameters(query: form.formEncoded, limits: generous)
        expect(written.map { isSame($0, form) } ?? false, "a form comes back the same from its own encoding")
        reading(form)
    }

    private static func body(_ bytes: [UInt8]) {
        guard let body = try? FormParameters(jsonBody: bytes) else { return }
        expect(body.entries.count <= FormParameters.Limits.standard.maximumParameters, "no more members than the limit")
        reading(body)
    }

    private static func reading(_ form: FormParameters) {
        for entry in form.entries {
            guard let text = try? form.optional(entry.name) else { continue }
            expect(!text.isEmpty && text.utf8.count <= 4096, "a parameter that is read has a length within bounds")
            expect(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a parameter that is read has no control characters")
            expect(form.values(entry.name).count == 1, "a repeated parameter is never read")
            _ = try? form.object(entry.name)
        }
    }

    private static func value(_ bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes) else { return }
        let generous = JSONLimits(maximumBytes: 1 << 22)
        expect((try? JSONValue.parse(value.serialized, limits: generous)) == value, "a JSON value comes back the same")
        let html = value.serializedForHTML
        expect(!html.utf8.contains { "<>&".utf8.contains($0) }, "JSON for pages has no markup")
        expect((try? JSONValue.parse(Array(html.utf8), limits: generous)) == value, "JSON for pages comes back the same")
    }

    private static func isSame(_ left: FormParameters, _ right: FormParameters) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.name.isExactly($1.name) && isSame($0.value, $1.value) }
    }

    private static func isSame(_ left: FormParameters.Value, _ right: FormParameters.Value) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.isExactly(right)
        case (.json(let left), .json(let right)): left == right
        case (.text, .json), (.json, .text): false
        }
    }
}

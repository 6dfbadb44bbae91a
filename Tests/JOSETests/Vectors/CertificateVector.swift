/// Certificates made with another implementation (pyca/cryptography), DER in base64; valid in 2025 to 2034.
enum CertificateVector {
    /// P-256; a subject that needs every escape of RFC 4514, and alternative names of all kinds.
    static let full =
        """
        MIICWjCCAgCgAwIBAgIBTTAKBggqhkjOPQQDAjB9MRcwFQYKCZImiZPyLGQBGRYHZXhhbXBsZTELMAkGA1UEBhMCREUxHzAdBgNVBAoMFkjDpHVz\
        ZXIsIFPDtmhuZSArICJDbyIxHzALBgNVBAsMBCNvbmUwEAYKCZImiZPyLGQBAQwCdTExEzARBgNVBAMMCiBjbGllbnQgMSAwHhcNMjUwMTAxMDAw\
        MDAwWhcNMzUwMTAxMDAwMDAwWjB9MRcwFQYKCZImiZPyLGQBGRYHZXhhbXBsZTELMAkGA1UEBhMCREUxHzAdBgNVBAoMFkjDpHVzZXIsIFPDtmhu\
        ZSArICJDbyIxHzALBgNVBAsMBCNvbmUwEAYKCZImiZPyLGQBAQwCdTExEzARBgNVBAMMCiBjbGllbnQgMSAwWTATBgcqhkjOPQIBBggqhkjOPQMB\
        BwNCAAQDs5Jx6RvxBLg1pJKWkLWEItOcGK02KXcXEER/v4sSC5B4vP+pEAhOvB7+ZbmhgK/xUaeLw98Lq3uh5NKKerkVo3EwbzBtBgNVHREEZjBk\
        ghJjbGllbnQuZXhhbXBsZS5jb22CDSouZXhhbXBsZS5vcmeGFnVybjpleGFtcGxlOmNsaWVudD9hPTGHBMAAAgeHECABDbgAAAAAAAEAAAAAAAGB\
        D29wc0BleGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiAUtUXpNXOaUpdOCx2ohDtPrJRotBUPMZ5ScGPTlYEICgIhAIjLO7AQ3jgJmSGb2bkL\
        kDVRnvHdtC1d9zJhIQOAwVLC
        """
    static let fullX = "A7OScekb8QS4NaSSlpC1hCLTnBitNil3FxBEf7-LEgs"
    static let fullY = "kHi8_6kQCE68Hv5luaGAr_FRp4vD3wure6Hk0op6uRU"
    static let fullThumbprint = "lv9HuEaT2m9q1SNjKzPZvKnNPIFiAMZfc8onk3xYtaY"
    /// Its only DNS name has a NUL inside.
    static let withNUL =
        """
        MIIBKjCB0KADAgECAgFNMAoGCCqGSM49BAMCMBAxDjAMBgNVBAMMBXBsYWluMB4XDTI1MDEwMTAwMDAwMFoXDTM1MDEwMTAwMDAwMFowEDEOMAwG\
        A1UEAwwFcGxhaW4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQDs5Jx6RvxBLg1pJKWkLWEItOcGK02KXcXEER/v4sSC5B4vP+pEAhOvB7+Zbmh\
        gK/xUaeLw98Lq3uh5NKKerkVoxswGTAXBgNVHREEEDAOggxnb29kAGV4YW1wbGUwCgYIKoZIzj0EAwIDSQAwRgIhALrr5opeM6QP/Jlsv1iiGk4v\
        zLD0+I1gmXFF1nSjp9tOAiEAoNnM1suZcWOgMhMftx6eGZLB89pVlFH7P8KRzFlOJgU=
        """
    /// Ed25519; the subject has a type that nobody knows.
    static let ed25519 =
        """
        MIHqMIGdoAMCAQICAU0wBQYDK2VwMB8xCzAJBgNVBAMMAmVkMRAwDgYJKwYBBAGGjR8BDAF4MB4XDTI1MDEwMTAwMDAwMFoXDTM1MDEwMTAwMDAw\
        MFowHzELMAkGA1UEAwwCZWQxEDAOBgkrBgEEAYaNHwEMAXgwKjAFBgMrZXADIQC9ffsq+g339iQc7XlHMcBzXNdQ/d5lv0ZGzhLvFnT4WDAFBgMr\
        ZXADQQADDMF/XtTPWnsIbplw1Im7jjsikk1tyK03qpfdzwZYtBviQYPwlEXykgGT/RxiujwAKHyRo0oMvVpXtUYmGLQO
        """
    /// RSA with 1024 bits.
    static let weak =
        """
        MIIBkTCB+6ADAgECAgFNMA0GCSqGSIb3DQEBCwUAMA8xDTALBgNVBAMMBHdlYWswHhcNMjUwMTAxMDAwMDAwWhcNMzUwMTAxMDAwMDAwWjAPMQ0w\
        CwYDVQQDDAR3ZWFrMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCye5BaB7puqOeJgLO8Cgc03B8r5oGpR+Dn4bHPmb/xThq598vwbLd6a6S6\
        WF0F8C7eZYvu3wWTc8ePjuIICpxPf/QSdMqDBy2113jz1X8MUikY2zITQUz2l82aGNemkSpQxPYJPJw05gOvV3pCUkDG2tdiwtCpWKZYHlm7X8oq\
        KwIDAQABMA0GCSqGSIb3DQEBCwUAA4GBADAMpwze12Lhu3m+LZalt9CBEJnJrxZkZo34NS7R2geC5rhOFvnYepmGArsergvN8TfAO4dL8bAKkNs4\
        MOieSqahidyCUjQNJj2N8V7slKxeJk0zclLU6BAA46KL0uQ4hIh8rYZrH8PVVOnbhD29AaxFesOYUpNk0JTwFuxYguyG
        """
    /// P-384; an empty subject, and the address `::`.
    static let unnamed =
        """
        MIIBSjCB0aADAgECAgFNMAoGCCqGSM49BAMCMAAwHhcNMjUwMTAxMDAwMDAwWhcNMzUwMTAxMDAwMDAwWjAAMHYwEAYHKoZIzj0CAQYFK4EEACID\
        YgAEvqNG8qV4Ew19ZTQ3yrC61BPMlNGFmG4Zw8GrvbemjS4YXbAZVA4ajqOdHdgjpEQ+0cN34Rl4Ou3Q4ZmAms/8piwnDjI9pTOw6fWHNvQf0B5G\
        YxVv/Dj2sFQ9hL9zBTvXox8wHTAbBgNVHREEFDAShxAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA2gAMGUCMG+DDtC5SAD0nltbKVhbIEC2\
        AmKfO/+xrhxpjqOV08r2jL2ll8wsdddiq2zIT/68HgIxAIlYZx4c2QWb7Z8WqZ54AjYfUmk/I0EyYQyi98M4Qdup6aCe3ET1+BYddsnt2EVFLg==
        """
}

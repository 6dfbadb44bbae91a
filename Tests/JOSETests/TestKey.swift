import JOSE
import OAuthProtocol

/// The RSA key of RFC 7515 appendix A.2, as PKCS #8. Published, and so worth nothing but as a test vector.
enum TestKey {
    static let pkcs8DER = Base64.decode(
        """
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5Vr\
        D7io8ImtxLaYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNnjuygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7E\
        x1sFhSwsD174pcF1A5L5ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkftoaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2P\
        yrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7/GQ5sL\
        KMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/GO+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M/V51gf\
        pRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS9\
        8l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGi\
        gp5BNr0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqElMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHz\
        wZkUXV866cff7tx6kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAPrq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS\
        /l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/\
        zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds29+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/evpitUf+4JYbLpvNXW\
        cY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcGyoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZjOYiIDktV\
        WZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJ\
        Q3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A5603k2+ZQwVK0JKSHuLFkuQ3U=
        """)

    static func rsa() throws -> RSAPrivateKey { try RSAPrivateKey(pkcs8DER: pkcs8DER ?? []) }

    static func signing(_ algorithm: SignatureAlgorithm = .rs256, kid: String = "a2") throws -> SigningKey {
        let key = try rsa()
        let certificate = try SelfSignedCertificate.make(
            for: key, commonName: "example.com", serial: [1], notBefore: Timestamp(seconds: 1_700_000_000), lifetime: .days(3650))
        return SigningKey(kid: kid, algorithm: algorithm, privateKey: key, certificate: certificate)
    }

    /// The key as a verification key for RS256.
    static func verification(_ algorithm: SignatureAlgorithm = .rs256, kid: String = "a2") throws -> VerificationKey {
        try signing(algorithm, kid: kid).verificationKey
    }
}

/// The texts of RFC 7515 appendix A and RFC 7519.
enum Vector {
    static let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let claims: JSONObject = ["iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true]

    /// RFC 7515 appendix A.1, which is also the example of RFC 7519 section 3.1.
    static let hs256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\(payload).dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let hs256Key =
        Base64URL.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow") ?? []

    /// RFC 7515 appendix A.2.
    static let rs256Signature =
        """
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1d\
        nZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC\
        -eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw
        """
    static let rs256 = "eyJhbGciOiJSUzI1NiJ9.\(payload).\(rs256Signature)"

    /// The same payload signed with `openssl dgst -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32`.
    static let ps256 =
        """
        eyJhbGciOiJQUzI1NiIsImtpZCI6ImEyIn0.\(payload).YxDQY6H-xppip4o8gqBJb4k9KQOD3VJqFVH0Dte8fI5SdlNCF0kLe7GrUWaOLcZSwQZG\
        o00rcL-Hw544_Y0jWIrSw13dIzAcCdPPDKPtGFbpymUj98gIZYf-Da_yljLzRLJKl1N82T6Mw_qNxNAKEag7Vo1qt7VSLFWQSk951HW5LZ5mRiQ-sZ4D\
        w5sxP8JutGAZ3UMuNQOcuru5ICeLZWGBenCMFStqQiOt9lBiMnt1yNya6X6ReB4DUvpCiwpXg0EMUcuVtZEIQ8LngqsYLNPjHs2g-Mzn5pg17W5pznGg\
        wB5-Tvpp1-t68iHywLlid07UnJc3RIQ7uXGPOD1Hnw
        """

    /// RFC 7519 section 6.1.
    static let unsecured = "eyJhbGciOiJub25lIn0.\(payload)."

    /// A token with any header, signed with `sign` so that only the header can be the reason to refuse it.
    static func token(header: String, payload: String = Vector.payload, sign: ([UInt8]) throws -> [UInt8]) rethrows -> String {
        let input = Base64URL.encode(header.utf8) + "." + payload
        return input + "." + Base64URL.encode(try sign(Array(input.utf8)))
    }
}

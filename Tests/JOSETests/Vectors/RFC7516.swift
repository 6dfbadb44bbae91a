/// The examples of RFC 7516 appendix A.
enum RFC7516 {
    /// Appendix A.1.3: the recipient's key, as PKCS #8.
    static let a1PKCS8 =
        """
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQChqFQihbDQrS6wo245HofjCR/igFRcdPFG+BvjwT4FW/GR4M2NsLiF7ytRZwmhmZ2zaH\
        szvSKYRWFFTl2Mg1e2qWVcjgMWpwjUOCNP0t7A0PwxbYqt/dKmyT9mSgWeKVqQbKBPClne56wf48UAE0hRik6I3Xl2xBGSCvS8SHE33aLZqxs56dJl7JrH\
        OIrvZTDGusqgTG/qRzm3BdOriH5AKEs6WfT+a1RnB+xFoxK0+zqZLpeuDGfFtaGiN/rre24RC54YL4UIx+trfoL2ScMUbMqw1rstkrZ2NiDIPclH8wH/g1\
        Qlb9Oo5C3AdhvF6+gkCub4vlK2jCPMbL79urobAgMBAAECggEBAJC3bSI+hmw5LPwKQkk2ELXpXDbbZSojsj8zK1x3iPspNRe/pKQ8WOPlmOTVleSp7WhH\
        l0tY/NhN++ccYVjB18r42HnD0/X6cEfzPYFfJ/R64dmp06Uw/dw7etsqVt8g7CcwZ0562LtYsFkYASqxGGOOqgGSKwNsQMJ5tl+7hkdYYIZKg6dFao95G0\
        gs9V8nwrOvy3oQcLcRyMofEYqcuNKduJqDgG4MVcN68U/75bd1FXuFjtyZCTs5aVH/ik1SNj7YJvnQEcUxLRPonfuDia9IfivlRbN1Up3VUyM50sX8q4/C\
        Cy+jBv1L/GALu1SC0gd5TltPOfuKhNw84K044MkCgYEA1r52Xk46c+LsfB5P442p7atdPUrxQSy4mti/tZI3Mgf2EuFVbUoDBvaRQ+SWxkbkmoEzL7JXro\
        SBjSrK3YIQgYdMgyAEPTPjXv/hI2/1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN/rKrbfDIwUbTrjjgieRbwC6Cl0CgYEAwLb35x7hmQWZsWJm\
        B/vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx/8Fyw1YYa9XGrGnDew00J28cRUoeBB/jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3Q\
        RL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtcCgYBkr5jATt2JSHSpHW1HvDxYe2iUPHcxn85OjCIW+B95DdKKt6xeOb2BnkouExe+j67P4pQlYPFLmkVD\
        8zR692jV0qJFONXD/Hg3KrJc8zmdQs+RylTzbuuelnMAkql2FYCCqtcYoAQJAfRe3i1rOeOd3/NWkCZlmrrRY8wEx8py4QKBgA6tIH4CdQ3RRl4i70BGZ7\
        ihDdFFJrCQcZI8nXN4+GWHQYjEQMvOsdLxwo8sHDJWGIOMqAuGGWvYTVXLI6gNxXoi9fa5PIOkJ9vU7dHI/Kqshac/bzQwVHwgIiVXhEjoyQ2T2B3R2PL9\
        W/qPmdl+bby8fkwnpH+6Mcnig1Kilo4rAoGAVIMpMYbPf47dT1w/zDUXfPimsSegnMOA1zTaX7aGk/8urY6R8+ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6\
        flUK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9JF/XyaY14ardLSjf4L/FNY=
        """
    /// Appendix A.1.7: RSA-OAEP and A256GCM.
    static let a1 =
        """
        eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3\
        mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIK\
        LaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2La\
        wVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiS\
        diwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ
        """

    /// Appendix A.2.3: the recipient's key, as PKCS #8. RFC 7519 appendix A encrypts to it too.
    static let a2PKCS8 =
        """
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCxdyENpB5sec+Ia/IM4BPixoYRR61LKj0wos6hYWy56uLbds52BangPLVaVTN7BuAEeh\
        3mlwz0f3kZBFXckNdughFE5IGKB4LnKNTWEbMcfJeyzxQOmt5xsBjGSdNxCSGyUA0ZFRmZ1M5DmpNGwsC3oFNi7K9VF2FLx7FJkTL9ziCz/uy+UklDgf38\
        3GyIigvAASTv5DdRcREZjD/vkgOsYDzj6UD/4K3h5OVccEhjYRpXu3suMlrKdUkKmS/gsqNNMC6aIZQi5CGs2Fku4X9EkuoekzaSBYUtTv5VN0vVVsLa16\
        O9wjYGUyQSmTUHMFkjQpAHQZoNYUs35oQDDe9HAgMBAAECggEAVFCWOqXr8nvZNyaaJLXdnNPXZKRaWCjkU5Q2egQQpTBMwhprMzWzpR8Sxq1OPThh/J6M\
        UD8Z35wky9b8eEO0pwNS8xlh1lOFRRBoNqDIKVOku0aZb+rynq8cxjDTLZQ6Fz7jSjR1Klop+YKaUHc9GsEofQqYruPhzSA+QgajZGPbE/0ZaVDJHfyd7U\
        UBUKunFMScbflYAAOYJqVIVwaYR5zWEEceUjNnTNo/CVSj+VvXLO5VZfCUAVLgW4dpf1SrtZjSt34YLsRarSb127reG/DUwg9Ch+KyvjT1SkHgUWRVGcyl\
        y7uvVGRSDwsXypdrNinPA4jlhoNdizK2zF2CWQKBgQD2BjbDojpLovSO4Qqxt4MDCl31Yx+CoWh4D28TIRS6TiQvAEpyh7XHgcbryKT3XyF0NIT28NBJxw\
        DfFcc4AU48nxH0R4gBtOLVXAFidtOnztf7Fw9aUQ+St2hQpbrS2CzVo1382dz0sRVU8xLf3TNsXG3xM39uJoGB6U2BsL3mwwKBgQC4qUIq8q/9kkxVx0iz\
        m9VJT/pw+1gjWWNbK0TFX+ySy29FI2L2vrqN1337IGFV+4biyGynaPusaciKj3TVEF4ejpM8pZVXKQ+7WJiFBfDWMgAF/D4xWw37dtDvpYt23ZIPGwezur\
        vM/JTIdeamzvJxnlzvbAaRTA06Nh6WaSI1LQKBgQDDSRltXrdxVG9VfrKTcLxwzGjaoIzhjyeyrWWYxJiEbgRwvoVZtfmH3K6+eCziIsQWTp4AuhRLi8hY\
        TBwvi3HD0uxYf/Moj6HChF6g/vtw51IvgBVytodrCWSnJ3ZNaMTl6+BuFa07Gdl57dxckGQCLrgiTqNnFu+T5FHekSGcKwKBgQCj/xXXhJ7NyQ7oI0sqz9\
        u090WI73+QLUOy5RN3YsB8ghV4xnuOfUa6z8V/sHshXHenkq4EY5UXwv6qJ8tvqdCcvKyAcOHXfY0OKhmSEfuYjuE8b49gT+h0Ckp2eoQIdbDQn4XQladR\
        3oPYH/VO8X2ZcDZDH6IZifw5VXUGyanqpQKBgHjYaOckQRAcYRgbUEcMPUIq2bAeuk63xUXhvwnLXiNWgp3k9BCxoWJUZQrVJE0XJSH7hD5jbDQz2y6C6q\
        glc5xW73Qe8fk5fptJf3hU49ioqsBqhPT2QfZzU8DFbx91UUUi1gArz50osD/DeVLMvlkV0vle026cSIb3qU3xNDTa
        """
    /// Appendix A.2.7: RSA1_5 and A128CBC-HS256.
    static let a2 =
        """
        eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltGRhWhw7Zx0-kFm1N\
        Jn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hlRirb6Y5Cl_p-ko3Y\
        vkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcKiRaD0-D-ljQTP-c\
        FPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYg\
        PnAHOd8stkvw
        """

    /// Appendix A.3.3.
    static let a3Key = "GawgguFyGrWKav7AX4VKUg"
    /// Appendices A.3.2 and B.1.
    static let a3ContentKey = "BNMfxVSd_P4LZJ36P6pqzmt81C1vawnbyLEA8I-cLM8"
    /// Appendix A.3.7: A128KW and A128CBC-HS256.
    static let a3 =
        """
        eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGl\
        sbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ
        """

    /// Appendix A.4.7: the general JSON serialization, for two recipients.
    static let a4 =
        """
        {"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","unprotected":{"jku":"https://server.example.com/keys.jwks"},"recipient\
        s":[{"header":{"alg":"RSA1_5","kid":"2011-04-29"},"encrypted_key":"UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltG\
        RhWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hlR\
        irb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29NX0mcK\
        iRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A"},{"header":{"alg":"A128KW","kid":"7"},"encrypted_key":"6KB707\
        dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ"}],"iv":"AxY8DCtDaGlsbGljb3RoZQ","ciphertext":"KDlTtXchhZTGufMYmOYGS4\
        HffxPSUrfmqCHXaI9wOGY","tag":"Mz-VPPyU4RlcuYv1IwIvzw"}
        """
    /// Appendix A.5: the flattened JSON serialization.
    static let a5 =
        """
        {"protected":"eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0","unprotected":{"jku":"https://server.example.com/keys.jwks"},"header":{\
        "alg":"A128KW","kid":"7"},"encrypted_key":"6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ","iv":"AxY8DCtDaGlsb\
        Gljb3RoZQ","ciphertext":"KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY","tag":"Mz-VPPyU4RlcuYv1IwIvzw"}
        """
}

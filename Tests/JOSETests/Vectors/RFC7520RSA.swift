/// The messages of RFC 7520 sections 5 and 6 that are encrypted to RSA keys.
extension RFC7520Encryption {
    /// Section 5.1.1, as PKCS #8.
    static let rsa15PKCS8 =
        """
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCZrGFuyYG11DcI2sq+mtQTqf2Vhyt6AMwtg15MBZwuPw2c9T1chh6BMdUdCPEoNIc/aX\
        4XmNLuymkbXCB0CpnKGda9eFg29wztF+ArGo3H/EAfHp/fLLuz4z09I0LA8LaWHpQCRHgjTQSFX2WvKkz0+LiUFSin23l9L1blQ3BoCWWGt36ixAY+Mh4j\
        V14dPDH5lMe7cLrQ+78skiXqEqf3BvBpSYDhxHkF3amBtpjsBKCyMJRu1glo0gdKgdemtR0lkpQwDNXRY4o98Do48jijKkFp2O8xnhkCPcGddpJiwRmFq5\
        5Ne9kHh5k4CMjKHZ79U4gpUyycOslgBWi0aW8xAgMBAAECggEAKn9tgoHfiTVi8uPu5b9TnwyHwG5dK6RE0uFdlpCGnJN7ZEi963R7wybQ1PLAHmpIbNTz\
        tfrheoAniRV1NCIqXaW/qS461xiDTp4ntEPnqcKsyO5jMAji7+CL8vhpYYowNFvIesgMoVaPRYMYT9TW63hNM0aWs7USZ/hLg6Oe1mY0vHTI3FucjSM86N\
        ff4oIENt43r2fspgEPGRrdE6fpLc9Oaq+qeP1GFULimrRdndm+P8q8kvN3KHlNAtEgrQAgTTgz80S+3VD0FgWfgnb1PNmiuPUxO8OpI9KDIfu/acc6fg14\
        nsNaJqXe6RESvhGPH2afjHqSy/Fd2vpzj85bQQKBgQDYPBCZnjcWhOdDwiRSPcGYpF/kSHaaLNkDnEQnYyKdQTex1NgpIu1oSh6Rf29sFm5bEd1WEzpSco\
        In/aI2TxnRrItgcvT8bbVpd/366fKcSlSwfscdOSUulgDM47HVmBWWOjEB1Y2feGIQWuNktkZLuU4f5rdBCUMNCgk4nZUWZQKBgQC17wtjj5bsjJqofUTG\
        6OMyqRMCVN5Fu/RUtCd8tjbEg2etZ3CJD3f9UXT31o/URJ4uNrafD7qIoh76pPua0I+jMp9W1Rh/Pkesn9djaR97Ekg1v2WFkcy/mnWyRml4hL4Y8cILqB\
        GUqjWr6J2f+rHK6x9a/tYDGVJV9B+Tx3oS3QKBgFH2CnC/6K+Pdr1XND88C0qZW4OC9/mecC+PJsIrMG6czsiIHdsR0x0JoyaRQCGfKvs3/UZoCV5A6xbP\
        a5HcT7QLC9VmHXgk+XNduRZHYN9eyVUQ6NYp1+8dinYfBEQq3lvP+M1yLbk5fyol2TVOZbzEI1myMNnk8dZabH5aNK2FAoGBAIhIHDvkH6XqXR/BVne5lB\
        cq13ZzpFyQQqIAoWOmCriBxnP6fC3vTG6RShEsxGi5TdRIX9weqBgZeSM/2slJWY9iKEGfNs56FK6WvX1WDaLfOwAn8yBu6vTL+0YjwHXq2YtN7ZFVwHWg\
        Wrv/b7Oa0vuxzLcZFa8UlLyWNeE5F5RxAoGBAJAvpc2TqqBWmQq+ZdLTlbURCqFamgGIUIqiERi/jM0uLApkZMZub2ZV2MekbRNZ/wGoI6mo5ZI4nhpcU0\
        04Rw/CIGun6BgTGgK+bkdYRkKUnOxpewhdQ2ZASTE0DehLIWM2X8VtPJiDvDOkc7odG3i+nxvZpA3CMj6wV8dm0P5j
        """
    /// Section 5.1.5: RSA1_5 and A128CBC-HS256.
    static let rsa15 =
        """
        eyJhbGciOiJSU0ExXzUiLCJraWQiOiJmcm9kby5iYWdnaW5zQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.laLxI0j-nLH-_B\
        gLOXMozKxmy9gffy2gTdvqzfTihJBuuzxg0V7yk1WClnQePFvG2K-pvSlWc9BRIazDrn50RcRai__3TDON395H3c62tIouJJ4XaRvYHFjZTZ2GXfz8YAIm\
        cc91Tfk0WXC2F5Xbb71ClQ1DDH151tlpH77f2ff7xiSxh9oSewYrcGTSLUeeCt36r1Kt3OSj7EyBQXoZlN7IxbyhMAfgIe7Mv1rOTOI5I8NQqeXXW8VlzN\
        moxaGMny3YnGir5Wf6Qt2nBq4qDaPdnaAuuGUGEecelIO1wx1BpyIfgvfjOhMBs9M8XL223Fg47xlGsMXdfuY-4jaqVw.bbd5sTkYwhAIqfHsx8DayA.0f\
        ys_TY_na7f8dwSfXLiYdHaA2DxUjD67ieF7fcVbIR62JhJvGZ4_FNVSiGc_raa0HnLQ6s1P2sv3Xzl1p1l_o5wR_RsSzrS8Z-wnI3Jvo0mkpEEnlDmZvDu\
        _k8OWzJv7eZVEqiWKdyVzFhPpiyQU28GLOpRc2VbVbK4dQKPdNTjPPEmRqcaGeTWZVyeSUvf5k59yJZxRuSvWFf6KrNtmRdZ8R4mDOjHSrM_s8uwIFcqt4\
        r5GX8TKaI0zT5CbL5Qlw3sRc7u_hg0yKVOiRytEAEs3vZkcfLkP6nbXdC_PkMdNS-ohP78T2O6_7uInMGhFeX4ctHG7VelHGiT93JfWDEQi5_V9UN1rhXN\
        rYu-0fVMkZAKX3VWi7lzA6BP430m.kvKuFBXHe5mQr4lqgobAUg
        """

    /// Section 5.2.1, as PKCS #8: 4096 bits.
    static let rsaOAEPPKCS8 =
        """
        MIIJQwIBADANBgkqhkiG9w0BAQEFAASCCS0wggkpAgEAAoICAQDBt3EjnlVpqdlc9jb0uDmF2a/ZeG+oCGjFSRqd/N/b7nNVTFrqmsdGsjik/UCGiolGVl\
        9i1ZZ3maYdEbakAciWHTJIn3CLQGKhkGXVc/Z74L4XJckZxPLQd0pBaWt+FObjYRbtW/TiviB9qjq7GMsbB+katktquiGJYI+eQ2uDvVLYK41lJAEg8aNd\
        +SYjLa2X9VaAacvbYamXJePliUEt3Fendd5K2yqjnvW601+hRNTwTip3MndTUMi2hWQ8awzCWaacmLADuxdEi0EKK9Hgzmqdm13D7u/ha5Hjvv25sO4nmd\
        qUy/ZLrr5E9ycUDNZIrG0EOcUkkMYhR7tPOLOODWeazRer/I+5v9Q6VafR5zzkUJ+3WEAKlYbyxyGs4F42ocE4MWyRilRzYsLkkDZNo8XZ0Drt2DVNOwL8\
        W6l9DaQ0ZwTUuCmvEodxVZhBvzoH4ejOMdlyq1q4HMU1Xm1tO4H5OmRy8l81wUuUfdvyZv4f+jHfkWOoFICMsrKh6p8pOlWO9eF3T2SfCAl/pUqrpQLjXz\
        9M6WMxV8VNZdTGWd+E46fNbodJLMPVz1asK5XOxQy/nizOJ1D3B/VxhZ/eDmoUPENAqKz32BwNqIIDAzfIQEjO4154Jrl1qu0cNvXEQH8dwdJ5huCFsyMZ\
        9qy8qfRplGydPILTGFYGWyiVkQIDAQABAoICAQCft/Mlzf9Ybn1UQ4FORrLO5IwzvzQ4lC5mM38psfyU5kbblmgDtPgHFxzTFCfmhkTm5IIjCD3WgK3Qm/\
        E9ymarNolmDWeKuNxZn6gG1WTuAIBar4HeqF8XeLOVuSiyvOMdqMhxjfccGGzLj9Z6uteDgwM0TgdiiPLrxNzFPYthBHFQ4J/lO0le8zyiV7GVIa1WdCcN\
        G63ERQLCJ7B+aat+94SiAvH0QD4oyACNOIhJfGohdCFZRBfUbu/+ZX8evZi4iZhw1weRG+n0TuiiTTzvoOGQ7y/hQ5kvADU6VRf3yaSirBznwD9jaUFhtX\
        HX+zmWk+wSptsf6eoiOHV8vSB01+KEvGdyVa1bukLO0uciZkDJ4JYAbtkh+/5Gf18si/2Nnqvuv4xIf2ypu7OIc3aCsaMP+N9GW4wdrSXzh8UqXptyo3Ul\
        bE9WHM1mjTXIMX7UuJCepRhJ6k9/pfdrZI52SoFGKq4ToS8u5JggOkmreMMiyCgvwyjUuiiaCInFTAv8ZYQ4a7byCmXLOb71DRTSfKER/W6FJHxokBBYCI\
        UiZYflb8hBP0jv7KuKd2v/Z9ZD+LVSAywbMDto4bNl8+WNHLrP61j8q4EbTT7bxL9pa+PJRz4CWnwBTIqMFn7sJYffZ8ZYrjyPW37OiavCMv+aeGw9sazR\
        z1axaBHMj4ryAQKCAQEA7/2v3OQZzlPFcHyYfLABQ3XP85Es4hCdwCkbDeltaUXgVy9l9etKghvM4hRkOvbb01kYVuLFmxIkCDtpi+zLCYAdXKrAK3PtSb\
        tzld/XZ9nlsYa/QZWpXB/IrtFjVfdKUdMz94pHUhFGFj7nr6NNxfpiHSHWFE1zD/AC3mY46J961Y2LRnreVwAGNw53p07Db8yD/92pDa97vqcZOdgtybH9\
        q6uma+RFNhO1AoiJhYZj69hjmMRXx+x56HO9cnXNbmzNSCFCKnQmn4GQLmRj9sfbZRqL94bbtE4/e0Zrpo8RNo8vxRLqQNwIy85fc6BRgBJomt8QdQvIgP\
        gWCv5HoQKCAQEAzqOHk1P6WN/rHuM7ZF1cXH0x6RuOHq67WuHiSknqQeefGBA9PWs6ZyKQCO+O6mKXtcgE8/Q/hA2kMRcKOcvHil1hqMCNSXlflM7WPRPZ\
        u2qCDcqssd/uMbP+DqYthH/EzwL9KnYoH7JQFxxmcv5An8oXUtTwk4knKjkIYGRuUwfQTus0w1NfjFAyxOOiAQ37ussIcE6C6ZSsM3n41UlbJ7TCqewzVJ\
        aPJN5cxjySPZPD3Vp01a9YgAD6a3IIaKJdIxJS1ImnfPevSJQBE79+EXe2kSwVgOzvt+gsmM29QQ8veHy4uAqca5dZzMs7hkkHtw1z0jHV90epQJJlXXnH\
        8QKCAQEA19oDkBh1AXelMIxQFm2zZTqUhAzCIr4xNIGEPNoDt1jK83/FJA+xnx5kA7+1erdHdms/Ef67HsONNv5A60JaR7w8LHnDiBGnjdaUmmuO8XAxQJ\
        /ia5mxjxNjS6E2yD44USo2JmHvzeeNczq25elqbTPLhUpGo1IZuG72FZQ5gTjXoTXC2+xtCDEUZfaUNh4IeAipfLugbpe0JAFlFfrTDAMUFpC3iXjxqzbE\
        anflwPvj6V9iDSgjj8SozSM0dLtxvu0LIeIQAeEgT/yXcrKGmpKdSO08kLBx8VUjkbv/3Pn20Gyu2YEuwpFlM/H1NikuxJNKFGmnAq9LcnwwT0jvoQKCAQ\
        BLqnn0quWbMbNpBhAzejRd8cIa9+octiMI7nnsdhB/vY72QswJ93/VUESp4P7WOPAQsoONyTyQ4GXlS+iErWgN9I/UOV4DL5yeYvb0OpaaGDAzWKnQII2a\
        SayYNKWqRRcOLqwBpm6e3K6TJ+Uj6pJDcL8Fp8/IVoqu3V+B3ITBhrTykRIrDBaKzLsqeahS9ondJoeaiEVLvxMnblx9zXTBn2FA06sgKFmWSI50UK3EOp\
        2YKo1pyeGATdtlCManefzc4NLP3PAlxJS84OVcE9zYDJwfoKLnKNvG3g+mjH/mmObrGdCSI+CPTUamxSywyYE3uIdWysTs3aLOcE0J45QhAoIBABWYQpQT\
        MsFVY57lLnftOaneQmFNHSu/WpAIMvaF+kV+iNyCCD3JAnIka6JMYJWZ/qJgGOQpwnuCna54xTk+WFGROxvz4OOF4Al2mqy0H+IZfNKDxH+voyeSMusD0c\
        extnvKi8Z4fXDnX/pEaoDktxePFHL8N5muVeihjMEKlhXld9V7WfJeXFSPiNzcwUu6pbaVFYM9ibtNtXsnOyJaoM0ffKijjZduw7hBEtGitFhPe457Mjtu\
        2KfPFmtkYgaxKHDPPUGSNbHiYhg4sx0VD+FGccPc7F8MOOsMtD+n/YK52Ke7fC5Mgw5PHqCOCl+kjTDVXMlUvSFo5avBM6mRCiA=
        """
    /// Section 5.2.5: RSA-OAEP and A256GCM.
    static let rsaOAEP =
        """
        eyJhbGciOiJSU0EtT0FFUCIsImtpZCI6InNhbXdpc2UuZ2FtZ2VlQGhvYmJpdG9uLmV4YW1wbGUiLCJlbmMiOiJBMjU2R0NNIn0.rT99rwrBTbTI7IJM8f\
        U3Eli7226HEB7IchCxNuh7lCiud48LxeolRdtFF4nzQibeYOl5S_PJsAXZwSXtDePz9hk-BbtsTBqC2UsPOdwjC9NhNupNNu9uHIVftDyucvI6hvALeZ6O\
        GnhNV4v1zx2k7O1D89mAzfw-_kT3tkuorpDU-CpBENfIHX1Q58-Aad3FzMuo3Fn9buEP2yXakLXYa15BUXQsupM4A1GD4_H4Bd7V3u9h8Gkg8BpxKdUV9S\
        cfJQTcYm6eJEBz3aSwIaK4T3-dwWpuBOhROQXBosJzS1asnuHtVMt2pKIIfux5BC6huIvmY7kzV7W7aIUrpYm_3H4zYvyMeq5pGqFmW2k8zpO878TRlZx7\
        pZfPYDSXZyS0CfKKkMozT_qiCwZTSz4duYnt8hS4Z9sGthXn9uDqd6wycMagnQfOTs_lycTWmY-aqWVDKhjYNRf03NiwRtb5BE-tOdFwCASQj3uuAgPGrO\
        2AWBe38UjQb0lvXn1SpyvYZ3WFc7WOJYaTa7A8DRn6MC6T-xDmMuxC0G7S2rscw5lQQU06MvZTlFOt0UvfuKBa03cxA_nIBIhLMjY2kOTxQMmpDPTr6Cbo\
        8aKaOnx6ASE5Jx9paBpnNmOOKH35j_QlrQhDWUN6A2Gg8iFayJ69xDEdHAVCGRzN3woEI2ozDRs.-nBoKLH0YkLZPSI9.o4k2cnGN8rSSw3IDo1YuySkqe\
        S_t2m1GXklSgqBdpACm6UJuJowOHC5ytjqYgRL-I-soPlwqMUf4UgRWWeaOGNw6vGW-xyM01lTYxrXfVzIIaRdhYtEMRBvBWbEwP7ua1DRfvaOjgZv6Ifa\
        3brcAM64d8p5lhhNcizPersuhw5f-pGYzseva-TUaL8iWnctc-sSwy7SQmRkfhDjwbz0fz6kFovEgj64X1I5s7E6GLp5fnbYGLa1QUiML7Cc2GxgvI7zqW\
        o0YIEc7aCflLG1-8BboVWFdZKLK9vNoycrYHumwzKluLWEbSVmaPpOslY2n525DxDfWaVFUfKQxMF56vn4B9QMpWAbnypNimbM8zVOw.UCGiqJxhBI3IFV\
        dPalHHvA
        """

    /// Section 6.1.1: the signer's key, without its private members.
    static let nestedKey =
        """
        {"kty":"RSA","kid":"hobbiton.example","use":"sig","n":"kNrPIBDXMU6fcyv5i-QHQAQ-K8gsC3HJb7FYhYaw8hXbNJa-t8q0lDKwLZgQXYV\
        -ffWxXJv5GGrlZE4GU52lfMEegTDzYTrRQ3tepgKFjMGg6Iy6fkl1ZNsx2gEonsnlShfzA9GJwRTmtKPbk1s-hwx1IU5AT-AIelNqBgcF2vE5W25_SGGBo\
        aROVdUYxqETDggM1z5cKV4ZjDZ8-lh4oVB07bkac6LQdHpJUUySH_Er20DXx30Kyi97PciXKTS-QKXnmm8ivyRCmux22ZoPUind2BKC5OiG4MwALhaL2Z2\
        k8CsRdfy-7dg7z41Rp6D0ZeEvtaUp4bX4aKraL4rTfw","e":"AQAB"}
        """
    /// Section 6.2.1, as PKCS #8: 4096 bits.
    static let nestedPKCS8 =
        """
        MIIJQgIBADANBgkqhkiG9w0BAQEFAASCCSwwggkoAgEAAoICAQDBt3EjnlVpqdlc9jb0uDmF2a/ZeG+oCGjFSRqd/N/b7nNVTFrqmsdGsjik/UCGiolGVl\
        9i1ZZ3maYdEbakAciWHTJIn3CLQGKhkGXVc/Z74L4XJckZxPLQd0pBaWt+FObjYRbtW/TiviB9qjq7GMsbB+katktquiGJYI+eQ2uDvVLYK41lJAEg8aNd\
        +SYjLa2X9VaAacvbYamXJePliUEt3Fendd5K2yqjnvW601+hRNTwTip3MndTUMi2hWQ8awzCWaacmLADuxdEi0EKK9Hgzmqdm13D7u/ha5Hjvv25sO4nmd\
        qUy/ZLrr5E9ycUDNZIrG0EOcUkkMYhR7tPOLOODWeazRer/I+5v9Q6VafR5zzkUJ+3WEAKlYbyxyGs4F42ocE4MWyRilRzYsLkkDZNo8XZ0Drt2DVNOwL8\
        W6l9DaQ0ZwTUuCmvEodxVZhBvzoH4ejOMdlyq1q4HMU1Xm1tO4H5OmRy8l81wUuUfdvyZv4f+jHfkWOoFICMsrKh6p8pOlWO9eF3T2SfCAl/pUqrpQLjXz\
        9M6WMxV8VNZdTGWd+E46fNbodJLMPVz1asK5XOxQy/nizOJ1D3B/VxhZ/eDmoUPENAqKz32BwNqIIDAzfIQEjO4154Jrl1qu0cNvXEQH8dwdJ5huCFsyMZ\
        9qy8qfRplGydPILTGFYGWyiVkQIDAQABAoICAAJS5zjdWfKUfLi7dKdxBBIjrVMNWYANWUXoGYlUhrI0iSZIXiUXNh2mTs0GY3k1tV2+VKK6s5VT1tj9jN\
        iI87E+0IsL3BmUjDZaVUlnLKlZ5efgznm4Wc4Xx0CTgVxL54Tp5dCzQCPd8mV1hsK2sn2Mlc6Z6hvRt6wmaBSmxAX6ngE9PQMOCHQu5+X9QpiMkEr80MTF\
        uCIFqPdY51PqJom0fWnzLVduK4PW2OVsypZ0fR40nthrFuC9TOoZHa2mnlqgwRGa+I4T5wydw8oJomj5KvDg87IRdkfYzrFJ6dDp4yJ/G07ah0XrRsmsoh\
        ewy3uH03836vI0SScuLUxfDpLX4VQA8cb4UpRC5DuUKaPsVMHiYJNnwJHIeY8VPYdQxfjFoqWxGl48ird6aGRMoxF7/TbMfhlFKqGbxoSN8Wvbqf9EKGeF\
        rkZSj7ZzEBKyx0KcdZ7SZyfiUduIiFW5VknU1bOW3NDIsL08ZOcQKjo3xEt32CuFZjl4wYDaXUmd4pfzwNBL51NilThP6/Ivk4JZKdtbLvpfwzDteufSE4\
        CApcW8W0tB3tECMRsyFboS8cxMFEYsZbLquo6vZqp5V0tHO+mRrTX6fC+6OZaxku6f+h0rHD1znVT1ABRL7qZ1EMSBmL1maYoKBiIEHAsFoNmrH4sBsk1G\
        MDJRjGuqW4UhAoIBAQDv/a/c5BnOU8VwfJh8sAFDdc/zkSziEJ3AKRsN6W1pReBXL2X160qCG8ziFGQ69tvTWRhW4sWbEiQIO2mL7MsJgB1cqsArc+1Ju3\
        OV39dn2eWxhr9BlalcH8iu0WNV90pR0zP3ikdSEUYWPuevo03F+mIdIdYUTXMP8ALeZjjon3rVjYtGet5XAAY3DnenTsNvzIP/3akNr3u+pxk52C3Jsf2r\
        q6Zr5EU2E7UCiImFhmPr2GOYxFfH7Hnoc71ydc1ubM1IIUIqdCafgZAuZGP2x9tlGov3htu0Tj97RmumjxE2jy/FEupA3AjLzl9zoFGAEmia3xB1C8iA+B\
        YK/kehAoIBAQDOo4eTU/pY3+se4ztkXVxcfTHpG44errta4eJKSepB558YED09azpnIpAI747qYpe1yATz9D+EDaQxFwo5y8eKXWGowI1JeV+UztY9E9m7\
        aoINyqyx3+4xs/4Opi2Ef8TPAv0qdigfslAXHGZy/kCfyhdS1PCTiScqOQhgZG5TB9BO6zTDU1+MUDLE46IBDfu6ywhwToLplKwzefjVSVsntMKp7DNUlo\
        8k3lzGPJI9k8PdWnTVr1iAAPprcghool0jElLUiad8969IlAETv34Rd7aRLBWA7O+36CyYzb1BDy94fLi4Cpxrl1nMyzuGSQe3DXPSMdX3R6lAkmVdecfx\
        AoIBAQDX2gOQGHUBd6UwjFAWbbNlOpSEDMIivjE0gYQ82gO3WMrzf8UkD7GfHmQDv7V6t0d2az8R/rsew402/kDrQlpHvDwsecOIEaeN1pSaa47xcDFAn+\
        JrmbGPE2NLoTbIPjhRKjYmYe/N541zOrbl6WptM8uFSkajUhm4bvYVlDmBONehNcLb7G0IMRRl9pQ2Hgh4CKl8u6Bul7QkAWUV+tMMAxQWkLeJePGrNsRq\
        d+XA++PpX2INKCOPxKjNIzR0u3G+7Qsh4hAB4SBP/Jdysoaakp1I7TyQsHHxVSORu//c+fbQbK7ZgS7CkWUz8fU2KS7Ek0oUaacCr0tyfDBPSO+hAoIBAE\
        uqefSq5Zsxs2kGEDN6NF3xwhr36hy2Iwjueex2EH+9jvZCzAn3f9VQRKng/tY48BCyg43JPJDgZeVL6IStaA30j9Q5XgMvnJ5i9vQ6lpoYMDNYqdAgjZpJ\
        rJg0papFFw4urAGmbp7crpMn5SPqkkNwvwWnz8hWiq7dX4HchMGGtPKREisMForMuyp5qFL2id0mh5qIRUu/EyduXH3NdMGfYUDTqyAoWZZIjnRQrcQ6nZ\
        gqjWnJ4YBN22UIxqd5/Nzg0s/c8CXElLzg5VwT3NgMnB+gouco28beD6aMf+aY5usZ0JIj4I9NRqbFLLDJgTe4h1bKxOzdos5wTQnjlCECggEAFZhClBMy\
        wVVjnuUud+05qd5CYU0dK79akAgy9oX6RX6I3IIIPckCciRrokxglZn+omAY5CnCe4KdrnjFOT5YUZE7G/Pg44XgCXaarLQf4hl80oPEf6+jJ5Iy6wPRx7\
        G2e8qLxnh9cOdf+kRqgOS3F48Ucvw3ma5V6KGMwQqWFeV31XtZ8l5cVI+I3NzBS7qltpUVgz2Ju021eyc7IlqgzR98qKONl27DuEES0aK0WE97jnsyO27Y\
        p88Wa2RiBrEocM89QZI1seJiGDizHRUP4UZxw9zsXww46wy0P6f9grnYp7t8LkyDDk8eoI4KX6SNMNVcyVS9IWjlq8EzqZEKIA==
        """
    /// Section 6.2.4: PS256 inside RSA-OAEP and A128GCM.
    static let nested =
        """
        eyJhbGciOiJSU0EtT0FFUCIsImN0eSI6IkpXVCIsImVuYyI6IkExMjhHQ00ifQ.a0JHRoITfpX4qRewImjlStn8m3CPxBV1ueYlVhjurCyrBg3I7YhCRYj\
        phDOOS4E7rXbr2Fn6NyQq-A-gqT0FXqNjVOGrG-bi13mwy7RoYhjTkBEC6P7sMYMXXx4gzMedpiJHQVeyI-zkZV7A9matpgevAJWrXzOUysYGTtwoSN6gt\
        UVtlLaivjvb21O0ul4YxSHV-ByK1kyeetRp_fuYJxHoKLQL9P424sKx2WGYb4zsBIPF4ssl_e5IR7nany-25_UmC2urosNkoFz9cQ82MypZP8gqbQJyPN-\
        Fpp4Z-5o6yV64x6yzDUF_5JCIdl-Qv6H5dMVIY7q1eKpXcV1lWO_2FefEBqXxXvIjLeZivjNkzogCq3-IapSjVFnMjBxjpYLT8muaawo1yy1XXMuinIpNc\
        OY3n4KKrXLrCcteX85m4IIHMZa38s1Hpr56fPPseMA-Jltmt-a9iEDtOzhtxz8AXy9tsCAZV2XBWNG8c3kJusAamBKOYwfk7JhLRDgOnJjlJLhn7TI4UxD\
        p9dCmUXEN6z0v23W15qJIEXNJtqnblpymooeWAHCT4e_Owbim1g0AEpTHUdA2iiLNs9WTX_H_TXuPC8yDDhi1smxS_X_xpkIHkiIHWDOLx03BpqDTivpKk\
        BYwqP2UZkcxqX2Fo_GnVrNwlK7Lgxw6FSQvDO0.GbX1i9kXz0sxXPmA.SZI4IvKHmwpazl_pJQXX3mHv1ANnOU4Wf9-utWYUcKrBNgCe2OFMf66cSJ8k2Q\
        kxaQD3_R60MGE9ofomwtky3GFxMeGRjtpMt9OAvVLsAXB0_UTCBGyBg3C2bWLXqZlfJAAoJRUPRk-BimYZY81zVBuIhc7HsQePCpu33SzMsFHjn4lP_idr\
        Jz_glZTNgKDt8zdnUPauKTKDNOH1DD4fuzvDYfDIAfqGPyL5sVRwbiXpXdGokEszM-9ChMPqW1QNhzuX_Zul3bvrJwr7nuGZs4cUScY3n8yE3AHCLurgls\
        -A9mz1X38xEaulV18l4Fg9tLejdkAuQZjPbqeHQBJe4IwGD5Ee0dQ-Mtz4NnhkIWx-YKBb_Xo2zI3Q_1sYjKUuis7yWW-HTr_vqvFt0bj7WJf2vzB0TZ3d\
        vsoGaTvPH2dyWwumUrlx4gmPUzBdwTO6ubfYSDUEEz5py0d_OtWeUSYcCYBKD-aM7tXg26qJo21gYjLfhn9zy-W19sOCZGuzgFjPhawXHpvnj_t-0_ES96\
        kogjJLxS1IMU9Y5XmnwZMyNc9EIwnogsCg-hVuvzyP0sIruktmI94_SL1xgMl7o03phcTMxtlMizR88NKU1WkBsiXMCjy1Noue7MD-ShDp5dmM.KnIKEhN\
        8U-3C9s4gtSpjSw
        """
}

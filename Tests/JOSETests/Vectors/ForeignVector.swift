/// What another implementation (jwcrypto) signed and encrypted, to the key of RFC 7515 A.2 and to keys of its own.
enum ForeignVector {
    /// RSA-OAEP-256 and A256GCM.
    static let rsaOAEP256 =
        """
        eyJhbGciOiAiUlNBLU9BRVAtMjU2IiwgImVuYyI6ICJBMjU2R0NNIn0.bdaBS3AlFKPu01IuN9ghNfFbx3s2VMgdKEhfjQ010KJghdh-fYLji-1r\
        ynU6b9BrstV4IFmpZA8KCP-11U-3ofOYKkKGPEDUhlRJz7Y1pJD6gXF296HQrrpRsh4vEyRZYjuRR2Gi8e-DlkYXDLCKRqD65H4RoEQGfdc7PU3F\
        svm-njmgoarx2DTAzGNgUhZi1chRCUyLXMgs4u62ejxkhgLe-BeUHDxa2EA2c1WxneSvBy8pPzor9JWAqg9daI_PVpk9gHWebdI03iPnLQ65Jeqf\
        84OHd2dtFCNuvY4uLvDjt4ULBPqrTLaa7C1RI3bn5vXBwgHCvcR6lnyo5jcF0Q.R4EfrsZACLe4k4lT.C4ofrCJhJLQeYYDriaY.9EK61Uh1h9ov\
        t8V2yVNFpg
        """
    /// RSA-OAEP-256 and A128CBC-HS256.
    static let rsaOAEP256CBC =
        """
        eyJhbGciOiAiUlNBLU9BRVAtMjU2IiwgImVuYyI6ICJBMTI4Q0JDLUhTMjU2In0.YM3AvWZgz9eUQR7kWnvgSpk-rrEcjrPAgiUT_74WE3V7fs6i\
        ZVz_VFzMTZjAN45XobOr5iS3pFZB3I5JaBKyeY3kNFRyndN3s0l12ObJUifbjSg583R23rhRIbUsO1YcI6SYhcONbxpoVufU1b2fLiOVGYUqo7Tp\
        7amZAFjQallA1kP4PX573IGD1uaLKfo07SrB_UaENEJ05VCdmdATJ1-FImEz2lriaAsFfdxPS2cd7KfSOVkMK09mRegfpCeCYBQquW_o_hhvonpx\
        UJDd6YdazKy2qJ4V_DaDAXjMOKTBiS2YMCOlM0b1G753fNIEej04MqSF3CpJ23cS4Pwrrg.gbvrrh_xgVs2ioduPKXLPw._gBCZCebJUG-bh2_N2\
        i6Vg.v8a_G0FFrg-0H9mUTNpkDA
        """
    static let p521Scalar = "ANjMTYLXNFPgz5njkbnvYXcW1IRaJB88NqzOLdCRgDHW6lfELQbJUBxvfA8L64vV0lTMvL8fERZlFRo_I-jVAOQr"
    /// ECDH-ES+A256KW and A256GCM with names of both parties.
    static let ecdhES256KW =
        """
        eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImFwdSI6IlFXeHBZMlUiLCJhcHYiOiJRbTlpIiwiZW5jIjoiQTI1NkdDTSIsImVwayI6eyJjcnYiOiJQ\
        LTUyMSIsImt0eSI6IkVDIiwieCI6IkFHZmNSeklra1JMWjFMeVNFRXYwc2NkU25GdmlPYjQxVnI2UFhsM0tDUFBxemdqSEJYMXl0MUMyMFRocXdG\
        TEtPSmpPVW4ySUI4UnlPdjRYbE9zaVhoWXYiLCJ5IjoiQVRxRGlqeDRINDBGNEZWREswaFpVUGZaU1RNSS1wZmNuaS1leE03bEtRRGV5NmtoWWNt\
        dFRFeE5aMFJzM2p6bGxNbTM1NjhjeVB2a0F5RmpwYXRWc2gweSJ9fQ.B-VD8j5WFJQ_OIf_2No7k38ZtzXFL2UqFhZn3Oyv7eotuD9EE4EwyQ.iH\
        gZZ7xiEEWY6Snm.kxVjgzPm7m5qMb-oi-g.YLaetdH7K0ml8tXJyPQjMw
        """
    /// ECDH-ES and A256GCM.
    static let ecdhES =
        """
        eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImVwayI6eyJjcnYiOiJQLTUyMSIsImt0eSI6IkVDIiwieCI6IkFQNTM2bFAtTHBqRGtN\
        QkstMERycXlPMURkam5HdTA1eThiUFFqNlpiX2JoM0RLOEtPRkFQV2pweFZCZHU1RXFBYVhxMXhhWWpNWmMyWmNIWW9rdU1yd2kiLCJ5IjoiQUFD\
        ZnJkRGl5akg4RWRsMGNHYmlZNWlNZFl3dWtid19xeFJRTFFpX0cwcFpabEtPSTQwSlhoa29FZ0toTE5LY2ZiWGx3NUdxeTY1NGduM1drRE5HYl93\
        ZyJ9fQ..EwNJjo9OIQebUYKe.Zv5IXxKUENVgFLNKA1E.3c5IdlRcJMl55P9cdWXooQ
        """
    static let rs384 =
        """
        eyJhbGciOiAiUlMzODQifQ.eyJzdWIiOiJ4In0.Mo9Y2-WUOaM-JvRBsQkUqjZCXmQDDBd8Lg7ZPJBkYNYBboBevdCqBMoQBN5D2FUVCZSKx137K\
        CwjNGX6ZSd6GuAyl3_5c7owUzZeTqipmVDw7euPkCeE4Sc4Hd_3IFiWhEKkb79Vy2HfaSCLgnGTrdxylulPNhoUhuelGBzbizUHtJeN0XwlbVtRe\
        mzNdBEfHx6VTXWKDBib5E1i8EGJAqfknJhCvzNgv3EZSm3jFUOemLX7gW_w9IBlt48UHXydGTbv5nms1bLFeSU62qXCUhTlVR-9-eznIfxkg84ph\
        mH9hsrAjBNOdCBkZHfPVEpN9qkvp4Ir8DhO7gWYp2zLjQ
        """
    static let rs512 =
        """
        eyJhbGciOiAiUlM1MTIifQ.eyJzdWIiOiJ4In0.UMZtb86El0LuWCxOlgpd1BGiK6pgqGJc1bBZ-at4ZOYSQ2HFRvYvAoxPTd-iP44euLf-1VAEl\
        175bb7pqeGf5sP54f32jL2FACXdrBTeAWXv0w7BcD_nQ6uL6UqriQCaf1GZPT56F9a55Ykc2XqooS8hBWkSqnQQGjO0CYql72TZIRkpXDUT_c0wZ\
        aSJ8xFbY4OhLgrbRnGqX21dubkwHgsU86O2psqxTmGv2DEkE-hbpTM1kuysdFIvY9pHCtATUajYR_JckOP8v9BxgYoWJr4ejMFxXLaWnU-mEYcwz\
        nIfC12xfSINlESxBhdBYOeHrdbEuckmOWj1TCTiWH2KVA
        """
    static let ps512 =
        """
        eyJhbGciOiAiUFM1MTIifQ.eyJzdWIiOiJ4In0.J3P7XcYjVfpQgcKVRInVVr2sgRrnH0_m0gNlsYHKj0Bj_DfvxAD00AbHeW-9RR2c4Bs_i7Olu\
        DOrZiFNlPnyIxkpXvMOajPgwb0Xtk7XYwCM2tXQ2p6VaxezmKP8Gih6MP6zlZIWIl15COnGTmygQbMm7icFq-_0x4KORJW5OncliPUjHoclMzBro\
        5u6KVK74u3oVlq87WHBVFGyBjo3csJ6mTJeE8gw-vJuDe6JxWUoNU8WX_nu0G5__-pPn4GGc8znjsMxcLN9fog1nWuwcuyT17g5rOkKB-b-f4S-8\
        KKueUY9PQ1if_M1-O4f0DdP7vwpin3JCvVjrvwevE5uGQ
        """
    static let p384Key =
        """
        {"kty":"EC","crv":"P-384","x":"99olnPh30TkVXQyQyhAF5cLTsBiCWyUGjjIhuvbGLL-88OtuXB9c880IUTD3uEV_","y":"lmK2ED6Cin\
        gKKmTWujEHmDQ0DnVDdCRa77DLH8GbYnGvfrRXikJ-t9h9ALvGn9QL"}
        """
    static let es384 =
        """
        eyJhbGciOiAiRVMzODQifQ.eyJzdWIiOiJ4In0.kYEPgn_FAsZCHlA-TeGta7V7jrZg4dCOgxmr1DphvQPw4sSvEa0nWl2ctlnEu4mEUOt_tn4yw\
        oCgIyFaztFhV3o6mY_U0Cu6wEAmlp0qfScaAYv4Y68kbYZaOAUG4xo9
        """
}

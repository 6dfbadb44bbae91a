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
    /// RSA-OAEP-384 and A256GCM, made with pyca/cryptography as those that follow.
    static let rsaOAEP384 =
        """
        eyJhbGciOiAiUlNBLU9BRVAtMzg0IiwgImVuYyI6ICJBMjU2R0NNIn0.ES5iNs62Sb8k-rPWT3Cim4DtkOi2QhGIZCHUE6sECpbfo4YLVadabTxA-BfWS\
        UojOMEWD8VPeXE9ac1jnHll1g6BfMsNZuF3octTCxb_tAQFHqYrwXKv-9MgFbCODqBiCyrQMkbJJ8GEOzzyKzkwt6Tyg9Jhv5fKD3LKM9uR3KwHxV4aBi\
        n_RLVGvoiOli90nIrir0xJChBAdz2iuTMDJbuynzpd3m51KDIyY-WMdpSBIlCK8OSqIQ4oso5OJv5lyWY08Nu7mSyLL4rDoKAN0frQBXUx7yu_DrnWNX-\
        9lmGF3F66h4nov_z56IICP_x3VnH4TknHBy0UvdrrdFeeog.a_ViKf1CPMoMp9td.aU118tN_yX_4nbjaENQ.jKzglvfionhx0mXHFGx7Jw
        """
    /// RSA-OAEP-512 and A256GCM.
    static let rsaOAEP512 =
        """
        eyJhbGciOiAiUlNBLU9BRVAtNTEyIiwgImVuYyI6ICJBMjU2R0NNIn0.mWD3b8fr5VNrPjIFn87YGeZ1HSQEKdTc2rn6WmWnwqR9C6_aZBXSMjcYCRnaV\
        9Z1ZPv3_hsZ7t_XxdtfZvH2xqGCxQIGL_yyGLslujJCveRPCY9Tjz6wvaW-ahPZ_wJYg0T_NpBSlfeYCdezNwh4yFU2LrumfeO441zk4qCNVfpLwu2Lco\
        SFf2BAPW0-4KiPV8AjZ_jz85QFyJ8vpvJrHriiliARCtIrNdZYgM4MvoeBaV_1OkfRBdZorF7F3YlV_YtmBeqoojd4lOn8WeM50UL2_bkhZFuMw1jXC8d\
        AdulNA4mibiQSuI4OQARQLQpj-gmWmXFUk2mBP_U5gtQT5Q.-PF0nO7YTEVwKM8l.e_yvxQ4myDmTTU3WGO0.GqPr_Q2Q3rZGm56JjI5x0w
        """
    /// Says RSA-OAEP-512, and has a key that was wrapped with SHA-256.
    static let rsaOAEP512WithSHA256 =
        """
        eyJhbGciOiAiUlNBLU9BRVAtNTEyIiwgImVuYyI6ICJBMjU2R0NNIn0.moUzGD0y62SG4xNg_ZxSTvwGwJeiAzMZ_mXjEAx9i021mXV373902vMY0iYo4\
        WeGtqlK2RvYr-LwnC8xZxuw6EwAGfVTfiTmFVLaM2_rgr0XGkJ8HYN4b5Qzl7z6RcV8Xa9dO-jpe0oDRU7BcIbs2K9C1J-DAMJMT8QwJ6qU5a6BOv1Pv8\
        45U8XO4yBme7VU3wvk_p6Qfeo_Xh9mgwYFAK_dkdFC_8g34sGzcduNiYhWxR1nIbdYkeiuHB72qb8v6IcK5abZnrvgBImTgPnSMUo2_Yrd0NZ2sC8FjKe\
        EglPvtW-VgpTmuVAnMV16dOPx__yUgwZmU3VfXUULUzINxQ.-TERs4iCSZb58UI1.sh_up7H5cV9065UOWlY.aGKcRl9TDwM7zszOAGuYkw
        """
    /// Says RSA-OAEP-256, and has a key whose mask was made with SHA-1, as some libraries do.
    static let rsaOAEP256WithMGF1SHA1 =
        """
        eyJhbGciOiAiUlNBLU9BRVAtMjU2IiwgImVuYyI6ICJBMjU2R0NNIn0.MS6mMeKF4_bdrEWI-c86NnMOG-fbG6oaAfN7DTxUaZckQEWrbavOTbToUyq8V\
        7RR06-rWZAQ-HWhNfjEpPYTrdWh0WOMzaevUZJEiQNSkipdLj9qPU9FmcIT5BlCH9IaR5yqDVdxV0EvQL7vQAGVycju8ZmZbAtnLniUoc8s2qwyZKM9CV\
        EcY_S6DooHfFWLPxWa-C5-K6Lj_KpHETrdPeMGdQRVFmdwx2nQOkIIpAU-OpxOblMbZjhZ_reOXZ35Wr1audH02-dGpa7JHYDB2J_pv2628sxMYUa6E51\
        3Tc757jGJpT4Ht0JvMvrgIRCmYwItfi7Pb57uLEMa_kofJA.aGXWD804ND4eWYqx.gyF3Tec5_o4MB7tJdKg.RFGo6sm4eBuvq0tztK3erw
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

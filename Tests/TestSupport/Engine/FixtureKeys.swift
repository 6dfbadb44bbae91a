import FoundationEssentials
package import OAuthProtocol
package import Storage

/// RSA-2048 keys for tests, made once with openssl: generating a pair costs a tenth of a second or more.
/// They protect nothing.
package enum FixtureKeys {
    package static let currentKID = "currentFixtureKey0000"
    package static let nextKID = "nextFixtureKey0000000"
    package static let spareKID = "spareFixtureKey000000"

    /// The pair that `EngineFixture` seeds.
    package static func current(at now: Timestamp) -> SigningKeyRecord { record(currentKID, .current, currentPair, now) }
    package static func next(at now: Timestamp) -> SigningKeyRecord { record(nextKID, .next, nextPair, now) }
    /// A third key, for rotations.
    package static func spare(at now: Timestamp) -> SigningKeyRecord { record(spareKID, .next, sparePair, now) }

    private static func record(
        _ kid: String, _ state: SigningKeyRecord.State, _ pair: Pair, _ now: Timestamp
    ) -> SigningKeyRecord {
        SigningKeyRecord(
            kid: kid, algorithm: "RS256", state: state, privateKey: SecretBytes(bytes(pair.privateKey)),
            certificate: bytes(pair.certificate), createdAt: now)
    }

    private static func bytes(_ base64: String) -> [UInt8] { Array(Data(base64Encoded: base64) ?? Data()) }

    /// PKCS #8 and certificate, DER in base64.
    private struct Pair { let privateKey, certificate: String }

    private static let currentPair = Pair(
        privateKey: """
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCuaujbbGcsTO5fsnIKy6LUWdsgmr9YVlwmRMcimucKWX92Y7nl\
            XzjPpy973V5lWHfkmz9P9PaFIiY+mQ3cd6H28Fzpox+UrFSi+CReRQ2SYT8f0IxSnnLW4ELkgeKPFMkdl+o+0NIm6kxKlxQAqoV1\
            UIV48PVDGsp51xyTiDaUOlkigmbgOWx3VqZRcCY5sT3Y0Y9x73fiOInsp6tOeROkzBy83f6Gd8PRd7xXrXyiXR+9lC7lwDM11541\
            JgcLO4LN/M/0aWXkR1zmnHWCTCLZigHIH1A3URxB47QaC8CgFN8f6geT7qq5gczsioGxbuftZY8K1g/W5xUCk4h7wICDAgMBAAEC\
            ggEAU3fgNdm7yiyKyws3nkjzhJH31rOXrGuvr7SsY7gjpwVLhVmWRdl684z7oVg/61oaDjHpa5c8PlwoVz6hrocl4GoI3Npuq5SI\
            8HC13tNG+m1FazE/Ze5j4Mbz3Cz4QibdVCc2N5dxaqQnnG6OaP8x3QGKzmTpypJQoVw7VbMTA33alecAKXPtrwf1eITbtyICfOd7\
            QArBmSZcng/BLEzl7x0fhDbhifnsigL6jJ1eSuvO2uv3njqpxdRVnmTzm1q/vh/VjI7hqyuRGZWFEmUm9n0vTcl2lM/7jh8ZB04o\
            dZrbRNjp56dJvyCVJflpUWtzb+kAtAQWyzqRpbjm3tBPmQKBgQDVloOFu1xLAZDKNYDIYdUCYCvUvx2N/Ivzwu5wtmq0qJA4zbA6\
            0MngY57QlSdzV9bobX1OmFaqUO/5hnPUAnz4xTFXXZ/tTYOiXSa99ZQrQ75AWXEcWoVc+LD9n1ao23gBgCPdz+TxhXk39H9QpSPS\
            HgbfLbxeJ0y4U86HBCBWvwKBgQDRDTgjhpnDvR2tBiWMF4en3qmQfGzVF315gERwKfXARhqdbIsKCe/SG9vvvQGkPLh/sRoYkJZS\
            gOWwVR3H6D8dJdk6PaIA6xbaaxtN0ET+4I4Om96xYgcLbtJi191DKWaJiV/uF+frWaTAojgCaLHLfu7jeZOvGIlzTG5+sLZrPQKB\
            gQC8VJI2CiXwMTo1QoYCqlkDVj9vwPDTcNsKnlhW5FIkZ/l7TMrWoaFQDSdNLidyCgMCQQDbm3HXjbR75fUd/O+q/11pdrF8sfue\
            39o4Z2E14O7RmMwmvx6XAuY1TBlCnPotAIsfm59440Mmdp0IRATY0gcnJRHSR37bjXIvFRFaywKBgDCYBA6uARww368SmLPB3HS3\
            G29MnPfDqBUQLdhsyIVTRmiFjKRevvJ2K1/E7ZbBzplQD6LaKTcwYzPj9TI82D7sR1x0ay4Pd5Z6AzTJTuB4Tk0zCkbtZHnR3vG+\
            /93Wx9D8r+HmiLB6fAOTMbXNpFaLQPh7kErJR1oX0C9+4Eh5AoGAFWBb9YWaE3C1a7+sB4gLre2oWXqGySDpqPius+XoUDMHJHKo\
            xLE0O6RobJeiFFkNu8rdQMjeo47roT9J+Xt/MFuFtYde7ICPOcWcr82WVluJlHFzD+hArw/akGv2SK+T0hxcTVLZHdqdhIBiQjFQ\
            TfQvYGnUsSYmUm+6o+9V6q8=
            """,
        certificate: """
            MIIDETCCAfmgAwIBAgIUElT0xjuObxOtnTUTM3dL8TRC/HowDQYJKoZIhvcNAQELBQAwFzEVMBMGA1UEAwwMZGVmYXVsdC50ZXN0\
            MCAXDTI2MTEyMzAyMDUxM1oYDzIxMjYxMDMwMDIwNTEzWjAXMRUwEwYDVQQDDAxkZWZhdWx0LnRlc3QwggEiMA0GCSqGSIb3DQEB\
            AQUAA4IBDwAwggEKAoIBAQCuaujbbGcsTO5fsnIKy6LUWdsgmr9YVlwmRMcimucKWX92Y7nlXzjPpy973V5lWHfkmz9P9PaFIiY+\
            mQ3cd6H28Fzpox+UrFSi+CReRQ2SYT8f0IxSnnLW4ELkgeKPFMkdl+o+0NIm6kxKlxQAqoV1UIV48PVDGsp51xyTiDaUOlkigmbg\
            OWx3VqZRcCY5sT3Y0Y9x73fiOInsp6tOeROkzBy83f6Gd8PRd7xXrXyiXR+9lC7lwDM11541JgcLO4LN/M/0aWXkR1zmnHWCTCLZ\
            igHIH1A3URxB47QaC8CgFN8f6geT7qq5gczsioGxbuftZY8K1g/W5xUCk4h7wICDAgMBAAGjUzBRMB0GA1UdDgQWBBRXpEmPJ1tB\
            5LycUl3l1KlrSP3j+zAfBgNVHSMEGDAWgBRXpEmPJ1tB5LycUl3l1KlrSP3j+zAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEB\
            CwUAA4IBAQAuRfZxISUAjwMPAkUccu8a9+tNPAH0FuIjK0I5ldTY4aIChR1N+W6lUu2/isd3+QDLZsSUDPetHmSoRiqgGJQC85j1\
            gR3pjLJWaGUds/PVJI2p6BuJ+gNZqslG6HMGsK/mcdJHgR8y+Vr/jhqr/McVzGl9xUiX6Eda+i1RhFCryNrJOe/dTV72T/V1oz3W\
            9012jVy/xRwOi9o6MaVc31/08AIGAL7ccYvWUetHMNYQcHAYCMVyzOe2LByTgxfVNJCXOTzdNtaBq3FOtykV8iinFiiwsQ1eCp8n\
            ftb8YbjT0aBMeO1pP1FMf7OSPPROzfjlPGIBlQLU0jel+wj/N497
            """)
    private static let nextPair = Pair(
        privateKey: """
            MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC401uN637wwFMCcNzplVI6akeAkGq/1aEXAH1PSV3ERGnKDR8v\
            Y45lE+KwM/Bd3f2s6Ra1ga0JWGVZXVpTm9EqZYOZN9CTa1wqOe70w+l6C/0T7wJDKLpK6rMTKuZdnjIDu2RUYB8PlyEisWtMdoaQ\
            kn3cMyqb/2o/THOE9P6BIaRYAQxVxbVG3jY/TMjDNDk7cBhbVyKCJmNTgN8WHdpaovZ5Uvcg5NlPhVkEkwdlRQq9R9gJAeXNKvZd\
            MysKEJ0Nezro/mWeWBI8Sh3rPdTMgoKjDVmFqfPgxYtvcgPNyk57EcD5MN8GhHv8RdmTtp0ODgsHzWvOa2qiPsd4ZCevAgMBAAEC\
            ggEAAuKHc7MkerT6PdRYYQ9vcTGk7fVocnuLUfv7P9oR6/+6CeION4Ay7Lzbqq7AahzjqGCpBCNC+cgzRTj8hqtz5oORAzq6TKj+\
            DztWmKrmZRmRI2xY54atYitrU878cobcUxpBMULZt3y/PZpVOyRABx7jIXqYFkdfKViMwUYGXA3wuvcsZtQS/bs8cuwlOPvVfr2I\
            2IbqiiH/rppBVqwZjFJgibvgLrynHVp2dInbkNP3FoQ9najtRwp2dJwPWlwAcNGqBUmNHPtpe4g0+a6XZWA5rRQLyc8wW155PVWG\
            nskrwg71REPzhhcHc+sq0dz+YX+5IRH2U+r0XseZR5GbCQKBgQDrGRmoGI4pv6Wp06E6gq9AQCeysig6td9NV9vuAtqZltjcWFrE\
            MBQsMuFSItjljdtvksChxDwqL5Di/gXQ0Vp2OAO1rHyhy1u8SmMunIAGQf+y46qLTqY64WkOLq3IfOuqSO2KYxFnx+hM20SaIWT0\
            iTWyrLm5E8zJfQ+afHps+QKBgQDJQgrSiGzv1T6XzzGPcXVg47ksILohKg8oaD6A7BW/ikNDEuSsBgDN+kCqsG5uTe4DfI7v1P5j\
            6IWVTp1TDcJW2EbiqgvZS9qdiF71nqBlV/TRnjoPjfUDXYAt8QjekquXeP5plUag2LpbdykwD9yBF1voNWBYJtdWkLvDoA4r5wKB\
            gDekVi0xupvo7vWV0AgAHChRxtOFVP4oQ3STwcrARCqryCHGi5z5YBzh4fBFrR4PiAsNKahfwHmfjmQbCRdWJVnrgf1CmLDWZ5zV\
            4kmK4sYYYsNdHOUhtTgkV2/y3lCgOEqyPf5N2jW8258tGjx8gN9bhikGtmI2bHaXsdS3d2ZJAoGAUECCekMmVVhOFlDrbUyLxq/n\
            xd3i+ph/5Nf0nIoHfhJPEe71ulbGeVwh7y5dSqTOlRtVD/N54TL2GXx4pYamCOVDFt1Bzks+CHU5kG3Jfb/eArw6YLt1iPr+wtML\
            e103CTaZFFcPC9KANTrF9MFOZzd+UZD/MweB9KXQCYjIPd8CgYEAoPHsXYRQGpeQAE5mK55Kjl89w/CC7eDyZlJ8Pc8jgeDsvqwM\
            ny48kN5l/9E/RRZNgVQSZqdeMetG6Q13zOUhJh5pxrldF2/AqyqsBldLT6TYMRVAAlMbbjO2GNT8YKjoJKq6Zs83Rp9/q+GrmnVL\
            FDWZf5PLtBISlasNaeCYEWk=
            """,
        certificate: """
            MIIDETCCAfmgAwIBAgIUHJ4+cw8w2Puo3nygZkRegqhwskQwDQYJKoZIhvcNAQELBQAwFzEVMBMGA1UEAwwMZGVmYXVsdC50ZXN0\
            MCAXDTI2MTEyMzAyMDUxM1oYDzIxMjYxMDMwMDIwNTEzWjAXMRUwEwYDVQQDDAxkZWZhdWx0LnRlc3QwggEiMA0GCSqGSIb3DQEB\
            AQUAA4IBDwAwggEKAoIBAQC401uN637wwFMCcNzplVI6akeAkGq/1aEXAH1PSV3ERGnKDR8vY45lE+KwM/Bd3f2s6Ra1ga0JWGVZ\
            XVpTm9EqZYOZN9CTa1wqOe70w+l6C/0T7wJDKLpK6rMTKuZdnjIDu2RUYB8PlyEisWtMdoaQkn3cMyqb/2o/THOE9P6BIaRYAQxV\
            xbVG3jY/TMjDNDk7cBhbVyKCJmNTgN8WHdpaovZ5Uvcg5NlPhVkEkwdlRQq9R9gJAeXNKvZdMysKEJ0Nezro/mWeWBI8Sh3rPdTM\
            goKjDVmFqfPgxYtvcgPNyk57EcD5MN8GhHv8RdmTtp0ODgsHzWvOa2qiPsd4ZCevAgMBAAGjUzBRMB0GA1UdDgQWBBRewTql+3GS\
            NcTaH8WSoJKm4bsTAzAfBgNVHSMEGDAWgBRewTql+3GSNcTaH8WSoJKm4bsTAzAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEB\
            CwUAA4IBAQCn0WEkHBjpGNz3fvkcLY0MYHk1JM8VbRi0OeIWSbx0Ng3NpDQ2bkpSkAO11r30d7SgY78rGUHIPjLIyiruCVv3DD3D\
            QO8vlwVndZCDR0AuH+T7nI0U45K966jYcl13XZJvIm/qP809yavPU9FdVwidv28wP6mPqykGNLsFk2x/8t2rDm9whKCVmPCsAewg\
            usMQYwVQP31YYkbzXWok7utoRYA4M90A4UB/oCv8BEKkLqD8CmyNLgwqYFGunQAsMz1KYLIIVGc6jXGJ8EFkbesLu1iwBb60qXP2\
            9IdRoV7NFkWQhFMBR8h0tRKXVvRVBbaCRSztbhNpgcD7j+I04VtC
            """)
    private static let sparePair = Pair(
        privateKey: """
            MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC4q4xevmu1v250CmbsqJz9rIQooOTUtQtOiTHwrtPRJs/9k08B\
            wCa8jQ+FcJsDMUmaSaEZ9GJN+IK9nOJ28b+laizJVPM406dF9p7LO5cC3IdxTQEJMkOqqDAsDGuqrA6pAOH/LAZBz3wS5nZjVL/B\
            XgrQ6T/5aCLRybPgw21bvs3n2qGrx5Cj/qTQC7k7bGPV0sisHZKjtWW5HbN8Pcg7IgG21lc4g+z2mmVsOVzDF0mFpys6Os0S4EYr\
            evnGw/XMb6529aO/v0y6AAn+bVzqskivBTxYZxBCm70pXV8FsyK480d4aVuTrzJgI4Zo2pbHwYH+YkNRAMsP58WDav4pAgMBAAEC\
            ggEAEW7xdRLDKpDYOahvO711t51xCwBYZeuy9e6t+h+ZA7xHI5RD38GO7pse+V0OZzRgk0oK5T88xglVN1b/ipTLH6+oq3eDcAyM\
            FKbh6gP1vzmIKEYpmD+IY4yV4pyoD+BHEIWSsDMM4qrWltaum7U5FoU9Hmh8p3wBGH6zBl+Qm/nbV/MaBFiMl/G+KTazER8WPuMJ\
            qLEle6cs0Wj+k7458Ggf03BPpKE+w6Q3ideFvmdhUDteGoA2G4vLGgIgvfNi68wuNcS1fX2QdzIsPSjZxva5VqTkoSQkw2R5PRC4\
            w6A89Ux4jdvc+NhMUnZjBIR0JQzHLMRrzbYiTOUWWLatQQKBgQD+nGpMml4X3jDiuNNOZeHOOm5ey/TndKQrK51PQXDDJz6mQEMB\
            0FqvsQ6PFNK+00lNR7B2MxQ5FV/MNQ9RorIP3ysbcLPyBt67lbZ64o0i93CAJ/ZpklHLFo3nZJ9vqCKlqwxxkQ7j5Gzrt7cHmYjU\
            HRJeSH7J39wchfPyNtAXwQKBgQC5rXR7WEIzktPnUoFUQR9rzQYPR44IPE6OomJrPmdYxPUFbPBrkoa/Wl7WJclEyTBQ7Xs4t/YF\
            k9ZMZ0JLXPmJex9oAlBE7RwCFmeM5EqR+qSTezrRQxW2u3ccTP2faLHpx0cXg/Tq5zTHpzMe2m43b2CUUuSinNibpg7QgmFAaQKB\
            gQDmGL9sKRmd4lw1mSjFsgdGU8IJA7N5NQ1kQk8xIAfjJeVVY7/qtLwwCQgKQJxQfivBnmcX+wNsrydbKhyE/06CT4Hqk4jb0l+a\
            ESvPlExObGYMO5FSSTyIGAL4OhRoWP+uzo05WQmm5HmW8PmE8bkZUIiYElYa5KdMU7ZpkCWxQQKBgDqm/iqQYKkl8mYZ+9x/jcth\
            wk5FTipv0mjgBrLVzZOO88848GEqsgH0LAz9dqyR2P9XZRsvkTmFz6Xm4FwqDHFPQUZ7pJuBQt2t8hvhaWTfhelIffXoeQ11/lQk\
            ReF7EuhEGMLm3hDt5BBFUrKmUTaVqi5wWOS9IvdX50oaRVoxAoGBAK3J1BZuD90IghyflX2WzzYCOHRenP1rwpxbG8Z9OUguwx0c\
            K+g1lj0s7UaVJ4aqGxnxeZr1iAx3GTvY7wXRGKhZBrBuuj2O7kOT8qc0o9MR/Lbum0OkIRMCb691D+9918A4HfP9FA7cNHzQIX3G\
            pzvYBGh7xNd+JzdLZ0BihyLv
            """,
        certificate: """
            MIIDETCCAfmgAwIBAgIUCLmhZsTnC19q2P0Yt3Bz5DY1EfUwDQYJKoZIhvcNAQELBQAwFzEVMBMGA1UEAwwMZGVmYXVsdC50ZXN0\
            MCAXDTI2MTEyMzAyMDUxM1oYDzIxMjYxMDMwMDIwNTEzWjAXMRUwEwYDVQQDDAxkZWZhdWx0LnRlc3QwggEiMA0GCSqGSIb3DQEB\
            AQUAA4IBDwAwggEKAoIBAQC4q4xevmu1v250CmbsqJz9rIQooOTUtQtOiTHwrtPRJs/9k08BwCa8jQ+FcJsDMUmaSaEZ9GJN+IK9\
            nOJ28b+laizJVPM406dF9p7LO5cC3IdxTQEJMkOqqDAsDGuqrA6pAOH/LAZBz3wS5nZjVL/BXgrQ6T/5aCLRybPgw21bvs3n2qGr\
            x5Cj/qTQC7k7bGPV0sisHZKjtWW5HbN8Pcg7IgG21lc4g+z2mmVsOVzDF0mFpys6Os0S4EYrevnGw/XMb6529aO/v0y6AAn+bVzq\
            skivBTxYZxBCm70pXV8FsyK480d4aVuTrzJgI4Zo2pbHwYH+YkNRAMsP58WDav4pAgMBAAGjUzBRMB0GA1UdDgQWBBR1tJJVUu6Z\
            l11nNui3u2QGJgtimDAfBgNVHSMEGDAWgBR1tJJVUu6Zl11nNui3u2QGJgtimDAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEB\
            CwUAA4IBAQByfNWTg59IK8ShapqSsbxspOuS3SZP8y3AXFkEv6bQMg2fL4hhb/5V+phjWttiqV3jReceS0y4aDZJF/xR6xbrj2vu\
            pxignuG1JD2DSgLMtmYO41shk97UMqI3ZMSj5KbCT8wYgT6uXZAP5ZP9CB/AgK5ZzPVVGt/FBz8hXcKEKxyIj7/riov+zoxhn9Nw\
            G45eNAQZHOfWJjlZVTADWneX4pj+j7/j7QI4bbk6W62ex09h2ayYZrYA4WgpjoD0HEHuhYpDmr5/aL32BzejXGrBQyvwYdvcfXqj\
            Jozxmph218aCy5jwOqtaI+V6lJlfdIE8D8jVBhDgfQLX3CmxsNYz
            """)
}

extension WebAuthnVector {
    /// 16.12 Packed Attestation with Ed448 Credential: an algorithm that we do not have. No published copy was at hand: made
    /// with the derivation that the specification gives, which makes section 16.11 byte for byte.
    static let packedEd448 = WebAuthnVector(
        section: "16.12", name: "packed.Ed448", format: "packed",
        registration: Registration(
            challenge: "2578d0801b5a005b5451e540121788cb01949e187b91db13f58755403efbf337",
            clientDataJSON: #"""
                {"type":"webauthn.create","challenge":"JXjQgBtaAFtUUeVAEheIywGUnhh7kdsT9YdVQD778zc","origin":"https://exampl\#
                e.org","crossOrigin":false,"extraData":"clientDataJSON may be extended with additional fields in the future,\#
                 such as this: BQqA3ieHVSHMTDMWwG2kKw"}
                """#,
            attestationObject: """
                a363666d74667061636b65646761747453746d74a363616c67266373696758473045022100c5430b6b53f6b8fd1e5fa46ae7ebb8f9e9a\
                e0d10ebc748e876e2d979b39b1382022008c5cda8af174f2d3c050d5d14eec0721031364cb12924a06633d4924c6bcad3637835638159\
                022730820223308201c8a003020102021100cff4228697d6e5ac47480b2390677f05300a06082a8648ce3d0403023062311e301c06035\
                504030c15576562417574686e207465737420766563746f7273310c300a060355040a0c0357334331253023060355040b0c1c41757468\
                656e74696361746f72204174746573746174696f6e204341310b30090603550406130241413020170d3234303130313030303030305a1\
                80f33303234303130313030303030305a305f311e301c06035504030c15576562417574686e207465737420766563746f7273310c300a\
                060355040a0c0357334331223020060355040b0c1941757468656e74696361746f72204174746573746174696f6e310b3009060355040\
                6130241413059301306072a8648ce3d020106082a8648ce3d03010703420004b85aaf790c824037cfe9fc56ab8d7ce6fbfaff2e3fe7c8\
                d745734c3c6e3c6ce880d505ccdb1e2c3738680e6f49f475e4d8d0b6c29060e6e0d7a6392fb69094cea360305e300c0603551d130101f\
                f04023000300e0603551d0f0101ff040403020780301d0603551d0e04160414fa8f81c2dcc0e194ae5034c7e79dcf6d9d8593e2301f06\
                03551d2304183016801445aff715b0dd786741fee996ebc16547a3931b1e300a06082a8648ce3d0403020349003046022100e761f5421\
                5ad92f27c2c14b9eea3e39e8c22429e833ecba5be918987aa72e0e6022100d5a714df479c238586b7d9e6684ea84991087038b0fef6a2\
                9b57b66b74df05fd686175746844617461589bbfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b55900000\
                00041c913aeda925fe02273322e34c2ae670020224fcde324e6b075ede55098a24b9ddce5f5a7c71d23703efd528a38f8a5f33ca40101\
                03383420072158398051ef4f94670b5abf17da2e9558ba6eba94eb8704363915b4d666de287ad329de9f1f075211aba602dc6e7a5e52b\
                15a8ee1c984a9f8887380
                """),
        authentication: Authentication(
            challenge: "1a942f401d8d8e36fe888c35c22b718217802fc6685bf139c47b311408128693",
            clientDataJSON: #"""
                {"type":"webauthn.get","challenge":"GpQvQB2Njjb-iIw1witxgheAL8ZoW_E5xHsxFAgShpM","origin":"https://example.o\#
                rg","crossOrigin":false,"extraData":"clientDataJSON may be extended with additional fields in the future, su\#
                ch as this: XKHjgbXgCeAXYNsutjIxbw"}
                """#,
            authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51d00000000",
            signature: """
                071db921430e13ca1a607eedb96cbd30fd63946a06e731217cad6fd82ba3b930d482308a2c101752a2518cff70918d4a20f29bd2eda4f\
                45a80bba6c4ad85b10fb721b1849725b7dbef315d5fb101c6dab890b06d94a8b52a74b5848f68e6152af24867b7555d2b22b8955cbff5\
                c87de73b00
                """))
}

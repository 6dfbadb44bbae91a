@testable import AuthorizationServer
import Crypto
import JOSE
import OAuthProtocol
import Storage

/// DPoP proofs: what is accepted is a proof for this request, and nothing unsigned is.
enum DPoPTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        let accessToken = input.mode & 8 == 0 ? nil : "an access token"
        switch input.mode % 4 {
        case 0: check([input.text], accessToken)
        case 1: check([input.compact(3)], accessToken)
        case 2: check([signed(input.rest), signed(input.rest)], accessToken)
        default: check([signed(input.rest)], accessToken)
        }
    }

    private static let context = Surroundings.context(.standard)

    /// A proof with any payload, right otherwise.
    private static func signed(_ payload: [UInt8]) -> String {
        let header: JSONObject = ["typ": "dpop+jwt", "alg": "ES256", "jwk": .object(Keys.es256.privateKey.publicKey.jwk)]
        return Keys.sign(header.serialized, payload, with: Keys.es256)
    }

    private static func check(_ proofs: [String], _ accessToken: String?) {
        var request = Surroundings.request
        request.dpopProofs = proofs
        let reader = DPoPProofCheck(context, .standard, request)
        guard let proof = wait(for: { try? await reader.proof(accessToken: accessToken) }) ?? nil else { return }
        expect(proofs.count == 1, "one proof is enough")
        expect(proof.key.thumbprint.utf8.count == 43, "a proof names a key")
        let algorithms = Set(WireProfile.standard.rules.proofSignatures)
        guard let (jwt, key) = try? JWS.verifyEmbedded(proofs[0], algorithms: algorithms) else {
            return expect(false, "a proof is a JWT that its own key verifies")
        }
        expect(jwt.typ == "dpop+jwt" && key.thumbprint == proof.key.thumbprint, "a proof says what it is")
        checkClaims(jwt.payload, accessToken)
    }

    private static func checkClaims(_ payload: JSONObject, _ accessToken: String?) {
        expect(payload["htm"]?.string == "POST", "a proof is for the method")
        let address = payload["htu"]?.string?.lowercased() ?? ""
        expect(address.hasPrefix("https://default.test") && address.contains("/oauth/token"), "a proof is for the address")
        let difference = (payload["iat"]?.integer ?? 0) - Surroundings.now.seconds
        expect((-300...300).contains(difference), "a proof is fresh")
        guard let accessToken else { return }
        let hash = Base64URL.encode(SHA256.hash(data: Array(accessToken.utf8)))
        expect(payload["ath"]?.string == hash, "a proof is for the token")
    }
}

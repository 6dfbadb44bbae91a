/// What everybody tries first: passwords that lead every published list of leaked ones, folded. Short ones are left out where no
/// policy would let them pass.
enum CommonPasswords {
    static let all: Set<String> = Set(
        """
        123456 1234567 12345678 123456789 1234567890 111111 000000 123123 123321 654321 666666 696969 112233 121212 123qwe
        1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 qwerty qwerty1 qwerty12 qwerty123 qwertyuiop qazwsx zaq12wsx asdfgh asdfghjkl
        zxcvbn zxcvbnm password password1 password1! password12 password123 passw0rd p@ssw0rd p@ssword pa$$w0rd pass1234
        iloveyou princess sunshine welcome welcome1 welcome123 letmein letmein1 monkey dragon football baseball superman
        batman master shadow michael jennifer jordan23 trustno1 starwars whatever freedom charlie computer internet
        login123 admin admin123 administrator root1234 changeme changeme1 default1 secret secret123 test1234 testtest
        abc123 abcd1234 abcdef1 aa123456 a123456 a1b2c3d4 google123 hello123 hallo123 summer2024 winter2024 spring2025
        summer2025 winter2025 summer2026 winter2026
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}

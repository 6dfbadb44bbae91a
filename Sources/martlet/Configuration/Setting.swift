/// One setting as it is declared: what `config reference` prints.
struct Setting {
    enum Kind: String {
        case text, number, list
        case flag = "true or false"
    }

    /// Dotted, in lower camel case: `database.poolSize`.
    let key: String
    let kind: Kind
    /// As a person writes it; empty when there is none.
    let defaultText: String
    let documentation: String
    var isSecret = false

    /// `MARTLET_DATABASE_POOL_SIZE`.
    var environmentName: String {
        var name = "MARTLET_"
        var previous: Character = "_"
        for character in key {
            if character == "." {
                name += "_"
            } else {
                if previous.isLowercase && character.isUppercase { name += "_" }
                name += character.uppercased()
            }
            previous = character
        }
        return name
    }
}

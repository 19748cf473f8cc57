// Names of interfaces, which are in small letters with `_`, as Swift spells them.

extension String {
    /// `set_storage` as `setStorage`.
    var camelCase: String {
        let words = split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// `call_flag` as `CallFlag`.
    var pascalCase: String { split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    /// In backticks if Swift has another use for the word.
    var escaped: String {
        let words = [
            "import", "init", "self", "return", "switch", "in", "let", "var", "func", "default", "repeat", "operator",
        ]
        return words.contains(self) ? "`\(self)`" : self
    }
}

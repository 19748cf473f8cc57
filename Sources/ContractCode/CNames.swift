// Names in C for what interfaces name.

enum CNames {
    /// Words of a name apart, in small letters: `balanceOf` is `balance_of`, `ERC20Token` is `erc20_token`.
    static func snake(_ name: String) -> String {
        let bytes = Array(name.utf8)
        func isUpper(_ index: Int) -> Bool { bytes.indices.contains(index) && (0x41...0x5a).contains(bytes[index]) }
        func isSmall(_ index: Int) -> Bool { bytes.indices.contains(index) && (0x61...0x7a).contains(bytes[index]) }
        func isDigit(_ index: Int) -> Bool { bytes.indices.contains(index) && (0x30...0x39).contains(bytes[index]) }
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let begins = isUpper(index) && index > 0
            if begins, isSmall(index - 1) || isDigit(index - 1) || (isUpper(index - 1) && isSmall(index + 1)),
                result.last != 0x5f
            {
                result.append(0x5f)
            }
            if byte == 0x24 { continue }
            result.append(isUpper(index) ? byte + 0x20 : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A name for a parameter or member: not a word of C, nor a type of pvm_contract.h.
    static func local(_ name: String, or other: String) -> String {
        let snake = snake(name)
        let name = snake.isEmpty || snake.allSatisfy { $0 == "_" } ? other : snake
        // Names of C's own types end with _t: uint8_t, size_t.
        let isTaken =
            taken.contains(name) || name.hasSuffix("_") || name.hasSuffix("_t") || isFixedBytes(name)
            || headerPrefixes.contains { name.hasPrefix($0 + "_") }
        return isTaken ? name + "_value" : name
    }

    /// What names of the headers for contracts begin with.
    private static let headerPrefixes = ["pvm", "revive", "u256", "s256", "address"]

    /// Whether names of a contract that is called so could be names of the headers.
    static func isPrefixOfHeaders(_ name: String) -> Bool { headerPrefixes.contains(name) }

    private static func isFixedBytes(_ name: String) -> Bool {
        name.hasPrefix("bytes") && name.count > 5 && name.dropFirst(5).allSatisfy(\.isNumber)
    }

    private static let taken: Set<String> = [
        "address", "u256", "alignas", "alignof", "asm", "auto", "bool", "break", "case", "char", "const", "constexpr",
        "continue", "default", "do", "double", "else", "enum", "extern", "false", "float", "for", "goto", "if",
        "inline", "int", "long", "nullptr", "register", "restrict", "return", "short", "signed", "sizeof", "static",
        "static_assert", "struct", "switch", "thread_local", "true", "typedef", "typeof", "typeof_unqual", "union",
        "unsigned", "void", "volatile", "while", "linux", "unix",
        "errno", "memcmp", "memcpy", "memmove", "memset", "stderr", "stdin", "stdout", "strlen",
    ]
}

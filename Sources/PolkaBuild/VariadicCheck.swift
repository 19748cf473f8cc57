// Finds long double and __int128 passed through `...`, which clang compiles wrongly for guests.
//
// With lp64e the caller lays them where they fall, in steps of 8 bytes, and the callee looks for them at multiples of 16: right
// or wrong depending on the stack pointer at run time. clang does not warn. Its intermediate code shows the calls with their
// types: `call i32 (ptr, ...) @printf(ptr @.str, fp128 %x), !dbg !79`. Translating a file that far takes a few hundredths of a
// second, and only files that mention something of the kind need it.

import SystemPackage

struct VariadicCheck {
    let toolchain: Toolchain

    /// What a source has to contain for such a call to be possible: the types, their format, or a function for them.
    private static let signs = ["long double", "int128", "%L", "Float128", "float128", "_BitInt"]

    /// Whether any of these C sources, or a header in their folders, could have such a call or make one possible.
    static func isNeeded(for sources: [FilePath]) -> Bool {
        let headers = Set(sources.map { $0.removingLastComponent() }).flatMap { folder in
            ((try? Files.listRecursively(folder)) ?? []).filter { $0.hasSuffix(".h") }.map { folder.appending($0) }
        }
        return (sources + headers).contains { (try? Files.readText($0)).map { isNeeded(for: $0) } ?? false }
    }

    /// Whether a text could have such a call, or declare what makes one possible.
    static func isNeeded(for text: some StringProtocol) -> Bool {
        if signs.contains(where: text.contains) { return true }
        // 1.0L, and functions of the C library such as sqrtl(x).
        var previous: Character = " "
        var beforeThat: Character = " "
        for character in text {
            if previous == "l" && character == "(" && beforeThat.isLetter { return true }
            if (previous == "L" || previous == "l") && (beforeThat.isNumber || beforeThat == ".")
                && !(character.isLetter || character.isNumber)
            {
                return true
            }
            (beforeThat, previous) = (previous, character)
        }
        return false
    }

    /// Looks at one compilation.
    ///
    /// - Parameters:
    ///   - arguments: clang's, with `-c` and `-o`.
    ///   - folder: where it runs.
    /// - Throws: `BuildError.toolFailed` with a message for each such call.
    func check(_ arguments: [String], in folder: FilePath) async throws {
        guard let output = arguments.firstIndex(of: "-o"), output + 1 < arguments.count else { return }
        var arguments = arguments
        // A file, because there is no telling how much of it there will be.
        let code = folder.pushing(FilePath(arguments[output + 1] + ".ll"))
        defer { Files.remove(code) }
        arguments[output + 1] = code.string
        for option in ["-MF", "-MT"] {
            if let index = arguments.firstIndex(of: option), index + 1 < arguments.count {
                arguments.removeSubrange(index...(index + 1))
            }
        }
        arguments.removeAll { $0 == "-c" || $0 == "-MD" }
        arguments += ["-S", "-emit-llvm", "-Xclang", "-disable-llvm-passes", "-g", "-w"]
        // What does not compile has been reported.
        guard try await toolchain.output(of: .clang, arguments, in: folder).succeeded else { return }
        let messages = Self.messages(in: try Files.readText(code))
        guard !messages.isEmpty else { return }
        throw BuildError.toolFailed(
            tool: "clang", status: "it would compile this wrongly", output: messages.joined(separator: "\n"))
    }

    /// The calls in the text of intermediate code, as messages in the order of the text.
    static func messages(in code: String) -> [String] {
        let lines = code.split(separator: "\n")
        var metadata: [Substring: Substring] = [:]
        for line in lines where line.first == "!" {
            if let range = line.firstRange(of: " = ") {
                metadata[line[..<range.lowerBound]] = line[range.upperBound...]
            }
        }
        return lines.compactMap { line in
            guard line.contains("call "), let types = line.firstRange(of: ", ...) "),
                let open = line[types.upperBound...].firstIndex(of: "(")
            else { return nil }
            // Parameters with a name are passed as everywhere.
            let fixed = line[..<types.lowerBound]
            let fixedCount = parts(of: fixed[(fixed.lastIndex(of: "(") ?? fixed.startIndex)...].dropFirst()).count
            let variable = parts(of: line[line.index(after: open)...]).dropFirst(fixedCount)
            guard variable.contains(where: { $0.contains("fp128 ") || $0.contains("i128 ") }) else { return nil }
            let callee = line[types.upperBound..<open]
            let function = callee.first == "@" ? "'\(callee.dropFirst())'" : "a function"
            return
                "\(place(of: line, metadata))error: \(function) is passed a long double or an __int128 through '...',"
                + " where the compiler for this target makes it look in the wrong place; pass a double, two integers, or the"
                + " address of the value"
        }
    }

    /// What stands between the commas of a list, up to its closing parenthesis.
    private static func parts(of list: Substring) -> [Substring] {
        var parts: [Substring] = []
        var start = list.startIndex
        var depth = 0
        for index in list.indices {
            switch list[index] {
            case "(", "[", "{", "<": depth += 1
            case ")" where depth == 0: return parts + [list[start..<index]]
            case ")", "]", "}", ">": depth -= 1
            case "," where depth == 0:
                parts.append(list[start..<index])
                start = list.index(after: index)
            default: break
            }
        }
        return parts + [list[start...]]
    }

    /// `file:line:column: ` of a line with a location, as far as it is known.
    private static func place(of line: Substring, _ metadata: [Substring: Substring]) -> String {
        guard let start = line.firstRange(of: "!dbg ")?.upperBound,
            let location = metadata[line[start...].prefix { $0 != "," && $0 != " " }],
            let number = field("line: ", of: location)
        else { return "" }
        var scope = field("scope: ", of: location)
        while let current = scope, let description = metadata[current] {
            if let file = field("file: ", of: description),
                let name = metadata[file].flatMap({ field("filename: ", of: $0) })
            {
                let column = field("column: ", of: location) ?? "1"
                return "\(name.filter { $0 != "\"" }):\(number):\(column): "
            }
            scope = field("scope: ", of: description)
        }
        return ""
    }

    private static func field(_ name: String, of text: Substring) -> Substring? {
        guard let start = text.firstRange(of: name)?.upperBound else { return nil }
        return text[start...].prefix { $0 != "," && $0 != ")" }
    }
}

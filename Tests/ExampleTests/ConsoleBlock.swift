// What a README promises: the commands in its blocks marked `console`, and what each prints.
//
//     ```console
//     $ pvm test
//     ok    test_counting  … gas  …
//     1 passed, 0 failed
//     ```

/// A line that begins with `$ `, and what follows it up to the next or the end of the block.
struct ConsoleCommand: Equatable {
    /// Where it stands, counted from 1.
    let line: Int
    /// What the shell gets.
    let command: String
    /// What it prints, in which `…` stands for any text; empty lines at the end do not count.
    var output: [String] = []
    /// What it ends with; in the README a last line `[exit N]`, where it is not 0.
    var exitStatus: Int32 = 0
}

/// A README that does not keep to the form.
struct ConsoleBlockError: Error, Equatable, CustomStringConvertible {
    let line: Int
    let message: String

    var description: String { "\(line): \(message)" }
}

extension ConsoleCommand {
    /// The commands of a Markdown text, in order.
    ///
    /// Blocks of other kinds are passed over, and what they contain is no fence.
    static func all(in text: String) throws(ConsoleBlockError) -> [ConsoleCommand] {
        var commands: [ConsoleCommand] = []
        var block: (fence: Fence, line: Int, isConsole: Bool)?
        /// Whether the block has had a command, which lines of output belong to.
        var hasCommand = false
        for (index, line) in text.lines.enumerated() {
            let number = index + 1
            guard let open = block else {
                if let fence = Fence(opening: line) { block = (fence, number, fence.word == "console") }
                hasCommand = false
                continue
            }
            if open.fence.isClosed(by: line) {
                if open.isConsole, !hasCommand {
                    throw ConsoleBlockError(line: open.line, message: "a console block without a line '$ COMMAND'")
                }
                block = nil
            } else if open.isConsole {
                let line = open.fence.content(of: line)
                if line.hasPrefix("$ ") {
                    commands.append(ConsoleCommand(line: number, command: String(line.dropFirst(2))))
                    hasCommand = true
                } else if hasCommand {
                    commands[commands.count - 1].output.append(line)
                } else {
                    throw ConsoleBlockError(
                        line: number, message: "found '\(line)' where a console block begins; expected '$ COMMAND'")
                }
            }
        }
        if let block { throw ConsoleBlockError(line: block.line, message: "this block has no end") }
        for index in commands.indices { try commands[index].finish() }
        return commands
    }

    /// Takes the exit status and empty lines off the end of the output.
    private mutating func finish() throws(ConsoleBlockError) {
        defer { while output.last?.isEmpty == true { output.removeLast() } }
        guard let end = output.lastIndex(where: { !$0.isEmpty }) else { return }
        let last = output[end]
        guard last.hasPrefix("[exit "), last.hasSuffix("]") else { return }
        guard let status = Int32(last.dropFirst(6).dropLast()), (1...255).contains(status) else {
            throw ConsoleBlockError(
                line: line + 1 + end, message: "found '\(last)'; expected '[exit N]', N from 1 to 255")
        }
        exitStatus = status
        output.removeSubrange(end...)
    }
}

extension ConsoleCommand {
    /// The folders whose tests it runs, as they stand there.
    var foldersTested: [String] {
        let words = command.split(separator: " ")
        return zip(words.indices, words.indices.dropFirst()).filter { words[$0] == "pvm" && words[$1] == "test" }.map {
            // The path is the first argument, or there is none and the folder is this one.
            let next = words[($0.1 + 1)...].first
            guard let next, let first = next.first, first.isLetter || first == "." || first == "/" else { return "." }
            return String(next)
        }
    }
}

/// What begins and ends a block of code: three or more backticks or tildes.
private struct Fence {
    let indentation: Int
    let mark: Character
    let count: Int
    /// The first word behind the mark: the language.
    let word: String

    init?(opening line: String) {
        let content = line.drop { $0 == " " }
        guard let mark = content.first, mark == "`" || mark == "~" else { return nil }
        let info = content.drop { $0 == mark }
        count = content.count - info.count
        // Backticks behind the mark make it a piece of code within a line.
        guard count >= 3, mark != "`" || !info.contains("`") else { return nil }
        self.mark = mark
        indentation = line.count - content.count
        word = info.split(separator: " ").first.map(String.init) ?? ""
    }

    func isClosed(by line: String) -> Bool {
        let content = line.drop { $0 == " " }
        let rest = content.drop { $0 == mark }
        return content.count - rest.count >= count && rest.allSatisfy { $0 == " " }
    }

    /// A line of a block in a list is indented as its fence is.
    func content(of line: String) -> String {
        let indentation = min(indentation, line.prefix { $0 == " " }.count)
        return String(line.dropFirst(indentation))
    }
}

extension String {
    /// The lines; what follows the last line end only if it is not empty.
    var lines: [String] {
        var lines = unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

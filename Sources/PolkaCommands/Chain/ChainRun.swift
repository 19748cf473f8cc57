// `pvm run --host revive`: one line to a chain at home, or a script of them.

import ArgumentParser
import PolkaABI
import PolkaBuild
import PolkaVM
import SystemPackage

/// Lines to a chain, from the command line or a file.
struct ChainRun {
    let words: [String]
    let options: ChainOptions
    /// A file of lines in place of the words; `-` is standard input.
    let script: String?
    let gas: UInt64?
    let state: String?
    let engine: Engine
    let color: Bool

    /// Does what is said, and prints what comes of it.
    ///
    /// - Throws: the exit status of the first line that fails, after which nothing more is done.
    func execute(json: Bool) async throws {
        if script == nil, words.count == 1, Files.exists(FilePath(words[0])), ChainVerb(rawValue: words[0]) == nil {
            return try await show(words[0])
        }
        let session = try ChainSession(file: state, engine: engine, color: color)
        guard let script else { return try await perform(words, options, gas, session, json) }
        if !words.isEmpty { throw ValidationError("--script excludes words: its lines say what is to be done") }
        for (number, line) in try Self.lines(of: script).enumerated() {
            let words = try Self.words(of: line, "\(script):\(number + 1)")
            if words.isEmpty { continue }
            if words.contains("--help") || words.contains("-h") {
                throw CommandError("\(script):\(number + 1): a script has no help; 'pvm run --help' has")
            }
            do {
                let parsed = try ChainLine.parse(words)
                try await perform(parsed.words, parsed.options, parsed.gas ?? gas, session, json)
            } catch let exit as ExitCode {
                throw exit
            } catch {
                let message = error is CommandError ? "\(error)" : ChainLine.message(for: error)
                throw CommandError("\(script):\(number + 1): \(message)")
            }
        }
    }

    private func perform(
        _ words: [String], _ options: ChainOptions, _ gas: UInt64?, _ session: ChainSession, _ json: Bool
    ) async throws {
        let report = try await session.perform(Self.ordered(words), options, gas: gas)
        if json {
            try JSONOutput.print(report)
        } else {
            report.printForPeople(color: color)
        }
        if report.status != .finished { throw report.status.exitStatus.code }
    }

    /// Says what a contract offers, and how to call it: nobody has said what shall be done with it.
    private func show(_ path: String) async throws {
        let contract = try await BuiltContract(FilePath(path), color: color)
        Terminal.print("\(contract.name) is a contract of \(contract.bytes.count) bytes:")
        for line in contract.abi?.lines ?? [] { Terminal.print("  \(line)") }
        let start = "pvm run --host revive --state chain.db"
        let inputs = contract.abi?.constructor?.inputs ?? []
        let arguments = inputs.map { " " + $0.name.uppercased() }.joined()
        Terminal.note("on a chain of your own:")
        Terminal.note("  \(start) deploy \(path)\(arguments)")
        if let function = contract.abi?.functions.first(where: { !$0.mutability.isReadOnly }) {
            let words = function.inputs.map { " " + $0.name.uppercased() }.joined()
            Terminal.note("  \(start) call \(contract.name) \(function.name)\(words) --from alice")
        }
    }

    /// With the verb first, also where the program is: `PROGRAM deploy 1000` is `deploy PROGRAM 1000`.
    private static func ordered(_ words: [String]) -> [String] {
        guard let first = words.first, ChainVerb(rawValue: first) == nil, Files.exists(FilePath(first)) else {
            return words
        }
        guard words.count > 1, words[1] == ChainVerb.deploy.rawValue else { return words }
        return [words[1], first] + words.dropFirst(2)
    }

    private static func lines(of script: String) throws -> [String] {
        guard script == "-" else {
            return try Files.readText(FilePath(script)).split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
        }
        var lines: [String] = []
        while let line = readLine() { lines.append(line) }
        return lines
    }

    /// Words between spaces, or in single or double quotes; `#` begins a comment.
    private static func words(of line: String, _ place: String) throws -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let complete = word { words.append(complete) }
                word = nil
            } else if character == "#", word == nil {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let quote { throw CommandError("\(place): the quote \(quote) is not closed") }
        return words + (word.map { [$0] } ?? [])
    }
}

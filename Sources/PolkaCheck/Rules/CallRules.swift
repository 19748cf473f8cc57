// What a program imports and calls.

import PolkaBlob

extension Rule {
    /// revive: imports are found by name, and there can be no more than there are functions (host-api.md 1.1 and 1.5).
    static let imports = Rule(name: "imports") { program in
        let table = program.target.table
        let symbols = program.blob.imports
        var answer = RuleAnswer(symbols.count, atMost: table.functions.count, "imports")
        for (number, symbol) in symbols.enumerated() {
            let name = symbol.map(Blob.text) ?? ""
            if table.function(named: name) != nil { continue }
            // Those who call it are to blame.
            let call = program.code.call(of: UInt32(number))
            let caller = call.flatMap { program.names.name(at: $0.offset) }.map { ", called in '\($0)'" } ?? ""
            let problem: Problem
            if name.isEmpty {
                problem = Problem(
                    "import \(number) has no name, and the host finds functions by name", symbol: name,
                    at: call?.offset, remedy: "declare imports without numbers (PVM_IMPORT)")
            } else if let retired = table.retired.first(where: { $0.name == name }) {
                problem = Problem(
                    "the host no longer has '\(name)'\(caller): \(retired.summary)", symbol: name, at: call?.offset,
                    remedy: "do without it")
            } else {
                problem = Problem(
                    "the host has no function '\(name)'\(caller)", symbol: name, at: call?.offset,
                    remedy: "leave the call out, or import one of those in <pvm_revive.h>")
            }
            answer.problems.append(problem)
        }
        if answer.isExceeded, answer.problems.isEmpty {
            answer.problems = [
                Problem("functions are imported more than once", remedy: "import each function once")
            ]
        }
        return answer
    }

    /// revive: no call with the number that stands for no pointer (host-api.md 1.1); one without an import ends the contract.
    static let hostCallNumbers = Rule(name: "host calls") { program in
        let count = program.blob.imports.count
        var answer = RuleAnswer(
            RuleAnswer.text(program.code.hostCallCount, "calls"), limit: "numbers of imports, not 0xffffffff")
        for call in program.code.hostCalls where Int(call.number) >= count && answer.hasRoom {
            let problem = Problem(
                call.number == .max
                    ? "'ecalli \(call.number)' is refused: the number stands for no function"
                    : "'ecalli \(call.number)' calls no import: there are \(count)",
                symbol: program.names.name(at: call.offset),
                at: call.offset, remedy: "import the function by name (PVM_IMPORT)")
            if call.number == .max { answer.problems.append(problem) } else { answer.warnings.append(problem) }
        }
        return answer
    }

    /// JAM: functions are called by number (host-api.md 2.3 and 3.1); a call of another costs gas and does nothing.
    static let numberedCalls = Rule(name: "host calls") { program in
        let table = program.target.table
        let used = program.code.hostCalls.map(\.number).sorted()
        let list = used.prefix(Self.mostShown).map(String.init).joined(separator: ", ")
        var answer = RuleAnswer(
            used.isEmpty ? "none" : "numbers \(list)\(used.count > Self.mostShown ? "..." : "")",
            limit: "numbers of \(table.name)")
        for (number, symbol) in program.blob.imports.enumerated() {
            guard let symbol, !symbol.isEmpty else { continue }
            let name = Blob.text(of: symbol)
            let number = UInt32(number)
            let call = program.code.call(of: number)
            if let function = table.function(named: name), let right = function.number {
                if right == number { continue }
                let meaning = table.function(number: number).map { ", and \(number) is '\($0.name)'" } ?? ""
                answer.problems.append(
                    Problem(
                        "import '\(name)' has the number \(number); in \(table.name) it is \(right)\(meaning)",
                        symbol: name, at: call?.offset,
                        remedy:
                            "build with --target \(program.target.rawValue), or include <pvm_jam.h> for that version"))
            } else if let function = table.function(number: number) {
                answer.warnings.append(
                    Problem(
                        "import '\(name)' has the number of '\(function.name)'", symbol: name, at: call?.offset,
                        remedy: "if that is what it shall call, name it so"))
            }
        }
        for call in program.code.hostCalls where table.function(number: call.number) == nil && answer.hasRoom {
            let number = Int(call.number)
            let symbol = number < program.blob.imports.count ? program.blob.imports[number] : nil
            let name = symbol.flatMap { $0.isEmpty ? nil : Blob.text(of: $0) }
            // A known name with a wrong number has been reported.
            if let name, table.function(named: name) != nil { continue }
            answer.problems.append(
                Problem(
                    "'ecalli \(call.number)'\(name.map { ", import '\($0)'," } ?? "") calls no function of \(table.name)",
                    symbol: program.names.name(at: call.offset), at: call.offset,
                    remedy: "give the import the number of a function (PVM_IMPORT_INDEX); <pvm_jam.h> has all of them"))
        }
        return answer
    }

    /// Numbers that a line holds.
    private static let mostShown = 40
}

// The token in C and in Swift give the same answers to the same calls: those of a third one, which is here.

import PolkaBuild
import SystemPackage
import TestSupport
import Testing

extension ExampleTests {
    @Test(arguments: ["c", "swift"])
    func token(in language: String) async throws {
        var random = SeededGenerator(seed: 20)
        var model = TokenModel()
        var calls: [String] = []
        var answers: [String] = []
        for _ in 0..<4000 {
            let call = TokenModel.randomCall(using: &random)
            calls.append(call)
            answers.append(model.answer(to: call))
        }
        for account in TokenModel.accounts {
            calls.append("balance_of \(account)")
            answers.append(model.answer(to: "balance_of \(account)"))
        }
        // Otherwise they may agree because nothing ever happens.
        for answer in ["done", "insufficient balance", "insufficient allowance", "not the owner", "supply too large"] {
            #expect(answers.count { $0.hasSuffix(answer) } > 50, "\(answer)")
        }

        let workspace = try ExampleWorkspace()
        try Files.write(Array((calls.joined(separator: "\n") + "\n").utf8), to: workspace.folder.appending("calls"))
        let (output, status) = try await workspace.shell.run(
            "pvm run \(language) < '\(workspace.folder.appending("calls"))'", in: Examples.folder.appending("token"))
        // Behind the answers stands the result of `main`.
        let difference = OutputDifference(expected: answers + ["0"], found: output.lines)
        #expect(status == 0)
        #expect(difference == nil, "call: \(difference.map { calls[min($0.foundIndex, calls.count - 1)] } ?? "")")
    }
}

/// What a token with calls in text does.
private struct TokenModel {
    static let accounts: [UInt64] = [0, 1, 2, 3, 1 << 63, .max]

    private var owner: Substring?
    private var balances: [Substring: UInt128] = [:]
    /// By holder and spender with a blank in between.
    private var allowances: [String: UInt128] = [:]
    private var supply: UInt128 { balances.values.reduce(0, +) }

    mutating func answer(to call: String) -> String {
        if Self.malformed.contains(call) { return "error: no such call" }
        let words = call.split(separator: " ")
        let value = words.last.flatMap { UInt128($0) }
        switch (words.first, words.dropFirst().first, words.count, value) {
        case ("total_supply", nil, _, _): return "\(supply)"
        case ("balance_of", let holder?, 2, _): return "\(balances[holder, default: 0])"
        case ("allowance", let holder?, 3, _): return "\(allowances["\(holder) \(words[2])", default: 0])"
        case (let caller?, "deploy", 2, _):
            if owner != nil { return "error: already deployed" }
            owner = caller
        case (let caller?, "mint", 4, let value?):
            if caller != owner { return "error: not the owner" }
            if supply.addingReportingOverflow(value).overflow { return "error: supply too large" }
            balances[words[2], default: 0] += value
        case (let caller?, "transfer", 4, let value?):
            return move(value, from: caller, to: words[2])
        case (let caller?, "approve", 4, let value?):
            allowances["\(caller) \(words[2])"] = value
        case (let caller?, "transfer_from", 5, let value?):
            let allowance = allowances["\(words[2]) \(caller)", default: 0]
            if allowance < value { return "error: insufficient allowance" }
            let answer = move(value, from: words[2], to: words[3])
            if answer == "done" { allowances["\(words[2]) \(caller)"] = allowance - value }
            return answer
        default: return "error: no such call"
        }
        return "done"
    }

    private mutating func move(_ value: UInt128, from holder: Substring, to receiver: Substring) -> String {
        guard balances[holder, default: 0] >= value else { return "error: insufficient balance" }
        balances[holder, default: 0] -= value
        balances[receiver, default: 0] += value
        return "done"
    }

    static func randomCall(using random: inout SeededGenerator) -> String {
        func account() -> UInt64 { accounts[Int.random(in: accounts.indices, using: &random)] }
        // Small amounts are often there to be moved; large ones seldom, and they reach the end of what fits.
        func value() -> UInt128 {
            UInt128.random(in: 0 ... .max, using: &random) >> (Bool.random(using: &random) ? 70 : 1)
        }
        switch Int.random(in: 0..<21, using: &random) {
        case 0: return "\(account()) deploy"
        case 1, 2, 3: return "\(account()) mint \(account()) \(value())"
        case 4, 5, 6, 7: return "\(account()) transfer \(account()) \(value())"
        case 8, 9, 10: return "\(account()) approve \(account()) \(value())"
        case 11, 12, 13, 14, 15: return "\(account()) transfer_from \(account()) \(account()) \(value())"
        case 16: return "balance_of \(account())"
        case 17: return "allowance \(account()) \(account())"
        case 18: return "total_supply"
        // Longer than anyone would write it.
        case 19: return "\(account())\(String(repeating: " ", count: 1500))mint \(account()) \(value())"
        default: return malformed[Int.random(in: malformed.indices, using: &random)]
        }
    }

    /// None of these is a call: too many words, too few, a number that is too large or is none, other bytes than blanks between.
    private static let malformed = [
        "total_supply 1", "balance_of", "allowance 1", "1 mint 2", "1 transfer 2 3 4", "x deploy", "1 burn 2",
        "18446744073709551616 deploy", "1 mint 2 340282366920938463463374607431768211456", "1 transfer 2 -1",
        "1 transfer 2 +1", "balance_of 1 2 3 4 5 6 7", "total_supply\0 1", "\0", "total_supply\r", "1\tdeploy",
    ]
}

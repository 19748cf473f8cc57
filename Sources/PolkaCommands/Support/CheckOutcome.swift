// What a check found, for people and for programs.

import PolkaCheck

/// The results of all rules of a target.
struct CheckOutcome: Encodable {
    let target: String
    let program: String
    let isViolated: Bool
    let rules: [RuleResult]

    enum CodingKeys: String, CodingKey {
        case target, program, rules
        case isViolated = "violated"
    }

    init(_ rules: [RuleResult], target: DeployTarget, program: String) {
        self.rules = rules
        self.target = target.rawValue
        self.program = program
        isViolated = rules.contains { $0.verdict == .violated }
    }

    /// Problems of one rule that are shown unless all are wanted.
    private static let mostShown = 5

    /// A line for each rule; below it what breaks it.
    func text(listsAll: Bool) -> String {
        func width(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }
        let names = width(rules.map(\.rule))
        let actuals = width(rules.map { Self.shortened($0.actual) })
        var text = ""
        for rule in rules {
            let actual = Self.shortened(rule.actual)
            text += "\(Self.mark(rule.verdict)) \(rule.rule.padded(names))  \(actual.padded(actuals))  \(rule.limit)\n"
            text += Self.problems(of: rule, listsAll: listsAll)
        }
        let violated = rules.filter { $0.verdict == .violated }.count
        let summary =
            violated == 0
            ? "obeys the rules of \(target)" : "breaks \(violated) rule\(violated == 1 ? "" : "s") of \(target)"
        return text + "\(program) \(summary)\n"
    }

    /// What breaks the rules alone, as a build says it.
    var violations: String {
        var text = ""
        for rule in rules where rule.verdict != .ok {
            text += "\(Self.mark(rule.verdict)) \(rule.rule): \(rule.actual); \(rule.limit)\n"
            text += Self.problems(of: rule, listsAll: false)
        }
        return text
    }

    private static func problems(of rule: RuleResult, listsAll: Bool) -> String {
        var text = ""
        let shown = listsAll ? rule.problems.count : mostShown
        for problem in rule.problems.prefix(shown) {
            let place = [
                problem.symbol.flatMap { $0.isEmpty || problem.message.contains("'\($0)'") ? nil : "in '\($0)'" },
                problem.codeOffset.map { "code offset \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
            text += "    \(place.isEmpty ? "" : "\(place): ")\(problem.message)\n      \(problem.remedy)\n"
        }
        if rule.problems.count > shown { text += "    and \(rule.problems.count - shown) more; --all lists them\n" }
        return text
    }

    private static func mark(_ verdict: RuleResult.Verdict) -> String {
        switch verdict {
        case .ok: "ok      "
        case .warning: "warning "
        case .violated: "VIOLATED"
        }
    }

    /// A list of names can be as long as it likes.
    private static func shortened(_ text: String) -> String {
        text.count <= longest ? text : "\(text.prefix(longest - 3))..."
    }

    private static let longest = 40
}

extension String {
    /// The text with blanks behind it up to a width.
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// The text with blanks before it up to a width.
    func indented(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

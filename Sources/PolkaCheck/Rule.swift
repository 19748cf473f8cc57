// What a rule is and what it says; each rule has its place in a file of Rules/.

/// A rule of admission.
struct Rule: Sendable {
    /// A short name.
    let name: String
    let check: @Sendable (CheckedProgram) -> RuleAnswer
}

/// What a rule found: its limit, the actual value, what is wrong.
struct RuleAnswer: Sendable {
    var limit: String
    var actual: String
    /// The same as numbers, where they are numbers.
    var limitValue: Int?
    var actualValue: Int?
    /// Whether the host may come to another value.
    var isEstimate = false
    var problems: [Problem] = []
    /// What is allowed, but hardly meant.
    var warnings: [Problem] = []

    /// A rule about a number that must not be exceeded.
    init(_ actual: Int, atMost limit: Int, _ unit: String, isEstimate: Bool = false) {
        self.limit = "at most \(limit) \(unit)"
        self.actual = "\(Self.text(actual, unit))\(isEstimate ? ", estimate" : "")"
        self.isEstimate = isEstimate
        limitValue = limit
        actualValue = actual
    }

    /// A rule about something else.
    init(_ actual: String, limit: String) {
        self.limit = limit
        self.actual = actual
    }

    /// A number with its unit, which is given in the plural.
    static func text(_ count: Int, _ unit: String) -> String {
        "\(count) \(count == 1 && unit.hasSuffix("s") ? String(unit.dropLast()) : unit)"
    }

    /// Whether another problem would still be read by anybody.
    var hasRoom: Bool { problems.count + warnings.count < CodeFacts.mostListed }

    /// Whether the number is above its limit.
    var isExceeded: Bool {
        guard let limitValue, let actualValue else { return false }
        return actualValue > limitValue
    }
}

/// One thing that breaks a rule.
package struct Problem: Sendable, Equatable, Encodable {
    /// What was found, and what is wrong with it.
    package var message: String
    /// The function, variable or import to blame, nil if nothing tells it.
    package var symbol: String?
    /// Where in the code.
    package var codeOffset: Int?
    /// What mends it.
    package let remedy: String

    init(_ message: String, symbol: String? = nil, at codeOffset: Int? = nil, remedy: String) {
        self.message = message
        self.symbol = symbol
        self.codeOffset = codeOffset
        self.remedy = remedy
    }

    enum CodingKeys: String, CodingKey {
        case message, symbol, remedy
        case codeOffset = "code_offset"
    }
}

/// How a program stands with a rule.
package struct RuleResult: Sendable, Encodable {
    package enum Verdict: String, Sendable, Encodable {
        case ok, warning, violated
    }

    package let rule: String
    package let limit: String
    package let actual: String
    package let limitValue: Int?
    package let actualValue: Int?
    package let isEstimate: Bool
    package let verdict: Verdict
    package let problems: [Problem]

    enum CodingKeys: String, CodingKey {
        case rule, limit, actual, verdict, problems
        case limitValue = "limit_value"
        case actualValue = "actual_value"
        case isEstimate = "estimate"
    }

    init(_ rule: Rule, _ program: CheckedProgram) {
        let answer = rule.check(program)
        self.rule = rule.name
        limit = answer.limit
        actual = answer.actual
        limitValue = answer.limitValue
        actualValue = answer.actualValue
        isEstimate = answer.isEstimate
        precondition(!answer.isExceeded || !answer.problems.isEmpty, "a rule that is exceeded must say what to do")
        verdict = answer.problems.isEmpty ? (answer.warnings.isEmpty ? .ok : .warning) : .violated
        problems = answer.problems + answer.warnings
    }
}

extension CheckedProgram {
    /// What every rule of the target says of the program, in the order of the rules.
    package func results() -> [RuleResult] { Rule.all(of: target).map { RuleResult($0, self) } }
}

extension Rule {
    /// The rules of a target (host-api.md 1.1 and 1.5; 2.1 to 2.3; 3.2).
    static func all(of target: DeployTarget) -> [Rule] {
        switch target {
        case .revive:
            [
                .containerKind, .blobSize, .imports, .namedEntries, .blockSize, .instructions, .hostCallNumbers,
                .fixedMemory, .memoryWithCaches,
            ]
        case .jam072:
            [.standardProgram, .codeSize, .fixedEntries, .numberedCalls, .instructionsWhenReached]
        case .jam080:
            [
                .standardProgram, .codeSize, .fixedEntries, .numberedCalls, .bitmask, .instructions, .codeEnd,
                .branchTargets,
            ]
        }
    }
}

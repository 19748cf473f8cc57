// Compares what a command printed with what its README says, where `…` stands for any text of a line, and alone on a
// line for any number of lines.

extension ConsoleCommand {
    /// What is wrong with a run, for people; nil if it did what is written.
    func problem(printed lines: [String], status: Int32) -> String? {
        var problem: [String] = []
        if status != exitStatus { problem.append("ended with status \(status), expected \(exitStatus)") }
        if let difference = OutputDifference(expected: output, found: lines) {
            let (inReadme, inOutput) = (line + 1 + difference.expectedIndex, difference.foundIndex + 1)
            problem += [
                "line \(inReadme) of the README, line \(inOutput) of the output:",
                "  expected: \(difference.expected.map { "'\($0)'" } ?? "no more output")",
                "  found:    \(difference.found.map { "'\($0)'" } ?? "no more output")",
            ]
        }
        guard !problem.isEmpty else { return nil }
        return (problem + ["all that was printed:"] + lines.map { "  | \($0)" }).joined(separator: "\n")
    }
}

/// Where the output of a command first is not as it should be.
struct OutputDifference: Equatable {
    /// The line of the README's output, counted from 0, and what is there; nil where more was printed than is said.
    let expected: String?
    let expectedIndex: Int
    /// The line that was printed, nil where the output ends too soon.
    let found: String?
    let foundIndex: Int

    private static let ellipsis: Character = "…"

    /// nil if the output fits.
    init?(expected: [String], found: [String]) {
        var found = found
        while found.last?.isEmpty == true { found.removeLast() }
        let patterns = expected.map(Array.init)
        let lines = found.map(Array.init)
        let stop = Self.firstMisfit(
            patterns, lines, isAny: { $0 == [Self.ellipsis] },
            fits: { pattern, line in
                Self.firstMisfit(pattern, line, isAny: { $0 == Self.ellipsis }, fits: ==) == nil
            })
        guard let stop else { return nil }
        self.expected = stop.pattern < expected.count ? expected[stop.pattern] : nil
        expectedIndex = stop.pattern
        self.found = stop.text < found.count ? found[stop.text] : nil
        foundIndex = stop.text
    }

    /// Matches a pattern in which some elements stand for any number of elements of the text.
    ///
    /// Each takes as little as it can, and more if what follows does not fit. Going back to the last of them is enough: what
    /// lies before it fitted already, and any text may follow there.
    ///
    /// - Returns: nil if it matches, else where the farthest attempt stopped.
    private static func firstMisfit<Pattern, Element>(
        _ pattern: [Pattern], _ text: [Element], isAny: (Pattern) -> Bool, fits: (Pattern, Element) -> Bool
    ) -> (pattern: Int, text: Int)? {
        var (at, position) = (0, 0)
        var retry: (pattern: Int, text: Int)?
        var farthest = (pattern: 0, text: 0)
        while true {
            if at < pattern.count, isAny(pattern[at]) {
                at += 1
                retry = (at, position)
            } else if at == pattern.count, position == text.count {
                return nil
            } else if at < pattern.count, position < text.count, fits(pattern[at], text[position]) {
                at += 1
                position += 1
            } else {
                if at >= farthest.pattern { farthest = (at, position) }
                guard let last = retry, last.text < text.count else { return farthest }
                at = last.pattern
                position = last.text + 1
                retry = (at, position)
            }
        }
    }
}

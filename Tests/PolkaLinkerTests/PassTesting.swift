// Runs passes of -O2 alone and together on small pieces of assembly.

import PolkaISA
import PolkaLinker
import PolkaVM
import Testing

enum Pass {
    typealias Names = Set<LinkOptions.OptionalPass>

    /// Links code that is exported as `f` at -O2, with these passes alone, or with all.
    static func link(_ code: String, only passes: Names? = nil) throws -> LinkResult {
        var options = LinkOptions(optimization: .full)
        if let passes { options.disabledPasses = Set(LinkOptions.OptionalPass.allCases).subtracting(passes) }
        return try Guest.link(code + "\nexport f\n", options: options)
    }

    static func listing(_ code: String, only passes: Names? = nil) throws -> [String] {
        try link(code, only: passes).listing
    }

    /// Compares what `f` returns in a0 and a1 without any pass, with these alone, and with all.
    static func expectSameResults(
        _ code: String, only passes: Names, _ arguments: [[UInt64]], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let variants = [
            ("-O0", try Guest.link(code + "\nexport f\n", options: LinkOptions(optimization: .none))),
            ("alone", try link(code, only: passes)), ("-O2", try link(code)),
        ]
        for list in arguments {
            var expected: [UInt64]?
            for (name, result) in variants {
                let instance = try result.instance()
                let exit = try instance.call("f", list)
                let results = exit == .finished ? [instance[.a0], instance[.a1]] : []
                if let expected {
                    #expect(results == expected, "\(name), f(\(list))", sourceLocation: sourceLocation)
                } else {
                    expected = results
                }
            }
        }
    }

    /// Values at the borders of what comparisons and widths tell apart.
    static let borders: [UInt64] = [
        0, 1, 2, 5, 6, 7, 8, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0006, .max >> 1,
        1 << 63, .max - 6, .max - 1, .max,
    ]

    /// All pairs of them.
    static let pairs = borders.flatMap { a in borders.map { [a, $0] } }
}

// Options with a fixed set of values, so that help lists them.

import ArgumentParser
import PolkaISA
import PolkaLinker

/// The instruction sets that a program can be linked for.
enum InstructionSetChoice: String, ExpressibleByArgument, CaseIterable {
    case reviveV1 = "revive_v1"
    case jamV1 = "jam_v1"
    case latest64

    var instructionSet: InstructionSet {
        switch self {
        case .reviveV1: .reviveV1
        case .jamV1: .jamV1
        case .latest64: .latest64
        }
    }
}

/// A pass that can be left out, by its name.
struct PassChoice: ExpressibleByArgument {
    let pass: LinkOptions.OptionalPass

    init?(argument: String) {
        guard let pass = LinkOptions.OptionalPass(rawValue: argument) else { return nil }
        self.pass = pass
    }

    static var allValueStrings: [String] { LinkOptions.OptionalPass.allCases.map(\.rawValue) }
}

/// How hard the linker works.
struct OptimizationOptions: ParsableArguments {
    /// `-O0` to `-O2` and `-Os`, each a flag of its own as compilers have them.
    enum Level: String, EnumerableFlag {
        case o0, o1, o2, os

        static func name(for value: Level) -> NameSpecification {
            .customLong("O" + value.rawValue.dropFirst(), withSingleDash: true)
        }

        static func help(for value: Level) -> ArgumentHelp? {
            switch value {
            case .o0: "Keep everything of the input."
            case .o1: "Drop what the exports do not reach, join blocks."
            case .o2: "Also work out what is constant, dead or elsewhere the same (default)."
            case .os: "The same for fewer bytes: backtraces may name code that is equal."
            }
        }
    }

    @Flag var level: Level = .o2

    var optimization: LinkOptions.Optimization {
        switch level {
        case .o0: .none
        case .o1: .basic
        case .o2: .full
        case .os: .size
        }
    }
}

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

/// How hard the linker works.
struct OptimizationOptions: ParsableArguments {
    /// `-O0` to `-O2`, each a flag of its own as compilers have them.
    enum Level: String, EnumerableFlag {
        case o0, o1, o2

        static func name(for value: Level) -> NameSpecification {
            let letter = value.rawValue.uppercased()
            return .customLong(letter, withSingleDash: true)
        }

        static func help(for value: Level) -> ArgumentHelp? {
            switch value {
            case .o0: "Keep everything of the input."
            case .o1: "Drop what the exports do not reach."
            case .o2: "Everything there is; today the same as -O1 (default)."
            }
        }
    }

    @Flag var level: Level = .o2

    var optimization: LinkOptions.Optimization {
        switch level {
        case .o0: .none
        case .o1: .basic
        case .o2: .full
        }
    }
}

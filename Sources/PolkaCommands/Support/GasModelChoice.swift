// The choice of how gas is counted: `--gas-model`.

import ArgumentParser
import PolkaBuild
import PolkaVM
import SystemPackage

/// What `--gas-model` says.
enum GasModelChoice: ExpressibleByArgument, Equatable {
    case none
    case perInstruction
    case model(CostModel)
    /// A table of costs in a file.
    case file(String)

    static let naive = GasModelChoice.model(.naive)

    /// The model that JAM counts with.
    private static let jam = CostModel.pipeline(.l2Hit)

    private static let names = ["none", "jam", "per-instruction"] + CostModel.named.compactMap(\.name)

    init(argument: String) {
        switch argument {
        case "none": self = .none
        case "per-instruction": self = .perInstruction
        case "jam": self = .model(Self.jam)
        default: self = CostModel(named: argument).map { .model($0) } ?? .file(argument)
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .none: "none"
        case .perInstruction: "per-instruction"
        case .model(let model): model.name ?? ""
        case .file(let path): path
        }
    }

    static let help: ArgumentHelp = ArgumentHelp(
        "How gas is counted: naive, jam (the same as full-l2-hit), full-l1-hit, full-l2-hit, full-l3-hit, per-instruction, none,"
            + " or a file with a table of costs.", valueName: "model")

    /// What to configure a module with.
    ///
    /// - Throws: `CommandError` if there is no such model, or the file holds no table.
    func settings() throws -> GasSettings {
        switch self {
        case .none: return GasSettings(metering: .none)
        case .perInstruction: return GasSettings(metering: .perInstruction)
        case .model(let model): return GasSettings(model: model)
        case .file(let path):
            guard FileKind.of(FilePath(path)) != nil else {
                throw CommandError(
                    "--gas-model \(path): there is no such model, and no file of that name; expected "
                        + "\(Self.names.joined(separator: ", ")), or a file with a table of costs")
            }
            do {
                return GasSettings(model: .table(try CostTable(parsing: try Files.read(FilePath(path)))))
            } catch let error as CostTableError {
                throw CommandError("--gas-model \(path): \(error)")
            }
        }
    }
}

/// How a module counts gas.
struct GasSettings {
    var metering = GasMetering.synchronous
    var model = CostModel.naive

    /// Configures a module whose gas is limited.
    func apply(to configuration: inout ModuleConfiguration) {
        configuration.gasMetering = metering
        configuration.costModel = model
    }
}

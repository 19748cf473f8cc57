// The two published forms of test vectors, as JSON (vm.md 10): one program with a state before and after, or one program
// with a list of steps. Reading only; VectorRun.swift executes.

package import FoundationEssentials
import PolkaBlob

/// A published test vector.
package enum VectorFile {
    case single(SingleVector)
    case steps(StepVector)

    /// Reads either form; which one it is shows in the keys.
    package init(parsing data: Data) throws(VectorError) {
        do {
            let decoder = JSONDecoder()
            if try decoder.decode(Probe.self, from: data).isStepForm {
                self = .steps(try decoder.decode(StepVector.self, from: data))
            } else {
                self = .single(try decoder.decode(SingleVector.self, from: data))
            }
        } catch {
            throw VectorError(error)
        }
    }

    private struct Probe: Decodable {
        var isStepForm: Bool

        private enum CodingKeys: String, CodingKey {
            case steps
            case costs = "block-gas-costs"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            isStepForm = container.contains(.steps) || container.contains(.costs)
        }
    }
}

/// How a run in a vector ends.
package enum VectorStatus: String, Decodable {
    case halt, panic
    case pageFault = "page-fault"
    case outOfGas = "out-of-gas"
    case hostCall = "host"
    case ecalli
}

/// An array of numbers from 0 to 255.
///
/// The decoder's own `[UInt8]` calls a number that is too large invalid JSON and does not say where it is.
package struct ByteArray: Decodable {
    package var bytes: [UInt8] = []

    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let number = try container.decode(Int64.self)
            guard let byte = UInt8(exactly: number) else {
                let problem = "element \(bytes.count): \(number) is not a byte"
                throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
            }
            bytes.append(byte)
        }
    }
}

/// Bytes at an address.
package struct VectorBytes: Decodable {
    package var address: UInt32
    private var storage: ByteArray

    package var contents: [UInt8] { storage.bytes }

    private enum CodingKeys: String, CodingKey {
        case address
        case storage = "contents"
    }
}

/// Pages to map.
package struct VectorPages: Decodable {
    package var address: UInt32
    package var length: UInt64
    package var isWritable: Bool

    private enum CodingKeys: String, CodingKey {
        case address, length
        case isWritable = "is-writable"
        case isWritableInSteps = "is_writable"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        address = try container.decode(UInt32.self, forKey: .address)
        length = try container.decode(UInt64.self, forKey: .length)
        let key: CodingKeys = container.contains(.isWritableInSteps) ? .isWritableInSteps : .isWritable
        isWritable = try container.decode(Bool.self, forKey: key)
    }
}

/// The form of the set with 311 programs.
package struct SingleVector: Decodable {
    package var name: String
    package var initialRegisters: [UInt64]
    package var initialProgramCounter: UInt32
    package var initialPages: [VectorPages]
    package var initialMemory: [VectorBytes]
    package var initialGas: Int64
    package var program: ByteArray
    package var expectedStatus: VectorStatus
    package var expectedRegisters: [UInt64]
    package var expectedProgramCounter: UInt32
    package var expectedMemory: [VectorBytes]
    package var expectedGas: Int64
    package var expectedPageFaultAddress: UInt32?

    private enum CodingKeys: String, CodingKey {
        case name, program
        case initialRegisters = "initial-regs"
        case initialProgramCounter = "initial-pc"
        case initialPages = "initial-page-map"
        case initialMemory = "initial-memory"
        case initialGas = "initial-gas"
        case expectedStatus = "expected-status"
        case expectedRegisters = "expected-regs"
        case expectedProgramCounter = "expected-pc"
        case expectedMemory = "expected-memory"
        case expectedGas = "expected-gas"
        case expectedPageFaultAddress = "expected-page-fault-address"
    }
}

/// The form of the set for block gas costs.
///
/// The large programs of that set have costs, but no steps.
package struct StepVector: Decodable {
    package var name: String
    package var program: ByteArray
    package var initialProgramCounter: UInt32?
    package var initialGas: Int64?
    package var steps: [Step]?
    /// Costs by the code offset of the block; such a file counts gas by the pipeline model with L2 hits, one without naively.
    package var blockGasCosts: [UInt32: Int64]?

    package enum Step {
        case map(VectorPages)
        case write(VectorBytes)
        case setRegister(number: Int, value: UInt64)
        case run
        case assert(VectorAssertion)
    }

    private enum CodingKeys: String, CodingKey {
        case name, program, steps
        case initialProgramCounter = "initial-pc"
        case initialGas = "initial-gas"
        case blockGasCosts = "block-gas-costs"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        program = try container.decode(ByteArray.self, forKey: .program)
        initialProgramCounter = try container.decodeIfPresent(UInt32.self, forKey: .initialProgramCounter)
        initialGas = try container.decodeIfPresent(Int64.self, forKey: .initialGas)
        steps = try container.decodeIfPresent([Step].self, forKey: .steps)
        guard let costs = try container.decodeIfPresent([String: Int64].self, forKey: .blockGasCosts) else { return }
        var blockGasCosts: [UInt32: Int64] = [:]
        for (key, cost) in costs {
            guard let offset = UInt32(key) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .blockGasCosts, in: container, debugDescription: "'\(key)' is not a code offset")
            }
            blockGasCosts[offset] = cost
        }
        self.blockGasCosts = blockGasCosts
    }
}

extension StepVector.Step: Decodable {
    private enum CodingKeys: String, CodingKey { case kind, reg, value }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .kind) {
        case "map": self = .map(try VectorPages(from: decoder))
        case "write": self = .write(try VectorBytes(from: decoder))
        case "set-reg":
            self = .setRegister(
                number: try container.decode(Int.self, forKey: .reg),
                value: try container.decode(UInt64.self, forKey: .value))
        case "run": self = .run
        case "assert": self = .assert(try VectorAssertion(from: decoder))
        case let kind:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription: "'\(kind)' is no kind of step; known are map, write, set-reg, run and assert")
        }
    }
}

/// What must hold at a point of a vector; what is nil may be anything.
package struct VectorAssertion: Decodable {
    package var status: VectorStatus?
    package var gas: Int64?
    package var pc: UInt32?
    package var regs: [UInt64]?
    package var memory: [VectorBytes]?
    package var pageFaultAddress: UInt32?

    private enum CodingKeys: String, CodingKey {
        case status, gas, pc, regs, memory
        case pageFaultAddress = "page_fault_address"
    }
}

/// A file that is no vector, or that asks for what cannot be.
package struct VectorError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Puts an error of the JSON decoder into words, with the path of the value at fault.
    init(_ error: any Error) {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + ": "
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self.init("\(place(context.codingPath))the key '\(key.stringValue)' is missing")
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            self.init("\(place(context.codingPath))expected a value of type \(type)")
        case DecodingError.dataCorrupted(let context):
            self.init("\(place(context.codingPath))\(context.debugDescription)")
        default:
            self.init("not a JSON vector: \(error)")
        }
    }
}

// A contract that calls whatever host functions its input says, with whatever registers: one program for all tests of the host. Its
// constructor does the same. Scripts that call another such contract have that contract's script as their data.

import PolkaABI
import PolkaAsm
import PolkaBlob
import PolkaVM

@testable import PolkaRevive

/// What the contract can do besides calling the host.
enum GuestAction: Int, CaseIterable {
    /// Loops for ever.
    case spin
    /// Executes a trap.
    case trap
    /// Loads a byte from the address in the first argument.
    case load
    /// Returns, which ends the contract with no output.
    case finish
    /// Copies the word of 64 bits at the first argument to the second.
    case move
}

/// Where a script's parts are in the contract's memory.
enum ScriptMemory {
    /// The input, from its first byte.
    static let start: UInt32 = 0x2_0000
    /// What the program has; all of it can be written.
    static let byteCount: UInt32 = 0x6_0000
    static let recordByteCount: UInt32 = 56
}

/// What a contract is to do, one thing after the other.
struct Script {
    /// A step: 0 if nothing ended the script before it, and the result then.
    struct Step {
        let code: UInt64
        let arguments: [UInt64]
    }

    private(set) var steps: [Step] = []
    private(set) var data: [UInt8] = []
    /// Data lies behind this many steps, wherever the script ends.
    static let capacity = 64

    static var dataStart: UInt32 { ScriptMemory.start + UInt32(capacity) * ScriptMemory.recordByteCount }

    /// Adds a call of the host.
    ///
    /// - Returns: its index, by which its result is found.
    @discardableResult
    mutating func call(_ function: ReviveFunction, _ arguments: UInt64...) -> Int {
        append(Int(function.rawValue), arguments)
    }

    @discardableResult
    mutating func `do`(_ action: GuestAction, _ arguments: UInt64...) -> Int {
        append(ReviveFunction.allCases.count + action.rawValue, arguments)
    }

    private mutating func append(_ number: Int, _ arguments: [UInt64]) -> Int {
        precondition(steps.count < Self.capacity && arguments.count <= 6)
        // Code addresses are twice the number of an entry of the jump table, counted from 1.
        steps.append(Step(code: UInt64(2 * (number + 1)), arguments: arguments))
        return steps.count - 1
    }

    /// Puts bytes into the contract's memory.
    ///
    /// - Returns: where they will be.
    mutating func put(_ bytes: [UInt8]) -> UInt64 {
        let address = UInt64(Self.dataStart) + UInt64(data.count)
        data += bytes
        return address
    }

    mutating func put(_ address: Address) -> UInt64 { put(address.bytes) }
    mutating func put(_ number: U256) -> UInt64 { put(number.littleEndianBytes) }
    mutating func put(_ hash: Hash256) -> UInt64 { put(hash.bytes) }
    mutating func put(_ word: UInt32) -> UInt64 { put((0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }) }
    /// Room for a result.
    mutating func space(_ byteCount: Int) -> UInt64 { put([UInt8](repeating: 0, count: byteCount)) }

    /// Ends the contract with all of its script as output, results and memory included.
    mutating func returnAll(revert: Bool = false) {
        call(.sealReturn, revert ? 1 : 0, UInt64(ScriptMemory.start), UInt64(byteCount + 1))
    }

    private var byteCount: Int { Self.capacity * Int(ScriptMemory.recordByteCount) + data.count }

    /// The contract's input.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for step in steps {
            for word in [step.code] + step.arguments + [UInt64](repeating: 0, count: 6 - step.arguments.count) {
                bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
            }
        }
        let padding = Self.capacity * Int(ScriptMemory.recordByteCount) - bytes.count
        // The last byte makes scripts without data as long as their output.
        return bytes + [UInt8](repeating: 0, count: padding) + data + [0]
    }
}

/// What a script has returned.
struct ScriptResult {
    let output: [UInt8]

    /// The result of a step.
    func result(_ step: Int) -> UInt64 { word(at: ScriptMemory.start + UInt32(step) * ScriptMemory.recordByteCount) }

    func bytes(at address: UInt64, _ count: Int) -> [UInt8] {
        Array(output.dropFirst(Int(address) - Int(ScriptMemory.start)).prefix(count))
    }

    func number(at address: UInt64) -> U256 { U256(littleEndianBytes: bytes(at: address, 32)) }
    func hash(at address: UInt64) -> Hash256? { Hash256(bytes: bytes(at: address, 32)) }
    func address(at address: UInt64) -> Address? { Address(bytes: bytes(at: address, 20)) }
    func integer(at address: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word(at: UInt32(address))) }

    private func word(at address: UInt32) -> UInt64 {
        bytes(at: UInt64(address), 8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// The program.
enum ScriptContract {
    static let code: [UInt8] = {
        do { return try assemble() } catch { preconditionFailure("\(error)") }
    }()

    /// The same program with another constant in it, so that it is another code.
    static func variant(_ number: Int) throws -> [UInt8] { try assemble(number) }

    private static func assemble(_ number: Int = 0) throws -> [UInt8] {
        var text = """
            %isa = revive_v1
            %rw_data = \(Hex.text([UInt8(number)]).dropFirst(2))
            %rw_data_size = \(ScriptMemory.byteCount)
            %stack_size = 4096
            pub @call: %no_fallthrough
            %export 1 = 'deploy'
                ecalli \(ReviveFunction.callDataSize.rawValue)
                a1 = a0
                a0 = \(ScriptMemory.start)
                a2 = 0
                ecalli \(ReviveFunction.callDataCopy.rawValue)
                s0 = \(ScriptMemory.start)
                jump @next
            @stored:
                u64 [s0] = a0
                s0 = s0 + \(ScriptMemory.recordByteCount)
                jump @next
            @next:
                t0 = u64 [s0]
                a0 = u64 [s0 + 8]
                a1 = u64 [s0 + 16]
                a2 = u64 [s0 + 24]
                a3 = u64 [s0 + 32]
                a4 = u64 [s0 + 40]
                a5 = u64 [s0 + 48]
                jump [t0]

            """
        for (index, function) in ReviveFunction.allCases.enumerated() {
            text += """
                %import \(index) = '\(function.symbol)'
                %jump_table \(index + 1) = @f\(index)
                @f\(index):
                    ecalli \(index)
                    jump @stored

                """
        }
        for action in GuestAction.allCases {
            let number = ReviveFunction.allCases.count + action.rawValue
            text += "%jump_table \(number + 1) = @f\(number)\n@f\(number):\n"
            let body =
                switch action {
                case .spin: "jump @f\(number)\n"
                case .trap: "trap\n"
                case .load: "a0 = u8 [a0]\njump @stored\n"
                case .finish: "ret\n"
                case .move: "a0 = u64 [a0]\nu64 [a1] = a0\njump @stored\n"
                }
            text += body
        }
        return try Assembler.assemble(text).serialized()
    }
}

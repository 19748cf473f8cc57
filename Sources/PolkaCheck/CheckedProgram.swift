// A program with all that rules ask about, worked out once.

package import PolkaBlob
package import PolkaISA

/// A program to be checked for a target.
package struct CheckedProgram: Sendable {
    package let target: DeployTarget
    /// Whether it came as a standard program, which has no names.
    let isStandardProgram: Bool
    /// The instruction set that the program was made for, as far as that is known.
    let madeFor: InstructionSet?
    /// The bytes of the file.
    let byteCount: Int
    let blob: Blob
    let names: SymbolNames
    let map: MapText?
    let code: CodeFacts

    /// A container's program, with the size of its file, and its link map if there is one.
    package init(_ blob: Blob, byteCount: Int, target: DeployTarget, map: MapText?) {
        self.init(blob, isStandardProgram: false, madeFor: blob.instructionSet, byteCount, target, map)
    }

    /// A standard program, whose code is taken for that of the target, with its link map if there is one, and the instruction
    /// set that it was made for if anybody knows.
    package init(
        _ program: StandardProgram, target: DeployTarget, madeFor set: InstructionSet? = nil, map: MapText?
    ) {
        let blob = program.blob(for: target.instructionSet)
        self.init(blob, isStandardProgram: true, madeFor: set, program.serialized().count, target, map)
    }

    private init(
        _ blob: Blob, isStandardProgram: Bool, madeFor set: InstructionSet?, _ byteCount: Int, _ target: DeployTarget,
        _ map: MapText?
    ) {
        self.target = target
        madeFor = set
        self.isStandardProgram = isStandardProgram
        self.byteCount = byteCount
        self.blob = blob
        names = SymbolNames(of: blob, map: map)
        // A map of another program tells nothing.
        self.map = names.source == .map ? map : nil
        code = CodeFacts(blob, blockLimit: target == .revive ? target.table.limit("admission.block_instructions") : nil)
    }

    /// What the names of functions are from.
    package var namesFrom: SymbolNames.Source { names.source }

    /// The part of the code with one name that takes the most bytes.
    var largestFunction: (name: String, byteCount: Int)? {
        var sizes: [String: Int] = [:]
        for piece in names.pieces.list { sizes[piece.name, default: 0] += piece.range.count }
        return sizes.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    /// The variable, or section where there is none, that takes the most memory.
    var largestVariable: (name: String, byteCount: Int)? {
        let entries = (map?.readOnlyData ?? []) + (map?.readWriteData ?? [])
        let variables = entries.filter(\.isVariable)
        return (variables.isEmpty ? entries : variables)
            .max { ($0.byteCount, $1.name) < ($1.byteCount, $0.name) }.map { ($0.name, $0.byteCount) }
    }
}

/// What a linear walk over the code finds.
///
/// Counts are of everything, lists of the first few: hostile code can break a rule at every byte.
struct CodeFacts: Sendable {
    struct Block: Sendable {
        let start: Int
        var instructionCount: Int
    }
    struct HostCall: Sendable {
        let offset: Int
        let number: UInt32
    }

    private(set) var instructionCount = 0
    private(set) var blockCount = 0
    private(set) var largestBlock = 0
    /// Blocks of more instructions than the target allows.
    private(set) var longBlocks: [Block] = []
    private(set) var hostCallCount = 0
    /// The first call of each number, in code order.
    private(set) var hostCalls: [HostCall] = []
    private var known: [UInt32: Int] = [:]
    /// How many places are no instruction of the kind.
    private(set) var invalidCount = 0
    /// Their offsets.
    private(set) var invalid: [Int] = []
    /// Whether control can run past the end of the code.
    private(set) var hasOpenEnd = false

    /// Entries that a list keeps.
    static let mostListed = 100
    /// The same for calls, of which the imports of a blob are to be found.
    private static let mostCalls = 4096

    init(_ blob: Blob, blockLimit: Int?) {
        var block: Block?
        func finish() {
            guard let ended = block else { return }
            blockCount += 1
            largestBlock = max(largestBlock, ended.instructionCount)
            if let blockLimit, ended.instructionCount > blockLimit, longBlocks.count < Self.mostListed {
                longBlocks.append(ended)
            }
            block = nil
        }
        blob.code.forEachPosition(in: blob.instructionSet) { position in
            instructionCount += 1
            block = Block(
                start: block?.start ?? position.offset, instructionCount: (block?.instructionCount ?? 0) + 1)
            guard let instruction = position.instruction else {
                if position.offset == blob.code.bytes.count {
                    hasOpenEnd = true
                } else {
                    invalidCount += 1
                    if invalid.count < Self.mostListed { invalid.append(position.offset) }
                }
                finish()
                return
            }
            if instruction.opcode == .ecalli {
                note(HostCall(offset: position.offset, number: UInt32(truncatingIfNeeded: instruction.x)))
            }
            if instruction.opcode.isTerminator { finish() }
        }
        finish()
    }

    private mutating func note(_ call: HostCall) {
        hostCallCount += 1
        guard hostCalls.count < Self.mostCalls, known[call.number] == nil else { return }
        known[call.number] = hostCalls.count
        hostCalls.append(call)
    }

    /// The first call of a number.
    func call(of number: UInt32) -> HostCall? { known[number].map { hostCalls[$0] } }
}

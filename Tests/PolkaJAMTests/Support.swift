// Guests that do nothing but call the host, and the chain that they do it on.

import PolkaABI
import PolkaBlob
import PolkaISA
import PolkaJAM
import PolkaJIT
import PolkaVM
import Testing

/// A version and what executes it.
struct Setting: Sendable, CustomTestStringConvertible {
    let version: JAMVersion
    let engine: Engine

    var testDescription: String { "\(version.rawValue), \(engine.backend.name)" }

    /// Every version on every backend.
    static var all: [Setting] {
        let engines: [Engine] =
            Backend.whyNoCompiler == nil
            ? [Engine(backend: .interpreter), Engine(backend: .compiler)] : [Engine(backend: .interpreter)]
        return JAMVersion.allCases.flatMap { version in engines.map { Setting(version: version, engine: $0) } }
    }

    /// One for each version.
    static var versions: [Setting] {
        JAMVersion.allCases.map { Setting(version: $0, engine: Engine(backend: .interpreter)) }
    }
}

/// A guest that makes calls with given registers and returns what registers a0 and a1 held after each.
struct Caller {
    let version: JAMVersion
    /// What lies in its memory.
    private(set) var data: [UInt8] = []
    private var instructions: [Instruction] = []
    private var callCount = 0
    /// What it returns in place of the registers.
    var returned: (address: UInt64, count: UInt64)?
    /// What it does in the end.
    var ending = Instruction(.jumpIndirect, .ra)
    var heapPages: UInt16 = 128

    /// Registers behind calls.
    static let resultStart: UInt64 = 0x20000
    /// Bytes for the calls.
    static let dataStart: UInt64 = 0x21000
    /// Where calls may write.
    static let buffer: UInt64 = 0x60000
    /// Nothing is there.
    static let nowhere: UInt64 = 0x1000_0000
    /// The arguments, which may be read only.
    static let arguments: UInt64 = 0xfeff_0000

    init(_ version: JAMVersion) { self.version = version }

    /// Puts bytes into the guest.
    ///
    /// - Returns: their address.
    mutating func place(_ bytes: [UInt8]) -> UInt64 {
        defer { data += bytes }
        return Self.dataStart + UInt64(data.count)
    }

    /// Calls a number.
    mutating func call(number: UInt32, _ arguments: [UInt64]) {
        let registers = Register.arguments.prefix(6)
        for (register, value) in zip(registers, arguments) {
            instructions.append(Instruction(.loadImm64, register, x: Int64(bitPattern: value)))
        }
        instructions.append(Instruction(.ecalli, x: Int64(Int32(bitPattern: number))))
        let place = Int64(Self.resultStart) + 16 * Int64(callCount)
        instructions.append(Instruction(.storeU64, .a0, x: place))
        instructions.append(Instruction(.storeU64, .a1, x: place + 8))
        callCount += 1
    }

    /// Calls a function of the version.
    mutating func call(_ function: JAMFunction, _ arguments: UInt64...) {
        call(number: function.number(in: version) ?? 9999, arguments)
    }

    /// Does something else.
    mutating func append(_ instruction: Instruction) { instructions.append(instruction) }

    /// The program, with its instructions behind both entries.
    var program: StandardProgram {
        // Indices of instructions: the two jumps of the table come first.
        var all = [Instruction(.jump, target: 2), Instruction(.jump, target: 2)] + instructions
        let (address, count) = returned ?? (Self.resultStart, 16 * UInt64(callCount))
        all.append(Instruction(.loadImm64, .a0, x: Int64(bitPattern: address)))
        all.append(Instruction(.loadImm64, .a1, x: Int64(bitPattern: count)))
        all.append(ending)
        let code = CodeLayout(instructions: all, minimumByteCounts: [0: 5]).encoded(for: version.instructionSet)
        return StandardProgram(
            readWriteData: [UInt8](repeating: 0, count: 0x1000) + data, heapPages: heapPages, stackSize: 4096,
            code: CodeMap(bytes: code.bytes, bitmask: code.bitmask))
    }
}

/// A chain on which a caller is a service.
struct World {
    /// The caller's service.
    static let service: UInt32 = 70_000
    /// Another service, which needs 50 gas for transfers.
    static let other: UInt32 = 80_000

    let setting: Setting
    var state = JAMState()
    var gas: UInt64 = 1_000_000_000

    init(_ setting: Setting) {
        self.setting = setting
        state.timeSlot = 100_000
        state.entropy = Hash256(bytes: [UInt8](repeating: 0x77, count: 32)) ?? .zero
        var other = ServiceAccount(codeHash: .zero, balance: 10_000)
        other.minimumMemoGas = 50
        state.services[Self.other] = other
        state.services[Self.service] = ServiceAccount(codeHash: .zero, balance: 1_000_000_000)
    }

    /// The service's account.
    var own: ServiceAccount {
        get { state.services[Self.service] ?? ServiceAccount(codeHash: .zero, balance: 0) }
        set { state.services[Self.service] = newValue }
    }

    /// Makes a program the service's code.
    mutating func install(_ caller: Caller) {
        let code = ServiceCode(metadata: [1, 2], program: caller.program.serialized()).preimage
        own.provide(code, at: 1)
        own.codeHash = Hash256(blakeOf: code)
    }

    /// A package with an item for the service.
    func package(payload: [UInt8] = []) -> WorkPackage {
        var package = WorkPackage()
        package.context.lookupAnchorSlot = state.timeSlot
        var item = WorkItem(service: Self.service, codeHash: own.codeHash, refineGas: gas)
        item.payload = payload
        package.items = [item]
        return package
    }

    /// Accumulates with a caller's code.
    func accumulate(_ caller: Caller, inputs: [AccumulateInput] = []) throws -> AccumulateOutcome {
        var world = self
        world.install(caller)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        return try machine.accumulate(
            service: Self.service, inputs: inputs, extraGas: gas, state: world.state)
    }

    /// Refines an item, the first unless `change` makes others, with a caller's code.
    func refine(
        _ caller: Caller, item: Int = 0, exportOffset: Int = 0, trace: [UInt8] = [],
        _ change: (inout WorkPackage) -> Void = { _ in }
    ) throws -> JAMOutcome {
        var world = self
        world.install(caller)
        var package = world.package()
        change(&package)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        return try machine.refine(
            package, item: item, core: 3, trace: trace, exportOffset: exportOffset, state: world.state)
    }

    /// Asks a caller whether a package is authorized.
    func isAuthorized(
        _ caller: Caller, _ change: (inout WorkPackage) -> Void = { _ in }
    ) throws -> JAMOutcome {
        var world = self
        world.install(caller)
        var package = world.package()
        package.authorizerHost = Self.service
        package.authorizerCodeHash = world.own.codeHash
        change(&package)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        return try machine.isAuthorized(package, core: 3, state: world.state)
    }
}

extension JAMExit {
    /// What a caller returned, as registers.
    var registers: [UInt64] {
        guard case .halted(let bytes) = self else { return [] }
        return stride(from: 0, to: bytes.count - 7, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// Register a0 behind each call.
    var results: [UInt64] { stride(from: 0, to: registers.count, by: 2).map { registers[$0] } }

    var isPanic: Bool {
        if case .panicked = self { true } else { false }
    }

    var bytes: [UInt8] {
        if case .halted(let bytes) = self { bytes } else { [] }
    }
}

let (ok, none, what, oob, who, full, core, cash, low, huh) = (
    UInt64(0), UInt64.max, UInt64.max - 1, UInt64.max - 2, UInt64.max - 3, UInt64.max - 4, UInt64.max - 5,
    UInt64.max - 6, UInt64.max - 7, UInt64.max - 8
)

func hash(_ byte: UInt8) -> Hash256 { Hash256(bytes: [UInt8](repeating: byte, count: 32)) ?? .zero }

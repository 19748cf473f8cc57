// Invocations as a whole: arguments, limits of gas and size, code that is not there; and what functions cost.

import PolkaABI
import PolkaBlob
import PolkaHost
import PolkaISA
import PolkaJAM
import PolkaVM
import Testing

@Suite struct InvocationTests {
    private let buffer = Caller.buffer

    /// Code that returns its arguments.
    private func echo(_ version: JAMVersion) -> StandardProgram {
        let items = [Instruction(.jump, target: 2), Instruction(.jump, target: 2), Instruction(.jumpIndirect, .ra)]
        let code = CodeLayout(instructions: items, minimumByteCounts: [0: 5]).encoded(for: version.instructionSet)
        return StandardProgram(stackSize: 4096, code: CodeMap(bytes: code.bytes, bitmask: code.bitmask))
    }

    @Test(arguments: Setting.all)
    func arguments(_ setting: Setting) throws {
        var world = World(setting)
        let code = ServiceCode(program: echo(setting.version).serialized()).preimage
        world.own.provide(code, at: 1)
        world.own.codeHash = Hash256(blakeOf: code)
        var package = world.package(payload: [7, 8])
        package.authorizerHost = World.service
        package.authorizerCodeHash = world.own.codeHash
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let authorized = try machine.isAuthorized(package, core: 0x0102, state: world.state)
        #expect(authorized.exit == .halted([2, 1]))
        let refined = try machine.refine(package, item: 0, core: 200, state: world.state)
        #expect(refined.exit.bytes == [0x80, 200, 0, 0xc1, 0x70, 0x11, 2, 7, 8] + package.hash.bytes)
        let accumulated = try machine.accumulate(
            service: World.service, inputs: VectorTests.inputs, state: world.state)
        // Slot 100000 is 0x186a0.
        #expect(accumulated.exit.bytes == [0xc1, 0xa0, 0x86, 0xc1, 0x70, 0x11, 3])
        if setting.version == .v072 { #expect(refined.gasUsed == 2) }
    }

    @Test(arguments: Setting.versions)
    func missingCode(_ setting: Setting) throws {
        var world = World(setting)
        var caller = Caller(setting.version)
        caller.call(.gas)
        #expect(try world.refine(caller) { $0.items[0].codeHash = hash(1) }.exit == .badCode)
        #expect(try world.refine(caller) { $0.items[0].service = 1 }.exit == .badCode)
        #expect(try world.refine(caller) { $0.context.lookupAnchorSlot = 0 }.exit == .badCode)
        #expect(try world.isAuthorized(caller) { $0.authorizerHost = 1 }.exit == .badCode)
        #expect(try world.isAuthorized(caller) { $0.authorizerCodeHash = hash(1) }.exit == .badCode)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let package = { (world: World) in
            var package = world.package()
            package.authorizerHost = World.service
            package.authorizerCodeHash = world.own.codeHash
            return package
        }
        // One byte too long, and as long as allowed, though then it is no program.
        for (count, isBig) in [(4_000_000 - 1, false), (4_000_000, true)] {
            let code = ServiceCode(program: [UInt8](repeating: 0, count: count)).preimage
            world.own.provide(code, at: 1)
            world.own.codeHash = Hash256(blakeOf: code)
            let refined = try machine.refine(package(world), item: 0, core: 0, state: world.state)
            #expect(isBig ? refined.exit == .bigCode : refined.exit.isPanic)
            #expect(refined.gasUsed == 0)
        }
        for (count, isBig) in [(64_000, false), (64_001, true)] {
            let code = ServiceCode(program: [UInt8](repeating: 0, count: count)).preimage
            world.own.provide(code, at: 1)
            world.own.codeHash = Hash256(blakeOf: code)
            let authorized = try machine.isAuthorized(package(world), core: 0, state: world.state)
            #expect(isBig ? authorized.exit == .bigCode : authorized.exit.isPanic)
        }
    }

    /// 0.8.0 looks at the code before it runs, at the place where it is entered as well; 0.7.2 panics when it comes there.
    @Test(arguments: Setting.versions)
    func entries(_ setting: Setting) throws {
        var world = World(setting)
        let items = [Instruction(.jumpIndirect, .ra)]
        let code = CodeLayout(instructions: items).encoded(for: setting.version.instructionSet)
        let program = StandardProgram(code: CodeMap(bytes: code.bytes, bitmask: code.bitmask))
        let preimage = ServiceCode(program: program.serialized()).preimage
        world.own.provide(preimage, at: 1)
        world.own.codeHash = Hash256(blakeOf: preimage)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let refined = try machine.refine(world.package(), item: 0, core: 0, state: world.state)
        #expect(refined.exit.isHalt)
        let accumulated = try machine.accumulate(
            service: World.service, inputs: [], extraGas: 100, state: world.state)
        #expect(accumulated.exit.isPanic)
        if setting.version == .v080 { #expect(accumulated.gasUsed == 0) }
    }

    /// Gas of the item, of authorizers, and of all inputs of accumulate.
    @Test(arguments: Setting.all)
    func gasLimits(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.call(.gas)
        let world = World(setting)
        let own: UInt64 = setting.version == .v072 ? 10 : 48
        func block(_ exit: JAMExit, _ given: UInt64) -> UInt64 { given - (exit.results.first ?? 0) - own }
        let refined = block(try world.refine(caller) { $0.items[0].refineGas = 12_345 }.exit, 12_345)
        #expect((1...300).contains(refined))
        #expect(block(try world.isAuthorized(caller).exit, 50_000_000) == refined)
        var poor = world
        poor.gas = 0
        let inputs: [AccumulateInput] = [
            .operand(AccumulateOperand(result: .panic, gas: 1000)),
            .transfer(DeferredTransfer(source: 1, destination: World.service, amount: 0, gas: 500)),
        ]
        #expect(block(try poor.accumulate(caller, inputs: inputs).exit, 1500) == refined)
        let starved = try poor.accumulate(caller)
        #expect(starved.exit == .outOfGas)
        #expect(starved.gasUsed == 0)
        // What is left after the blocks does not suffice for the call: all of it is gone.
        poor.gas = refined + own - 1
        let ended = try poor.accumulate(caller)
        #expect(ended.exit == .outOfGas)
        #expect(ended.gasUsed == poor.gas)
        poor.gas = refined + own
        #expect(try poor.accumulate(caller).exit.results == [0])
    }

    // MARK: What functions cost

    private struct Cost {
        let function: JAMFunction
        let arguments: [UInt64]
        let gas: UInt64
        let inRefine: Bool

        init(_ function: JAMFunction, _ arguments: [UInt64], _ gas: UInt64, inRefine: Bool = false) {
            self.function = function
            self.arguments = arguments
            self.gas = gas
            self.inRefine = inRefine
        }
    }

    private static let costs: [Cost] = {
        let (b, all) = (Caller.buffer, UInt64.max)
        var costs = [
            Cost(.gas, [], 48), Cost(.growHeap, [0], 275), Cost(.growHeap, [0x20 + 258 + 4], 275 + 4 * 121),
            Cost(.lookup, [all, b, b, 0, 0], 600), Cost(.lookup, [all, b, b, 0, 1], 601),
            Cost(.lookup, [all, b, b, 0, 1024], 848), Cost(.lookup, [all, b, b, 0, 1025], 849),
            Cost(.read, [all, b, 10, b, 0, 1000], 2407 + 17 + 243), Cost(.write, [b, 2048, b, 5], 2442 + 6716 + 2),
            Cost(.info, [all, b, 0, 96], 703), Cost(.assign, [999, b, 0], 1818),
            Cost(.designate, [b, 6], 1100 + 6 * 302),
            Cost(.bless, [0, b, 0, 0, b, 3], 422 + 60), Cost(.checkpoint, [], 103),
            Cost(.new, [b, 10, 0, 0, 1, 0], 3855),
            Cost(.upgrade, [b, 0, 0], 1028), Cost(.transfer, [1, 0, 77, b], 575), Cost(.eject, [1, b], 458),
            Cost(.query, [b, 0], 643), Cost(.solicit, [b, 0], 2193), Cost(.forget, [b, 5], 3250), Cost(.yield, [b], 98),
            Cost(.provide, [1, b, 100], 3980 + 222),
            Cost(.historicalLookup, [all, b, b, 0, 2048], 1125 + 528, inRefine: true),
            Cost(.export, [b, 9], 3521, inRefine: true), Cost(.machine, [b, 512, 0], 1862 + 56, inRefine: true),
            Cost(.peek, [0, b, 0, 64], 377 + 21, inRefine: true), Cost(.poke, [0, b, 0, 64], 297 + 14, inRefine: true),
            Cost(.pages, [0, 16, 3, 1], 275 + 363, inRefine: true),
            Cost(.pages, [0, 16, 3, 2], 275 + 363, inRefine: true),
            Cost(.pages, [0, 16, 3, 0], 212 + 354, inRefine: true),
            Cost(.pages, [0, 16, 3, 3], 130 + 87, inRefine: true),
            Cost(.pages, [0, 16, 3, 5], 80, inRefine: true), Cost(.invoke, [0, b], 968, inRefine: true),
            Cost(.expunge, [0], 335, inRefine: true),
        ]
        let selectors: [(UInt64, UInt64)] = [
            (390, 0), (103, 0), (80, 96), (85, 96), (85, 96), (171, 0), (171, 0), (85, 96), (84, 0), (88, 0), (111, 0),
            (317, 0), (250, 0), (95, 96), (287, 400), (355, 344), (80, 0),
        ]
        for (selector, (base, perKiB)) in selectors.enumerated() {
            costs.append(Cost(.fetch, [b, 0, 2048, UInt64(selector), 0, 0], base + 2 * perKiB))
        }
        return costs
    }()

    /// host-api.md 3.3; in 0.7.2 everything costs 10.
    @Test(arguments: Setting.versions)
    func functionCosts(_ setting: Setting) throws {
        for cost in Self.costs {
            guard let number = cost.function.number(in: setting.version) else { continue }
            var caller = Caller(setting.version)
            // With the bytes two pages of data, and room for all validators.
            caller.heapPages = 256
            _ = caller.place([1])
            caller.call(.gas)
            caller.call(number: number, cost.arguments)
            caller.call(.gas)
            let world = World(setting)
            let results =
                cost.inRefine ? try world.refine(caller).exit.results : try world.accumulate(caller).exit.results
            try #require(results.count == 3, "\(cost.function) \(cost.arguments)")
            let (gas, own): (UInt64, UInt64) = setting.version == .v072 ? (10, 10) : (cost.gas, 48)
            #expect(results[0] - results[2] == gas + own, "\(cost.function) \(cost.arguments)")
        }
    }

    /// What fetch costs by selector lies within what the table says.
    @Test func fetchCosts() {
        let rule = JAMFunction.fetch.gas(in: .v080)[0]
        for cost in JAMHost.fetchCosts {
            #expect(rule.base.contains(cost.base))
            #expect(cost.perKiB == 0 || rule.terms[0].cost.contains(cost.perKiB))
        }
    }
}

// Random calls: nothing that a guest passes does more than end its run, and a panic leaves the state as it was.

import PolkaABI
import PolkaISA
import PolkaJAM
import PolkaVM
import Testing

/// Numbers from a seed.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// A number that some argument may be: small, an address, a service, a length at some edge, anything.
    mutating func argument() -> UInt64 {
        let edges: [UInt64] = [
            0, 1, 2, 8, 16, 31, 32, 33, 112, 128, 336, 4095, 4096, 4104, 0xffff, 0x10000, 0x20000, Caller.buffer,
            Caller.dataStart, Caller.arguments, Caller.nowhere, 0xfefe_0000, 0xffff_ffff, 1 << 32, 1 << 63, .max,
            .max - 1,
            UInt64(World.service), UInt64(World.other), 65_535,
        ]
        switch next() % 8 {
        case 0: return next()
        case 1: return next() % 300
        case 2: return next() >> (next() % 64)
        case 3, 4: return Caller.buffer + next() % 0x2000
        default: return edges[Int(next() % UInt64(edges.count))]
        }
    }
}

@Suite struct FuzzTests {
    /// A world in which most functions find something.
    private func world(_ setting: Setting) -> World {
        var world = World(setting)
        world.gas = 3_000_000
        world.state.privileges.manager = World.service
        world.state.privileges.delegator = World.service
        world.state.privileges.registrar = World.service
        world.state.privileges.assigners = [0: World.service, 1: World.service]
        let zero = Hash256(bytes: [UInt8](repeating: 0, count: 32)) ?? .zero
        for length in [0, 1, 2, 32] as [UInt32] {
            world.own.setRequest([], for: PreimageRequest(hash: zero, length: length))
        }
        world.own.setRequest([], for: PreimageRequest(for: []))
        world.own.setValue([1], for: [])
        return world
    }

    /// Every function alone, again and again with other arguments.
    @Test(arguments: Setting.versions, JAMFunction.allCases)
    func function(_ setting: Setting, _ function: JAMFunction) throws {
        guard let number = function.number(in: setting.version) else { return }
        var numbers = Numbers(state: UInt64(number) << 8 | (setting.version == .v072 ? 1 : 2))
        let world = world(setting)
        for round in 0..<60 {
            var caller = Caller(setting.version)
            _ = caller.place(
                (0..<64).map { _ in numbers.next() % 3 == 0 ? UInt8(truncatingIfNeeded: numbers.next()) : 0 })
            var before = caller
            let count = 1 + Int(numbers.next() % 12)
            var arguments: [[UInt64]] = []
            for _ in 0..<count {
                let list = (0..<6).map { _ in numbers.argument() }
                arguments.append(list)
                caller.call(number: number, list)
            }
            if function.isAllowed(in: .accumulate, setting.version) {
                let outcome = try world.accumulate(caller)
                if !outcome.exit.isHalt {
                    // Without a checkpoint nothing has happened but that it accumulated.
                    before.call(.gas)
                    var untouched = world
                    untouched.install(caller)
                    untouched.own.lastAccumulation = world.state.timeSlot
                    guard function != .checkpoint else { continue }
                    #expect(outcome.state == untouched.state, "\(function) round \(round): \(arguments)")
                    #expect(outcome.transfers == [])
                    #expect(outcome.yielded == nil)
                }
                #expect(outcome.gasUsed <= world.gas)
            } else {
                do {
                    let outcome = try world.refine(caller)
                    #expect(outcome.gasUsed <= world.gas)
                    if !outcome.exit.isHalt { #expect(outcome.exports == []) }
                } catch is JAMHostError {
                    // Pages that the host does not have.
                }
            }
        }
    }

    /// Inner machines of random bytes, run again and again with random registers.
    @Test(arguments: Setting.all)
    func innerMachines(_ setting: Setting) throws {
        var numbers = Numbers(state: 7)
        let world = world(setting)
        for _ in 0..<60 {
            var caller = Caller(setting.version)
            let count = 1 + numbers.next() % 60
            // No jump table, one byte each: an empty table, the size of its entries, the length, code, bitmask.
            let code = (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            var mask = (0..<((count + 7) / 8)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            mask[0] |= 1
            if count % 8 != 0 { mask[mask.count - 1] &= UInt8(1 << (count % 8)) - 1 }
            let raw = [0, 0, UInt8(count)] + code + mask
            let place = caller.place(raw)
            var state = JAMEncoder()
            state.fixed(numbers.next() % 5000)
            for _ in 0..<13 { state.fixed(numbers.argument()) }
            let statePlace = caller.place(state.bytes)
            caller.call(.machine, place, UInt64(raw.count), 0)
            caller.call(.pages, 0, 16, 64, 2)
            for _ in 0..<4 {
                caller.call(.invoke, 0, statePlace)
                caller.call(.pages, 0, 16 + numbers.next() % 64, 1, numbers.next() % 5)
                caller.call(.peek, 0, Caller.buffer, 0x10000 + numbers.next() % 0x40000, numbers.next() % 5000)
            }
            caller.call(.expunge, 0)
            let exit = try world.refine(caller).exit
            #expect(exit.isHalt || exit == .outOfGas)
        }
    }
}

// Functions of accumulate: privileges, services, transfers and preimages.

import PolkaABI
import PolkaISA
import PolkaJAM
import Testing

@Suite struct AccumulateTests {
    private let buffer = Caller.buffer
    private let nowhere = Caller.nowhere
    private let service = UInt64(World.service)
    private let other = UInt64(World.other)

    // MARK: Privileges

    /// Assigners for all cores, and grants for two services.
    private func blessing(_ caller: inout Caller) -> (assigners: UInt64, grants: UInt64) {
        var list = JAMEncoder()
        for core in 0..<341 { list.fixed(UInt32(core + 1000)) }
        var grants = JAMEncoder()
        for (service, gas) in [(5, 50), (6, 60)] as [(UInt32, UInt64)] {
            grants.fixed(service)
            grants.fixed(gas)
        }
        return (caller.place(list.bytes), caller.place(grants.bytes))
    }

    @Test(arguments: Setting.all)
    func bless(_ setting: Setting) throws {
        var world = World(setting)
        world.state.privileges.manager = World.service
        var caller = Caller(setting.version)
        let (assigners, grants) = blessing(&caller)
        caller.call(.bless, 1 << 32, assigners, 2, 3, grants, 2)
        caller.call(.bless, 1, assigners, 1 << 32, 3, grants, 2)
        caller.call(.bless, 1, assigners, 2, .max, grants, 2)
        caller.call(.bless, 1, assigners, 2, 3, grants, 2)
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [who, who, who, ok])
        var expected = Privileges()
        (expected.manager, expected.delegator, expected.registrar) = (1, 2, 3)
        for core in 0..<341 { expected.assigners[UInt16(core)] = UInt32(core + 1000) }
        expected.alwaysAccumulate = [5: 50, 6: 60]
        #expect(outcome.state.privileges == expected)
        for (list, records, count) in [(nowhere, grants, 2), (assigners, nowhere, 2), (assigners, grants, .max)]
            as [(UInt64, UInt64, UInt64)]
        {
            var caller = Caller(setting.version)
            _ = blessing(&caller)
            caller.call(.bless, 1, list, 2, 3, records, count)
            let exit = try world.accumulate(caller).exit
            #expect(exit.isPanic || (exit == .outOfGas && setting.version == .v080 && count == .max))
        }
    }

    /// Who is not the manager is refused by 0.8.0, and has no effect in 0.7.2.
    @Test(arguments: Setting.all)
    func blessByOthers(_ setting: Setting) throws {
        let world = World(setting)
        var caller = Caller(setting.version)
        let (assigners, grants) = blessing(&caller)
        caller.call(.bless, 1, assigners, 2, 3, grants, 2)
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [setting.version == .v072 ? ok : huh])
        #expect(outcome.state.privileges == Privileges())
    }

    @Test(arguments: Setting.all)
    func assign(_ setting: Setting) throws {
        var world = World(setting)
        world.state.privileges.assigners = [7: World.service]
        var caller = Caller(setting.version)
        let queue = caller.place((0..<80).flatMap { [UInt8](repeating: $0, count: 32) })
        caller.call(.assign, 341, queue, 1)
        caller.call(.assign, 8, queue, 1)
        caller.call(.assign, 7, queue, 1 << 32)
        caller.call(.assign, 7, queue, 9)
        caller.call(.assign, 7, queue, 9)
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [core, huh, who, ok, huh])
        #expect(outcome.state.authorizerQueues == [7: (0..<80).map { hash($0) }])
        #expect(outcome.state.privileges.assigners == [7: 9])
        caller.call(.assign, 341, nowhere, 1)
        #expect(try world.accumulate(caller).exit.isPanic)
    }

    @Test(arguments: Setting.all)
    func designate(_ setting: Setting) throws {
        var world = World(setting)
        world.state.privileges.delegator = World.service
        var caller = Caller(setting.version)
        caller.heapPages = 256
        let keys = caller.place([1, 2, 3])
        switch setting.version {
        case .v072:
            caller.call(.designate, keys)
            let outcome = try world.accumulate(caller)
            #expect(outcome.exit.results == [ok])
            #expect(outcome.state.validators.count == 336 * 1023)
            #expect(outcome.state.validators.prefix(4) == [1, 2, 3, 0])
        case .v080:
            for count in [0, 3, 7, 1026] { caller.call(.designate, keys, UInt64(count)) }
            caller.call(.designate, keys, 9)
            let outcome = try world.accumulate(caller)
            #expect(outcome.exit.results == [huh, huh, huh, huh, ok])
            #expect(outcome.state.validators.count == 336 * 9)
        }
        // Somebody else may not, but has his memory looked at.
        world.state.privileges.delegator = 1
        #expect(try world.accumulate(caller).exit.results.last == huh)
        var panicking = Caller(setting.version)
        panicking.call(.designate, nowhere, 6)
        #expect(try world.accumulate(panicking).exit.isPanic)
    }

    // MARK: Contexts

    /// What holds is the state of the checkpoint if the end is a panic or gas runs out, else the last.
    @Test(arguments: Setting.all)
    func checkpoint(_ setting: Setting) throws {
        func caller(_ change: (inout Caller) -> Void) -> Caller {
            var caller = Caller(setting.version)
            let bytes = caller.place(Array(1...40))
            caller.call(.write, bytes, 1, bytes, 1)
            caller.call(.yield, bytes)
            caller.call(.transfer, other, 5, 60, buffer)
            caller.call(.checkpoint)
            caller.call(.gas)
            caller.call(.write, bytes, 2, bytes, 2)
            caller.call(.yield, bytes + 1)
            caller.call(.transfer, other, 6, 60, buffer)
            change(&caller)
            return caller
        }
        let world = World(setting)
        let first = hash1(1), second = hash1(2)
        let good = try world.accumulate(caller { _ in })
        #expect(good.yielded == second)
        #expect(good.transfers.map(\.amount) == [5, 6])
        #expect(good.state.transfers == good.transfers)
        #expect(good.state.services[World.service]?.storage == [[1]: [1], [1, 2]: [1, 2]])
        #expect(good.state.services[World.service]?.balance == 1_000_000_000 - 11)
        // The checkpoint answers what gas is left; the next call of gas costs itself.
        let gas: UInt64 = setting.version == .v072 ? 10 : 48
        #expect(good.exit.results[3] - good.exit.results[4] == gas)

        let bad = [
            try world.accumulate(caller { $0.ending = .init(.trap) }),
            try world.accumulate(caller { $0.call(.transfer, other, 6, 1 << 40, buffer) }),
        ]
        #expect(([good] + bad).map(\.hasCheckpoint) == [true, true, true])
        #expect(bad[0].exit.isPanic)
        #expect(bad[1].exit == .outOfGas)
        #expect(bad[1].gasUsed == world.gas)
        for outcome in bad {
            #expect(outcome.yielded == first)
            #expect(outcome.transfers.map(\.amount) == [5])
            #expect(outcome.state.services[World.service]?.storage == [[1]: [1]])
            #expect(outcome.state.services[World.service]?.balance == 1_000_000_000 - 5)
        }
    }

    @Test(arguments: Setting.all)
    func noCheckpoint(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.call(.gas)
        let outcome = try World(setting).accumulate(caller)
        #expect(!outcome.hasCheckpoint)
    }

    private func hash1(_ first: UInt8) -> Hash256 { Hash256(bytes: (0..<32).map { first + $0 }) ?? .zero }

    /// 32 bytes of output are the hash that is yielded, whatever was before; others are not.
    @Test(arguments: Setting.versions)
    func yield(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let bytes = caller.place(Array(1...64))
        caller.call(.yield, bytes)
        caller.returned = (bytes + 8, 32)
        #expect(try World(setting).accumulate(caller).yielded == hash1(9))
        caller.returned = (bytes + 8, 31)
        #expect(try World(setting).accumulate(caller).yielded == hash1(1))
        // What can not be read is nothing.
        caller.returned = (nowhere, 32)
        let outcome = try World(setting).accumulate(caller)
        #expect(outcome.exit == .halted([]))
        #expect(outcome.yielded == hash1(1))
        caller.call(.yield, nowhere)
        let panicked = try World(setting).accumulate(caller)
        #expect(panicked.exit.isPanic)
        #expect(panicked.yielded == nil)
    }

    // MARK: Services

    /// Ids by vectors.py, for service 100 with entropy 0x77… in slot 1000.
    @Test(arguments: Setting.all)
    func new(_ setting: Setting) throws {
        var world = World(setting)
        world.state.timeSlot = 1000
        world.state.services[100] = world.own
        var caller = Caller(setting.version)
        let code = caller.place([UInt8](repeating: 0x42, count: 32))
        caller.call(.new, code, 1000, 11, 12, 0, 5)
        caller.call(.new, code, 0, 0, 0, 0, 0)
        var installed = world
        installed.install(caller)
        let preimage = try #require(installed.own.preimages[installed.own.codeHash])
        world.state.services[100]?.provide(preimage, at: 1)
        world.state.services[100]?.codeHash = installed.own.codeHash
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let outcome = try machine.accumulate(service: 100, inputs: [], extraGas: world.gas, state: world.state)
        #expect(outcome.exit.results == [519_617_595, 519_617_637])
        let made = try #require(outcome.state.services[519_617_595])
        // 100, 10 for each of two items, 81 and the length of the code.
        #expect(made.balance == 100 + 20 + 81 + 1000)
        #expect(made.codeHash == hash(0x42))
        #expect(made.requests == [PreimageRequest(hash: hash(0x42), length: 1000): []])
        #expect((made.minimumItemGas, made.minimumMemoGas, made.gratis) == (11, 12, 0))
        #expect((made.created, made.lastAccumulation, made.parent) == (1000, 0, 100))
        #expect(outcome.state.services[100]?.balance == 1_000_000_000 - 1201 - 201)
        #expect(outcome.state.services[100]?.lastAccumulation == 1000)
        // An id that is taken is passed over.
        world.state.services[519_617_595] = ServiceAccount(codeHash: .zero, balance: 1000)
        let second = try machine.accumulate(service: 100, inputs: [], extraGas: world.gas, state: world.state)
        #expect(second.exit.results == [519_617_596, 519_617_638])
    }

    @Test(arguments: Setting.all)
    func newErrors(_ setting: Setting) throws {
        var world = World(setting)
        world.state.services[9] = ServiceAccount(codeHash: .zero, balance: 1)
        var caller = Caller(setting.version)
        caller.call(.new, buffer, 10, 0, 0, 50, 0)
        caller.call(.new, buffer, 1_000_000, 0, 0, 0, 0)
        world.install(caller)
        world.own.balance = world.own.threshold(world.state.parameters) + 1_000_200
        #expect(try world.accumulate(caller).exit.results == [huh, cash])
        // The manager may, and pays less; the price is exactly what is there.
        world.state.privileges.manager = World.service
        world.own.balance += 1 + 161
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results[0] >= 65_536)
        #expect(outcome.exit.results[1] >= 65_536)
        #expect(
            outcome.state.services[World.service]?.balance
                == outcome.state.services[World.service]?.threshold(world.state.parameters))
        // The registrar chooses ids below 65536, which may be taken.
        world.state.privileges.registrar = World.service
        world.own.balance = 1_000_000_000
        caller.call(.new, buffer, 10, 0, 0, 0, 9)
        caller.call(.new, buffer, 10, 0, 0, 0, 10)
        caller.call(.new, buffer, 10, 0, 0, 0, 65_536)
        let registered = try world.accumulate(caller).exit.results
        #expect(Array(registered[2...3]) == [full, 10])
        #expect(registered[4] >= 65_536)
        for arguments in [[nowhere, 10, 0, 0, 0, 0], [buffer, 1 << 32, 0, 0, 0, 0]] as [[UInt64]] {
            var caller = Caller(setting.version)
            caller.call(number: setting.version == .v072 ? 18 : 19, arguments)
            #expect(try world.accumulate(caller).exit.isPanic)
        }
    }

    @Test(arguments: Setting.versions)
    func upgrade(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let code = caller.place([UInt8](repeating: 0x42, count: 32))
        caller.call(.upgrade, code, 5, .max)
        let outcome = try World(setting).accumulate(caller)
        #expect(outcome.exit.results == [ok])
        let own = try #require(outcome.state.services[World.service])
        #expect((own.codeHash, own.minimumItemGas, own.minimumMemoGas) == (hash(0x42), 5, .max))
        caller.call(.upgrade, nowhere, 5, 6)
        #expect(try World(setting).accumulate(caller).exit.isPanic)
    }

    @Test(arguments: Setting.all)
    func transfer(_ setting: Setting) throws {
        var world = World(setting)
        var caller = Caller(setting.version)
        let memo = caller.place(Array(1...128))
        caller.call(.transfer, 1, 0, 0, memo)
        caller.call(.transfer, 1 << 32 | other, 0, 50, memo)
        caller.call(.transfer, other, .max, 49, memo)
        caller.call(.transfer, other, 101, 50, memo)
        caller.call(.transfer, other, .max, 50, memo)
        caller.call(.gas)
        caller.call(.transfer, other, 100, 50, memo)
        caller.call(.gas)
        world.install(caller)
        world.own.balance = world.own.threshold(world.state.parameters) + 100
        let outcome = try world.accumulate(caller)
        let results = outcome.exit.results
        #expect(Array(results.prefix(5)) == [who, who, low, cash, cash])
        #expect(results[6] == ok)
        let (base, gas): (UInt64, UInt64) = setting.version == .v072 ? (10, 10) : (575, 48)
        #expect(results[5] - results[7] == base + 50 + gas)
        let expected = DeferredTransfer(
            source: World.service, destination: World.other, amount: 100, memo: Array(1...128), gas: 50)
        #expect(outcome.transfers == [expected])
        #expect(
            outcome.state.services[World.service]?.balance
                == outcome.state.services[World.service]?.threshold(world.state.parameters))
        caller.call(.transfer, other, 0, 50, nowhere)
        #expect(try world.accumulate(caller).exit.isPanic)
    }

    /// What a transfer brings is there before the code runs, and stays if that panics or is not there.
    @Test(arguments: Setting.versions)
    func incomingTransfers(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.call(.info, .max, buffer, 32, 8)
        caller.returned = (buffer, 8)
        let transfer = DeferredTransfer(source: 1, destination: World.service, amount: 500, gas: 100_000)
        var world = World(setting)
        world.gas = 0
        let outcome = try world.accumulate(caller, inputs: [.transfer(transfer)])
        var expected = JAMEncoder()
        expected.fixed(UInt64(1_000_000_500))
        #expect(outcome.exit.bytes == expected.bytes)
        caller.ending = .init(.trap)
        let panicked = try world.accumulate(caller, inputs: [.transfer(transfer)])
        #expect(panicked.state.services[World.service]?.balance == 1_000_000_500)
        let machine = JAMMachine(version: setting.version, engine: setting.engine)
        let lost = try machine.accumulate(
            service: World.service, inputs: [.transfer(transfer)], state: world.state)
        #expect(lost.exit == .badCode)
        #expect(lost.gasUsed == 0)
        #expect(lost.state.services[World.service]?.balance == 1_000_000_500)
    }

    @Test(arguments: Setting.all)
    func eject(_ setting: Setting) throws {
        let now = World(setting).state.timeSlot
        var name = JAMEncoder()
        name.fixed(World.service)
        let codeHash = try #require(Hash256(bytes: name.bytes + [UInt8](repeating: 0, count: 28)))
        func result(_ slots: [UInt32], _ change: (inout ServiceAccount) -> Void = { _ in }) throws -> AccumulateOutcome
        {
            var world = World(setting)
            var victim = ServiceAccount(codeHash: codeHash, balance: 321)
            victim.setRequest(slots, for: PreimageRequest(hash: hash(3), length: 9))
            change(&victim)
            world.state.services[5] = victim
            var caller = Caller(setting.version)
            let place = caller.place(hash(3).bytes)
            caller.call(.eject, 5, place)
            return try world.accumulate(caller)
        }
        let good = try result([1, now - 19_201])
        #expect(good.exit.results == [ok])
        #expect(good.state.services[5] == nil)
        #expect(good.state.services[World.service]?.balance == 1_000_000_321)
        #expect(try result([1, now - 19_200]).exit.results == [huh])
        #expect(try result([1]).exit.results == [huh])
        #expect(try result([1, 2, 3]).exit.results == [huh])
        #expect(try result([1, 2]) { $0.setValue([1], for: [1]) }.exit.results == [huh])
        #expect(try result([1, 2]) { $0.codeHash = hash(1) }.exit.results == [who])
        #expect(
            try result([1, 2]) {
                $0.setRequest(nil, for: PreimageRequest(hash: hash(3), length: 9))
                $0.setRequest([1, 2], for: PreimageRequest(hash: hash(4), length: 9))
            }.exit.results == [huh])
        var caller = Caller(setting.version)
        caller.call(.eject, 5, buffer)
        caller.call(.eject, service, buffer)
        #expect(try World(setting).accumulate(caller).exit.results == [who, who])
        caller.call(.eject, 5, nowhere)
        #expect(try World(setting).accumulate(caller).exit.isPanic)
    }

    // MARK: Preimages

    /// The states of a request, through all functions that see it.
    @Test(arguments: Setting.all)
    func preimageStates(_ setting: Setting) throws {
        let now = World(setting).state.timeSlot
        let old = now - 19_201
        let request = PreimageRequest(hash: hash(3), length: 9)
        struct Row {
            let before: [UInt32]?
            let query: [UInt64]
            let solicit: (UInt64, [UInt32]?)
            let forget: (UInt64, [UInt32]?)
        }
        let rows = [
            Row(before: nil, query: [none, 0], solicit: (ok, []), forget: (huh, nil)),
            Row(before: [], query: [0, 0], solicit: (huh, []), forget: (ok, nil)),
            Row(before: [4], query: [1 | 4 << 32, 0], solicit: (huh, [4]), forget: (ok, [4, now])),
            Row(
                before: [4, old], query: [2 | 4 << 32, UInt64(old)], solicit: (ok, [4, old, now]), forget: (ok, nil)),
            Row(
                before: [4, old + 1], query: [2 | 4 << 32, UInt64(old + 1)], solicit: (ok, [4, old + 1, now]),
                forget: (huh, [4, old + 1])),
            Row(
                before: [4, old, 7], query: [3 | 4 << 32, UInt64(old) | 7 << 32], solicit: (huh, [4, old, 7]),
                forget: (ok, [7, now])),
            Row(
                before: [4, old + 1, 7], query: [3 | 4 << 32, UInt64(old + 1) | 7 << 32],
                solicit: (huh, [4, old + 1, 7]), forget: (huh, [4, old + 1, 7])),
        ]
        for row in rows {
            var world = World(setting)
            world.own.setRequest(row.before, for: request)
            func outcome(_ function: JAMFunction) throws -> AccumulateOutcome {
                var caller = Caller(setting.version)
                let place = caller.place(hash(3).bytes)
                caller.call(number: function.number(in: setting.version) ?? 0, [place, 9])
                return try world.accumulate(caller)
            }
            #expect(try outcome(.query).exit.registers == row.query)
            let solicited = try outcome(.solicit)
            #expect(solicited.exit.results == [row.solicit.0])
            #expect(solicited.state.services[World.service]?.requests[request] == row.solicit.1)
            let forgotten = try outcome(.forget)
            #expect(forgotten.exit.results == [row.forget.0])
            #expect(forgotten.state.services[World.service]?.requests[request] == row.forget.1)
        }
    }

    /// What is forgotten for good is gone, and counts no more.
    @Test(arguments: Setting.versions)
    func forgottenBytes(_ setting: Setting) throws {
        var world = World(setting)
        world.own.addPreimage([1, 2])
        world.own.setRequest([1, 2], for: PreimageRequest(for: [1, 2]))
        var caller = Caller(setting.version)
        let place = caller.place(Hash256(blakeOf: [1, 2]).bytes)
        caller.call(.forget, place, 2)
        world.install(caller)
        let after = try #require(try world.accumulate(caller).state.services[World.service])
        #expect(after.preimages[Hash256(blakeOf: [1, 2])] == nil)
        #expect(after.itemCount == world.own.itemCount - 2)
        #expect(after.octetCount == world.own.octetCount - 83)
    }

    @Test(arguments: Setting.all)
    func preimageErrors(_ setting: Setting) throws {
        var world = World(setting)
        var caller = Caller(setting.version)
        caller.call(.solicit, buffer, 100)
        caller.call(.solicit, buffer, 101)
        world.install(caller)
        world.own.balance = world.own.threshold(world.state.parameters) + 20 + 181
        #expect(try world.accumulate(caller).exit.results == [ok, full])
        world.own.balance -= 1
        #expect(try world.accumulate(caller).exit.results == [full, full])
        for function in [JAMFunction.query, .solicit, .forget] {
            var caller = Caller(setting.version)
            let number = function.number(in: setting.version) ?? 0
            caller.call(number: number, [buffer, 1 << 32])
            let expected = function == .query && setting.version == .v072 ? none : huh
            #expect(try world.accumulate(caller).exit.results == [expected])
            caller.call(number: number, [nowhere, 1])
            #expect(try world.accumulate(caller).exit.isPanic)
            // A length that no preimage has is seen first in 0.8.0.
            var both = Caller(setting.version)
            both.call(number: number, [nowhere, 1 << 32])
            #expect(try world.accumulate(both).exit.isPanic == (setting.version == .v072))
        }
    }

    @Test(arguments: Setting.all)
    func provide(_ setting: Setting) throws {
        var world = World(setting)
        let now = world.state.timeSlot
        let mine: [UInt8] = [1, 2, 3]
        let others: [UInt8] = [1, 2]
        world.own.setRequest([], for: PreimageRequest(for: mine))
        world.own.setRequest([5], for: PreimageRequest(for: [2]))
        world.state.services[World.other]?.setRequest([], for: PreimageRequest(for: others))
        var caller = Caller(setting.version)
        let place = caller.place(mine)
        caller.call(.provide, 5, place, 3)
        caller.call(.provide, 1 << 32 | other, place, 3)
        caller.call(.provide, .max, place, 2)
        caller.call(.provide, .max, place + 1, 1)
        caller.call(.provide, .max, place, 3)
        caller.call(.provide, service, place, 3)
        caller.call(.provide, other, place, 2)
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [who, who, huh, huh, ok, huh, ok])
        #expect(outcome.provisions.map(\.service) == [World.service, World.other])
        #expect(outcome.state.services[World.service]?.historicalPreimage(Hash256(blakeOf: mine), at: now) == mine)
        #expect(outcome.state.services[World.other]?.requests[PreimageRequest(for: others)] == [now])
        caller.call(.provide, 5, nowhere, 3)
        #expect(try world.accumulate(caller).exit.isPanic)
    }
}

// Functions that read: gas, fetch with all selectors, lookup, read, write, info; and which entry has which.

import PolkaABI
import PolkaISA
import PolkaJAM
import Testing

@Suite struct GeneralTests {
    private let buffer = Caller.buffer
    private let nowhere = Caller.nowhere

    // MARK: What may be called where

    /// host-api.md 2.1 and 3.1.
    private static func allowed(_ entry: JAMEntry, _ version: JAMVersion) -> Set<UInt32> {
        switch (entry, version) {
        case (.isAuthorized, .v072): [0, 1, 100]
        case (.refine, .v072): Set([0, 1, 100] + Array(6...13))
        case (.accumulate, .v072): Set(Array(0...5) + Array(14...26) + [100])
        case (.isAuthorized, .v080): [0, 1, 2, 100]
        case (.refine, .v080): Set([0, 1, 2, 100] + Array(7...14))
        case (.accumulate, .v080): Set(Array(0...6) + Array(15...27) + [100])
        }
    }

    /// Every number up to 110, and one that is negative, with arguments that all functions refuse otherwise, if they are there.
    @Test(arguments: Setting.versions, JAMEntry.allCases)
    func unknownNumbers(_ setting: Setting, _ entry: JAMEntry) throws {
        for number in Array(0...110) + [UInt32.max] {
            var caller = Caller(setting.version)
            // A service that is not there, an address of nothing.
            caller.call(number: number, [77, nowhere, nowhere, nowhere, 77, 77])
            let world = World(setting)
            let exit =
                switch entry {
                case .isAuthorized: try world.isAuthorized(caller).exit
                case .refine: try world.refine(caller).exit
                case .accumulate: try world.accumulate(caller).exit
                }
            #expect((exit.results == [what]) == !Self.allowed(entry, setting.version).contains(number), "\(number)")
        }
    }

    /// A call that is refused takes 10 gas, or 1000, and the service goes on.
    @Test(arguments: Setting.all)
    func refusalsCost(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.call(.gas)
        caller.call(number: 55, [])
        caller.call(.gas)
        caller.call(.write, 0, 0, 0, 0)
        caller.call(.gas)
        let results = try World(setting).refine(caller).exit.results
        let (unknown, gas): (UInt64, UInt64) = setting.version == .v072 ? (10, 10) : (1000, 48)
        try #require(results.count == 5)
        #expect((results[1], results[3]) == (what, what))
        #expect(results[0] - results[2] == unknown + gas)
        #expect(results[2] - results[4] == unknown + gas)
    }

    // MARK: fetch

    /// What fetch gives: all of it, and its length.
    private func fetched(
        _ selector: UInt64, _ first: UInt64 = 0, _ second: UInt64 = 0, version: JAMVersion,
        run: (Caller) throws -> JAMExit
    ) throws -> [UInt8]? {
        var caller = Caller(version)
        caller.call(.fetch, buffer, 0, 0x10000, selector, first, second)
        let length = try #require(try run(caller).results.first)
        guard length != none else { return nil }
        caller.returned = (buffer, length)
        return try run(caller).bytes
    }

    @Test(arguments: Setting.all)
    func fetchInRefine(_ setting: Setting) throws {
        let world = World(setting)
        var package = VectorTests.package
        package.context.lookupAnchorSlot = world.state.timeSlot
        func fetch(_ selector: UInt64, _ first: UInt64 = 0, _ second: UInt64 = 0, item: Int = 1) throws -> [UInt8]? {
            try fetched(selector, first, second, version: setting.version) { caller in
                try world.refine(caller, item: item, trace: [5, 6]) { changed in
                    let (own, service) = (changed.items[0].codeHash, changed.items[0].service)
                    changed = package
                    changed.items[1].service = service
                    (changed.items[0].codeHash, changed.items[1].codeHash) = (own, own)
                    changed.items[1].extrinsics = [[9, 9]]
                    changed.items[1].imports = [ImportedSegment(data: [3])]
                    changed.items[1].refineGas = 1_000_000
                    // The code is another one each time, so that hashes of packages are too.
                    changed.items[1].payload = [4]
                }.exit
            }
        }
        #expect(try fetch(0) == ProtocolParameters().encoded(for: setting.version))
        #expect(try fetch(1) == [UInt8](repeating: 0, count: 32))
        #expect(try fetch(2) == [5, 6])
        #expect(try fetch(3, 0, 0) == Array("first".utf8))
        #expect(try fetch(3, 0, 1) == [])
        #expect(try fetch(3, 0, 2) == nil)
        #expect(try fetch(3, 2, 0) == nil)
        #expect(try fetch(3, .max, .max) == nil)
        #expect(try fetch(4, 0) == [9, 9])
        #expect(try fetch(4, 1) == nil)
        #expect(try fetch(5, 0, 1) == [2] + [UInt8](repeating: 0, count: 4103))
        #expect(try fetch(5, 0, 2) == nil)
        #expect(try fetch(6, 0) == [3] + [UInt8](repeating: 0, count: 4103))
        #expect(try fetch(6, 1) == nil)
        #expect(try fetch(8) == [])
        #expect(try fetch(9) == Array("token".utf8))
        #expect(try fetch(10) == package.context.encoded)
        #expect(try fetch(11)?.count == 1 + 2 * 62)
        #expect(try fetch(12, 1)?.prefix(4) == [0x70, 0x11, 1, 0])
        #expect(try fetch(12, 2) == nil)
        #expect(try fetch(13, 0) == package.items[0].payload)
        #expect(try fetch(13, 1) == [4])
        #expect(try fetch(13, 2) == nil)
        // The package's token is behind the authorizer's code and the context.
        #expect(try fetch(7)?.prefix(4) == [33, 0, 0, 0])
        for selector in [14, 15, 16, UInt64.max] { #expect(try fetch(selector) == nil) }
    }

    @Test(arguments: Setting.versions)
    func fetchInAccumulate(_ setting: Setting) throws {
        let world = World(setting)
        func fetch(_ selector: UInt64, _ first: UInt64 = 0) throws -> [UInt8]? {
            try fetched(selector, first, version: setting.version) {
                try world.accumulate($0, inputs: VectorTests.inputs).exit
            }
        }
        #expect(try fetch(0) == ProtocolParameters().encoded(for: setting.version))
        #expect(try fetch(1) == [UInt8](repeating: 0x77, count: 32))
        let all = try #require(try fetch(14))
        #expect(all.count == 431)
        #expect(
            Hash256(blakeOf: all).description
                == "0x66dce71ba4beb8f2c604dab6f1a2f235ce46b0430f2cd307fa5c5a3ebacb01b2")
        #expect(
            Hex.text(try #require(try fetch(15, 2)))
                == "0x01010000000200000003000000000000006d656d6f" + String(repeating: "00", count: 124)
                + "0400000000000000")
        #expect(try fetch(15, 3) == nil)
        for selector in Array(2...13) + [16] { #expect(try fetch(UInt64(selector)) == nil) }
    }

    @Test(arguments: Setting.versions)
    func fetchInIsAuthorized(_ setting: Setting) throws {
        let world = World(setting)
        func fetch(_ selector: UInt64) throws -> [UInt8]? {
            try fetched(selector, version: setting.version) { caller in
                try world.isAuthorized(caller) {
                    $0.authorizationToken = [1]
                    $0.authorizerConfiguration = [2, 3]
                    $0.items[0].extrinsics = [[4]]
                    $0.items[0].payload = [5]
                }.exit
            }
        }
        #expect(try fetch(8) == [2, 3])
        #expect(try fetch(9) == [1])
        #expect(try fetch(13) == [5])
        for selector in [0, 7, 10, 11, 12] as [UInt64] { #expect(try fetch(selector) != nil) }
        // It has neither entropy nor data of items, and nothing authorized it.
        for selector in [1, 2, 3, 4, 5, 6, 14, 15] as [UInt64] { #expect(try fetch(selector) == nil) }
    }

    /// Parts, and what is asked for behind the end.
    @Test(arguments: Setting.versions)
    func parts(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        caller.call(.fetch, buffer, 2, 3, 13, 0, 0)
        caller.call(.fetch, buffer + 3, 6, 100, 13, 0, 0)
        caller.call(.fetch, nowhere, 9, 1000, 13, 0, 0)
        caller.call(.fetch, nowhere, 1 << 40, 1000, 13, 0, 0)
        caller.call(.fetch, nowhere, 0, 0, 13, 0, 0)
        // Without a value nobody looks at the address.
        caller.call(.fetch, nowhere, 0, 100, 13, 1, 0)
        var world = World(setting)
        world.gas = 10_000_000
        let change: (inout WorkPackage) -> Void = { $0.items[0].payload = Array(10..<18) }
        #expect(try world.refine(caller, change).exit.results == [8, 8, 8, 8, 8, none])
        caller.returned = (buffer, 6)
        #expect(try world.refine(caller, change).exit.bytes == [12, 13, 14, 16, 17, 0])
    }

    /// Memory that a guest can not write: nothing there, only to be read, the arguments, and the end of the address space.
    @Test(arguments: Setting.all)
    func badOutput(_ setting: Setting) throws {
        for address in [nowhere, 0, Caller.arguments, 0xffff_ffff, 1 << 32, UInt64.max, 0xfefe_0000 - 7] as [UInt64] {
            var caller = Caller(setting.version)
            caller.call(.fetch, address, 0, 8, 0, 0, 0)
            #expect(try World(setting).refine(caller).exit.isPanic, "\(address)")
        }
    }

    // MARK: Services

    @Test(arguments: Setting.all)
    func storage(_ setting: Setting) throws {
        var world = World(setting)
        world.own.setValue([1, 2, 3, 4], for: [7])
        world.state.services[World.other]?.setValue([9], for: [])
        var caller = Caller(setting.version)
        let seven = caller.place([7])
        let value = caller.place([5, 6])
        caller.call(.read, .max, seven, 1, buffer, 1, 2)
        caller.call(.read, UInt64(World.service), seven, 1, buffer + 2, 0, 1)
        caller.call(.read, UInt64(World.other), nowhere, 0, buffer + 3, 0, 10)
        caller.call(.read, 5, seven, 1, buffer, 0, 10)
        caller.call(.read, 1 << 32 | UInt64(World.service), seven, 1, buffer, 0, 10)
        caller.call(.read, .max, value, 1, buffer, 0, 10)
        caller.call(.write, seven, 1, value, 2)
        caller.call(.write, value, 2, seven, 1)
        caller.call(.write, value, 2, nowhere, 0)
        caller.call(.write, value, 2, nowhere, 0)
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [4, 4, 1, none, none, none, 4, none, 1, none])
        #expect(outcome.state.services[World.service]?.storage == [[7]: [5, 6]])
        caller.returned = (buffer, 4)
        #expect(try world.accumulate(caller).exit.bytes == [2, 3, 1, 9])
    }

    /// What storage is counted as, and the balance that does not carry it.
    @Test(arguments: Setting.all)
    func storageCosts(_ setting: Setting) throws {
        var world = World(setting)
        var caller = Caller(setting.version)
        let bytes = caller.place(Array(0..<100))
        caller.call(.write, bytes, 10, bytes, 100)
        caller.call(.write, bytes, 11, bytes, 1)
        caller.call(.write, bytes, 10, bytes, 50)
        caller.call(.write, bytes, 11, bytes, 1)
        world.install(caller)
        let code = world.own.octetCount
        // 100, 10 for each of three items, bytes of the code with 81, bytes of the value with 34 and its key of 10.
        let threshold = 100 + 10 * 3 + code + 34 + 10 + 100
        world.own.balance = threshold
        #expect(try world.accumulate(caller).exit.results == [none, full, 100, full])
        world.own.balance = threshold - 1
        #expect(try world.accumulate(caller).exit.results[0] == full)
        // With a shorter value there is room for 11 + 1 bytes with 34 and 10 besides.
        world.own.balance = threshold + 6
        let outcome = try world.accumulate(caller)
        #expect(outcome.exit.results == [none, full, 100, none])
        let own = try #require(outcome.state.services[World.service])
        #expect(own.itemCount == 4)
        #expect(own.octetCount == code + 34 + 10 + 50 + 34 + 11 + 1)
        #expect(own.threshold(world.state.parameters) == threshold + 6)
    }

    @Test(arguments: Setting.versions)
    func storagePanics(_ setting: Setting) throws {
        for arguments in [[nowhere, 1, buffer, 1], [buffer, 1, nowhere, 1], [nowhere, 1, buffer, 0]] as [[UInt64]] {
            var caller = Caller(setting.version)
            caller.call(.write, buffer, 1, buffer, 1)
            caller.call(number: setting.version == .v072 ? 4 : 5, arguments)
            let outcome = try World(setting).accumulate(caller)
            #expect(outcome.exit.isPanic)
            #expect(outcome.state.services[World.service]?.storage == [:])
        }
        for arguments in [[.max, nowhere, 1, buffer, 0, 1], [.max, buffer, .max, buffer, 0, 1]] as [[UInt64]] {
            var caller = Caller(setting.version)
            caller.call(number: setting.version == .v072 ? 3 : 4, arguments)
            var world = World(setting)
            world.gas = .max
            let exit = try world.accumulate(caller).exit
            // So long a key costs more than there is.
            #expect(exit.isPanic || (setting.version == .v080 && exit == .outOfGas))
        }
    }

    @Test(arguments: Setting.all)
    func info(_ setting: Setting) throws {
        var world = World(setting)
        var account = ServiceAccount(codeHash: hash(0x21), balance: 5000)
        (account.minimumItemGas, account.minimumMemoGas, account.gratis) = (11, 12, 20)
        (account.created, account.lastAccumulation, account.parent) = (4, 5, 6)
        account.setRequest([], for: PreimageRequest(hash: hash(1), length: 9))
        account.setValue([1, 2, 3], for: [1, 2])
        world.state.services[5] = account
        var caller = Caller(setting.version)
        caller.call(.info, 5, buffer, 0, 1000)
        caller.call(.info, 6, buffer, 0, 1000)
        caller.call(.info, .max, buffer + 200, 0, 32)
        #expect(try world.accumulate(caller).exit.results == [96, none, 96])
        caller.returned = (buffer, 96)
        #expect(
            Hex.text(try world.accumulate(caller).exit.bytes)
                == "0x21212121212121212121212121212121212121212121212121212121212121218813000000000000ef00000000000000"
                + "0b000000000000000c000000000000008100000000000000030000001400000000000000040000000500000006000000")
    }

    @Test(arguments: Setting.all)
    func lookup(_ setting: Setting) throws {
        var world = World(setting)
        world.own.provide([1, 2, 3], at: 50)
        world.state.services[World.other]?.addPreimage([4])
        var caller = Caller(setting.version)
        let mine = caller.place(Hash256(blakeOf: [1, 2, 3]).bytes)
        let others = caller.place(Hash256(blakeOf: [4]).bytes)
        caller.call(.lookup, .max, mine, buffer, 1, 5)
        caller.call(.lookup, UInt64(World.other), others, buffer + 2, 0, 5)
        caller.call(.lookup, .max, others, buffer, 0, 5)
        caller.call(.lookup, 1, mine, buffer, 0, 5)
        #expect(try world.accumulate(caller).exit.results == [3, 1, none, none])
        caller.returned = (buffer, 3)
        #expect(try world.accumulate(caller).exit.bytes == [2, 3, 4])
        for (hash, output) in [(nowhere, buffer), (mine, nowhere)] {
            var caller = Caller(setting.version)
            _ = caller.place(Hash256(blakeOf: [1, 2, 3]).bytes)
            caller.call(.lookup, .max, hash, output, 0, 5)
            #expect(try world.accumulate(caller).exit.isPanic)
        }
    }

    // MARK: log and the heap

    @Test(arguments: Setting.all)
    func log(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let text = caller.place(Array("servicehello".utf8))
        caller.call(number: 100, [3, text, 7, text + 7, 5])
        caller.call(number: 100, [9, nowhere, 0, nowhere, 0])
        let outcome = try World(setting).refine(caller)
        #expect(
            outcome.log == [
                JAMLogLine(level: 3, target: "service", message: "hello"),
                JAMLogLine(level: 9, target: "", message: ""),
            ])
        caller.call(number: 100, [3, nowhere, 1, text, 1])
        #expect(try World(setting).refine(caller).exit.isPanic)
    }

    /// Long lines are cut, not through a character; all of their bytes must be there.
    @Test(arguments: Setting.all)
    func longLines(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        // 4095 bytes and one of two, of which the cut would leave the first.
        let text = caller.place([UInt8](repeating: 0x61, count: 4095) + Array("é".utf8) + [0x62])
        caller.call(number: 100, [3, text, 4098, text, 4095])
        caller.call(number: 100, [3, text, 0, text + 1, 4096])
        let outcome = try World(setting).refine(caller)
        let long = String(repeating: "a", count: 4095)
        #expect(outcome.log.map(\.target) == [long + "…", ""])
        #expect(outcome.log.map(\.message) == [long, String(long.dropLast()) + "é"])
        caller.call(number: 100, [3, text, 0, text, 1 << 31])
        #expect(try World(setting).refine(caller).exit.isPanic)
    }

    /// A guest that logs for as long as its gas lasts fills a mebibyte and no more.
    @Test(arguments: Setting.all)
    func manyLines(_ setting: Setting) throws {
        var caller = Caller(setting.version)
        let text = caller.place([UInt8](repeating: 0x61, count: 4000))
        caller.call(number: 100, [3, nowhere, 0, text, 4000])
        caller.ending = Instruction(.jump, target: 2)
        var world = World(setting)
        world.gas = 100_000
        let outcome = try world.refine(caller)
        #expect(outcome.exit == .outOfGas)
        #expect(outcome.log.count == (1 << 20) / 4064 + 1)
        #expect(outcome.log.last?.message == "… more lines, of which the host keeps none")
        #expect(outcome.log.dropLast().allSatisfy { $0.message.utf8.count == 4000 })
    }

    /// The top is a page; what is not above the present one, or too high, changes nothing.
    @Test(arguments: Setting.all.filter { $0.version == .v080 })
    func growHeap(_ setting: Setting) throws {
        var caller = Caller(.v080)
        caller.heapPages = 96
        // Two pages of data at 0x20000 and 96 of zeros behind them.
        _ = caller.place([1])
        let top: UInt64 = 0x20 + 2 + 96
        // The stack's page, and a zone.
        let limit: UInt64 = (0xfefe_0000 - 0x1000 - 0x10000) >> 12
        caller.call(.growHeap, 0)
        caller.call(.growHeap, top)
        caller.call(.growHeap, limit + 1)
        caller.call(.growHeap, .max)
        caller.call(.growHeap, top + 3)
        caller.call(.growHeap, top + 2)
        caller.append(Instruction(.storeImmU8, x: Int64((top + 3) << 12) - 1, y: 9))
        let exit = try World(setting).refine(caller).exit
        #expect(exit.results == [top, top, top, top, top + 3, top + 3])
        caller.append(Instruction(.storeImmU8, x: Int64((top + 3) << 12), y: 9))
        #expect(try World(setting).refine(caller).exit.isPanic)
    }
}

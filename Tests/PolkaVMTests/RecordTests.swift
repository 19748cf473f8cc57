// Records: a run with everything that a host can do comes again from its record, on every backend, and nothing else does.

import PolkaBlob
import PolkaISA
import TestSupport
import Testing

@testable import PolkaVM

@Suite struct RecordTests {
    /// Calls the host three times, grows its heap, and adds up what it is told; `inner` adds 1.
    private static func module(_ engine: Engine, increment: Int64 = 1) throws -> Module {
        let body = [
            Instruction(.ecalli, x: 0), Instruction(.add64, .a5, .a0, .a5), Instruction(.ecalli, x: 1),
            Instruction(.loadU64, .a1, x: 0x20000), Instruction(.add64, .a5, .a1, .a5), Instruction(.ecalli, x: 2),
            Instruction(.loadImm, .a2, x: 0x1000), Instruction(.sbrk, .a3, .a2),
            Instruction(.add64, .a0, .a5, .a0), ret,
        ]
        var program = importing(
            ["read", "nested", "pages"], body + [Instruction(.addImm64, .a0, .a0, x: increment), ret])
        program.readWriteDataSize = 64
        program.exports.append(
            Blob.Export(codeOffset: UInt32(code(body).bytes.count), symbol: Array("inner".utf8)))
        var configuration = metered
        configuration.auxiliarySize = 8192
        configuration.faultRule = .pageFault
        return try Module(program, configuration: configuration, engine: engine)
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description = "the host does not like it"
    }

    private enum Ending: CaseIterable { case returns, traps, fails }

    private static func linker(_ ending: Ending) throws -> Linker {
        var linker = Linker()
        try linker.define("read") { context in
            try context.write([1, 2, 3], at: 0x20008)
            try context.memory.withMutableSpan(at: 0x20010, byteCount: 8) { span in
                span.storeBytes(of: 77, toByteOffset: 0, as: UInt64.self)
            }
            context.instance.gas -= 5
            context.setResult(10)
        }
        try linker.define("nested") { context in
            let result = try context.callingBack { instance in
                let exit = try instance.call("inner", [41])
                #expect(exit == .finished)
                return instance[.a0]
            }
            try context.memory.writeInteger(result, at: 0x20000)
            context.instance.gas += 100
        }
        try linker.define("pages") { context in
            let memory = context.memory
            _ = try memory.sbrk(5000)
            try memory.mapZeroed(at: 0x5000_0000, byteCount: 0x3000, .readWrite)
            try memory.write([9], at: 0x5000_1000)
            try memory.protect(at: 0x5000_0000, byteCount: 4096, .read)
            try memory.unmap(at: 0x5000_2000, byteCount: 1)
            try memory.write([4], at: 0xfffe_0000)
            try memory.setAccessibleAuxiliarySize(4096)
            try memory.zero(at: 0x20008, byteCount: 2)
            switch ending {
            case .returns: context.setResult(1000)
            case .traps: throw HostTrap("no more")
            case .fails: throw Refusal()
            }
        }
        return linker
    }

    private static func record(
        _ engine: Engine, _ ending: Ending
    ) throws -> (bytes: [UInt8], outcome: RunRecord.Outcome, hash: ContentHash) {
        var bytes: [UInt8] = []
        let recorder = try RunRecorder(
            try linker(ending).link(try module(engine)), notes: ["who": "test", "what": "täst"]
        ) { bytes += $0 }
        let instance = recorder.instance
        instance.gas = 1000
        try instance.memory.write([8], at: 0x20018)
        do {
            let exit = try instance.call("run", [3])
            if exit == .finished { #expect(instance[.a0] == 1000 + 52) }
            try recorder.finish(exit)
            return (bytes, .exit(exit), try instance.stateHash)
        } catch let error as Refusal {
            try recorder.finish(failure: error)
            return (bytes, .failure("\(error)"), try instance.stateHash)
        }
    }

    @Test(arguments: Engine.all.indices, Engine.all.indices)
    func comesAgain(_ from: Int, _ to: Int) throws {
        for ending in Ending.allCases {
            let recorded = try Self.record(Engine.all[from], ending)
            let record = try RunRecord(parsing: recorded.bytes)
            #expect(record.notes == ["who": "test", "what": "täst"])
            #expect((record.outcome, record.stateHash) == (recorded.outcome, recorded.hash))
            #expect(record.hostCallCount == 3)
            var seen: [String] = []
            var spectators = Linker()
            try spectators.define("read") { context in
                seen.append("read \(context.argument(0))")
                context.setResult(5)
            }
            let module = try Self.module(Engine.all[to])
            let replayer = try RunReplayer(record, module, spectators: spectators)
            #expect(try replayer.run() == recorded.outcome)
            #expect(seen == ["read 3"])
            #expect(try replayer.instance.stateHash == recorded.hash)
            if ending == .traps { #expect(replayer.instance.trapReason == .host("no more")) }
        }
    }

    /// Recorded on one backend or the other: the same bytes.
    @Test func recordsAreEqual() throws {
        let records = try Engine.all.map { try Self.record($0, .returns).bytes }
        #expect(records.allSatisfy { $0 == records[0] })
    }

    /// A host that answers by itself, adds gas, maps pages, and restores a snapshot in between.
    @Test(arguments: Engine.all.indices, Engine.all.indices)
    func stopsOfAllKinds(_ from: Int, _ to: Int) throws {
        let program = importing(
            ["ask"],
            [
                Instruction(.storeImmU8, x: 0x4000_0000, y: 6), Instruction(.ecalli, x: 0),
                Instruction(.fallthrough), Instruction(.addImm64, .a0, .a0, x: 1), ret,
            ])
        var configuration = metered
        configuration.faultRule = .pageFault
        func module(_ engine: Engine) throws -> Module {
            try Module(program, configuration: configuration, engine: engine)
        }
        var bytes: [UInt8] = []
        let recorder = try RunRecorder(try Linker().link(try module(Engine.all[from]))) { bytes += $0 }
        let instance = recorder.instance
        try instance.prepareCall("run", [1])
        #expect(try instance.run() == .outOfGas)
        instance.gas = 3
        #expect(try instance.run() == .pageFault(PageFault(address: 0x4000_0000, pageSize: 4096)))
        try instance.memory.mapZeroed(at: 0x4000_0000, byteCount: 4096, .readWrite)
        #expect(try instance.run() == .hostCall(0))
        let snapshot = try instance.snapshot()
        instance[.a0] = 7
        #expect(try instance.run() == .outOfGas)
        try instance.restore(snapshot)
        instance[.a0] = 9
        instance.gas = 10
        #expect(try instance.run() == .finished)
        #expect(instance[.a0] == 10)
        try recorder.finish(.finished)
        let replayer = try RunReplayer(try RunRecord(parsing: bytes), try module(Engine.all[to]))
        #expect(try replayer.run() == .exit(.finished))
        #expect(try replayer.instance.stateHash == instance.stateHash)
    }

    /// Another program, one that does something else, and who looks on but meddles.
    @Test func divergence() throws {
        let recorded = try Self.record(Engine(), .returns)
        let record = try RunRecord(parsing: recorded.bytes)
        let other = try Self.module(Engine(), increment: 2)
        #expect(throws: ReplayError.otherModule(found: other.identity, expected: record.module)) {
            try RunReplayer(record, other)
        }
        // The same record with another result of the first host call: the guest then shows another sum.
        let changed = try Self.resealed(recorded.bytes) { turns in
            turns[1].changes.registers = RegisterChanges()
        }
        let error = #expect(throws: ReplayError.self) {
            try RunReplayer(try RunRecord(parsing: changed), try Self.module(Engine())).run()
        }
        guard case .diverged(1, _, "a call of 'nested' with a5 = 10", "3") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        var meddlers = Linker()
        try meddlers.define("read") { context in try context.write([1], at: 0x20000) }
        #expect(throws: ReplayError.self) {
            try RunReplayer(record, try Self.module(Engine()), spectators: meddlers).run()
        }
    }

    private struct Full: Error, Equatable {}

    @Test func sinksThatFail() throws {
        let recorder = try RunRecorder(try Linker().link(try Self.module(Engine()))) { _ in throw Full() }
        recorder.instance.gas = 100
        #expect(try recorder.instance.call("inner", [1]) == .finished)
        #expect(throws: Full()) { try recorder.finish(.finished) }
        #expect(throws: Full()) { try recorder.finish(failure: Full()) }
    }

    /// A record ends once; what runs afterwards is no part of it.
    @Test func endsOnce() throws {
        var bytes: [UInt8] = []
        let recorder = try RunRecorder(try Linker().link(try Self.module(Engine()))) { bytes += $0 }
        recorder.instance.gas = 100
        #expect(try recorder.instance.call("inner", [1]) == .finished)
        try recorder.finish(.finished)
        let whole = bytes
        for _ in 0..<5000 { _ = try recorder.instance.call("inner", [1]) }
        try recorder.finish(.finished)
        #expect(bytes == whole)
        #expect(try RunReplayer(try RunRecord(parsing: bytes), try Self.module(Engine())).run() == .exit(.finished))
    }

    /// A record whose end says otherwise than its last stop is refused.
    @Test func endsThatAreInvented() throws {
        var bytes: [UInt8] = []
        let recorder = try RunRecorder(try Linker().link(try Self.module(Engine()))) { bytes += $0 }
        recorder.instance.gas = 100
        #expect(try recorder.instance.call("inner", [1]) == .finished)
        try recorder.finish(.outOfGas)
        let record = try RunRecord(parsing: bytes)
        #expect(throws: ReplayError.self) { try RunReplayer(record, try Self.module(Engine())).run() }
    }

    // MARK: Broken bytes

    private static func sealed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        return bytes + ContentHash(of: bytes).bytes
    }

    /// The record with other turns and a right checksum.
    private static func resealed(_ bytes: [UInt8], _ change: (inout [RunRecord.Turn]) -> Void) throws -> [UInt8] {
        let record = try RunRecord(parsing: bytes)
        var turns = record.turns
        change(&turns)
        var body = Array(bytes.prefix(44))
        for turn in turns { body += RecordFormat.turn(turn) }
        return sealed(body + RecordFormat.end(record.end, record.outcome, record.stateHash))
    }

    @Test func prefixesAndFlippedBits() throws {
        let bytes = try Self.record(Engine(), .traps).bytes
        #expect(throws: RecordError.notARecord) { try RunRecord(parsing: [1]) }
        for count in 0..<bytes.count {
            let error = #expect(throws: RecordError.self) { try RunRecord(parsing: Array(bytes.prefix(count))) }
            if case .incomplete = error {} else { Issue.record("\(count): \(String(describing: error))") }
            guard count != bytes.count - ContentHash.byteCount else { continue }
            #expect(throws: RecordError.self) { try RunRecord(parsing: Self.sealed(bytes.prefix(count))) }
        }
        for bit in 0..<(bytes.count * 8) {
            var bytes = bytes
            bytes[bit >> 3] ^= 1 << UInt8(bit & 7)
            #expect(throws: RecordError.self) { try RunRecord(parsing: bytes) }
        }
    }

    /// With a right checksum: refused, or it diverges, or it is a run that can be.
    @Test(arguments: Engine.all.indices)
    func mutations(_ engine: Int) throws {
        let bytes = try Self.record(Engine(), .returns).bytes
        let module = try Self.module(Engine.all[engine])
        var random = SeededGenerator(seed: 5)
        var counts = (refused: 0, diverged: 0, replayed: 0)
        for _ in 0..<4000 {
            var body = Array(bytes.dropLast(ContentHash.byteCount))
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let offset = Int.random(in: 44..<body.count, using: &random)
                body[offset] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : body[offset] ^ (1 << UInt8.random(in: 0..<8, using: &random))
            }
            guard let record = try? RunRecord(parsing: Self.sealed(body)) else {
                counts.refused += 1
                continue
            }
            do throws(ReplayError) {
                _ = try RunReplayer(record, module).run()
                counts.replayed += 1
            } catch {
                counts.diverged += 1
            }
        }
        #expect(counts.refused > 200 && counts.diverged > 200, "\(counts)")
    }
}

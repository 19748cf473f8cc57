// Instruction boundaries, jump targets and the memory map.

import PolkaBlob
import PolkaISA
import Testing

@Suite struct CodeMapTests {
    private func map(_ bytes: [UInt8], starts: [Int]) -> CodeMap {
        CodeMap(bytes: bytes, bitmask: CodeMap.bitmask(ofStarts: starts, byteCount: bytes.count))
    }

    @Test func skipIsCapped() {
        let code = map([UInt8](repeating: 0, count: 60), starts: [0, 30])
        #expect(code.skip(at: 0) == 24)
        #expect(code.skip(at: 30) == 24)
        #expect(code.skip(at: 58) == 1)
        #expect(code.instruction(before: 25) == 0)
        #expect(code.instruction(before: 26) == nil)
    }

    @Test func targets() {
        let terminator = InstructionSet.latest64.byte(of: .fallthrough) ?? 0
        let plain = InstructionSet.latest64.byte(of: .unlikely) ?? 0
        let code = map([terminator, plain, plain, 99, plain], starts: [0, 1, 2, 3, 4])
        let valid = (0..<7).map { code.isValidTarget(UInt32($0), in: .latest64) }
        // Offset 0; behind the fallthrough; not behind `unlikely`; not behind an invalid opcode; not at or behind the end.
        #expect(valid == [true, true, false, false, false, false, false])
    }

    @Test func linearDecode() {
        let code = map([1, 3, 0xff, 0xee, 3], starts: [0, 1, 4])
        var positions: [CodeMap.Position] = []
        code.forEachPosition(in: .latest64) { positions.append($0) }
        #expect(positions.map(\.offset) == [0, 1, 4, 5])
        #expect(positions.map { $0.instruction?.opcode } == [.fallthrough, .unlikely, .unlikely, nil])
        var gap: [Int] = []
        map([1, 0xff, 0xee, 0], starts: [3]).forEachPosition(in: .latest64) { gap.append($0.offset) }
        #expect(gap == [0, 3])
    }

    /// The rows of vm.md 1.
    @Test func memoryMaps() throws {
        let first = try #require(
            MemoryMap(readOnlyDataSize: 1, readWriteDataSize: 1, stackSize: 1, pageSize: 0x4000))
        #expect(first.readOnly == 0x10000..<0x14000)
        #expect(first.readWrite.lowerBound == 0x30000)
        #expect(first.heapBase == 0x30001)
        #expect(first.stack == 0xfffd_c000..<0xfffe_0000)
        #expect(first.auxiliary == 0xffff_0000..<0xffff_0000)
        let second = try #require(MemoryMap(readOnlyDataSize: 0, readWriteDataSize: 0, stackSize: 0x2000))
        #expect(second.readWrite.lowerBound == 0x20000)
        #expect(second.heapBase == 0x20000)
        #expect(second.stack == 0xfffd_e000..<0xfffe_0000)
        let third = try #require(
            MemoryMap(readOnlyDataSize: 0x10001, readWriteDataSize: 0x20, stackSize: 0x1000, auxiliarySize: 0x100_0000))
        #expect(third.readWrite.lowerBound == 0x40000)
        #expect(third.heapBase == 0x40020)
        #expect(third.stack == 0xfefd_f000..<0xfefe_0000)
        #expect(third.auxiliary.lowerBound == 0xfeff_0000)
    }

    @Test func memoryThatDoesNotFit() {
        // The four zones may take 2^32 - 5 * 64 KiB in all (vm.md 1).
        let most = UInt32(truncatingIfNeeded: (1 << 32) - 5 * 0x10000)
        let full = MemoryMap(readOnlyDataSize: 0, readWriteDataSize: most, stackSize: 0)
        #expect(full?.maximumHeapSize == 0)
        #expect(MemoryMap(readOnlyDataSize: 0, readWriteDataSize: most, stackSize: 1) == nil)
        #expect(MemoryMap(readOnlyDataSize: .max, readWriteDataSize: .max, stackSize: .max, auxiliarySize: .max) == nil)
        #expect(MemoryMap(readOnlyDataSize: 0, readWriteDataSize: 0, stackSize: 0, pageSize: 5000) == nil)
    }
}

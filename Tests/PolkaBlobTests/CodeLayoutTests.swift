// Jumps get the bytes that their distance needs, in both directions and at the edges.

import PolkaBlob
import PolkaISA
import Testing

@Suite struct CodeLayoutTests {
    /// A jump over `distance` bytes of one-byte instructions, then the target.
    private func forwardJump(over count: Int) -> CodeLayout.Result {
        let filler = [Instruction](repeating: Instruction(.unlikely), count: count)
        let jump = Instruction(.jump, target: UInt32(count + 1))
        return CodeLayout(instructions: [jump] + filler + [Instruction(.trap)]).encoded(for: .latest64)
    }

    @Test(arguments: [(0, 2), (0x7d, 2), (0x7e, 3), (0x7ffc, 3), (0x7ffd, 4)])
    func forward(_ count: Int, _ byteCount: UInt32) throws {
        let result = forwardJump(over: count)
        #expect(result.offsets[1] == byteCount)
        let code = CodeMap(bytes: result.bytes, bitmask: result.bitmask)
        #expect(code.instruction(at: 0, in: .latest64)?.target == byteCount + UInt32(count))
    }

    @Test func backwardAndToItself() {
        let filler = [Instruction](repeating: Instruction(.unlikely), count: 128)
        let list = filler + [Instruction(.jump, target: 0), Instruction(.jump, target: 129)]
        let result = CodeLayout(instructions: list).encoded(for: .latest64)
        let code = CodeMap(bytes: result.bytes, bitmask: result.bitmask)
        #expect(code.instruction(at: 128, in: .latest64)?.target == 0)
        // A distance of 0 takes no byte at all.
        #expect(result.bytes.suffix(1) == [40])
        #expect(code.instruction(at: Int(result.offsets[129]), in: .latest64)?.target == result.offsets[129])
    }

    /// Entries of a dispatch table are five bytes long (blob-format.md 2.7).
    @Test func padding() {
        let list = [Instruction(.jump, target: 2), Instruction(.jump, target: 2), Instruction(.trap)]
        let result = CodeLayout(instructions: list, minimumByteCounts: [0: 5]).encoded(for: .jamV1)
        #expect(result.bytes == [40, 7, 0, 0, 0, 40, 2, 0])
        #expect(result.bitmask == [0b1010_0001])
    }

    /// Each jump just reaches its target until one behind it grows, and so on to the front: a round for every 63 jumps, and
    /// minutes in all, if each round only did what is needed.
    @Test(.timeLimit(.minutes(1))) func jumpsThatPushEachOther() throws {
        let count = 1_000_000
        // 63 jumps of two bytes and one byte between: 127 bytes, the farthest that one byte reaches.
        var list = (0..<count).map { index in
            index % 64 == 63
                ? Instruction(.unlikely) : Instruction(.jump, target: UInt32(min(index + 64, count + 1)))
        }
        // The last jump is far from its target and so pushes the one before it.
        list += [Instruction(.jump, target: 0), Instruction(.trap)]
        let result = CodeLayout(instructions: list).encoded(for: .latest64)
        let code = CodeMap(bytes: result.bytes, bitmask: result.bitmask)
        for index in stride(from: 0, to: count, by: 640) {
            let target = code.instruction(at: Int(result.offsets[index]), in: .latest64)?.target
            #expect(target == result.offsets[min(index + 64, count + 1)])
        }
    }
}

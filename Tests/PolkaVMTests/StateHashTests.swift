// The hash of a state: the documented one, and the same for states that are the same.
//
// The expected hashes were computed with hashlib.blake2b of Python from the layout in Documentation/snapshots.md.

import PolkaBlob
import PolkaISA
import PolkaVM
import TestSupport
import Testing

@Suite struct StateHashTests {
    private static func program() -> Blob {
        var program = blob([ret])
        program.readWriteData = [1, 2, 3]
        program.readWriteDataSize = 8
        return program
    }

    @Test func hashOfANewInstance() throws {
        let instance = try Instance(try Module(Self.program()))
        #expect(
            try instance.stateHash.description == "9693d71d9e29a55186faf58bec961a11db4583fcd9ba3fccf6a7fd209648213b")
        // Gas that nobody counts is no part of it.
        instance.gas = 5
        #expect(
            try instance.stateHash.description == "9693d71d9e29a55186faf58bec961a11db4583fcd9ba3fccf6a7fd209648213b")
    }

    @Test func hashOfACallWithHeap() throws {
        let instance = try Instance(try Module(Self.program(), configuration: metered))
        try instance.prepareCall("run", [5])
        instance.gas = 77
        _ = try instance.memory.sbrk(0x2000)
        try instance.memory.write([9], at: 0x22010)
        #expect(
            try instance.stateHash.description == "f45d8856599af44d1d23f09819971c6bb59703030be81ac572c9b4099acad348")
    }

    /// Auxiliary data counts also where it is not accessible, for it comes back.
    @Test func hashOfHiddenAuxiliaryData() throws {
        var configuration = ModuleConfiguration()
        configuration.auxiliarySize = 8192
        let instance = try Instance(try Module(Self.program(), configuration: configuration))
        try instance.memory.write([7], at: 0xfffe_1000)
        try instance.memory.setAccessibleAuxiliarySize(4096)
        #expect(
            try instance.stateHash.description == "329bbd8f5ad17af797ca1afd875162d079e124c5cadeba29e152f9d493494bf5")
        #expect(!instance.memory.isAccessible(at: 0xfffe_1000, byteCount: 1))
    }

    /// What was touched makes no difference, nor how pages came to be open.
    @Test func waysToTheSameState() throws {
        let module = try Module(rawProgram: code([Instruction(.trap)]))
        let one = try Instance(module)
        let other = try Instance(module)
        try one.memory.mapZeroed(at: 0x20000, byteCount: 0x4000, .readWrite)
        try one.memory.write([1], at: 0x21000)
        for page in [0x22000, 0x20000, 0x23000, 0x21000] as [UInt32] {
            try other.memory.mapZeroed(at: page, byteCount: 0x1000, .read)
            try other.memory.protect(at: page, byteCount: 0x1000, .readWrite)
        }
        try other.memory.write([UInt8](repeating: 4, count: 0x4000), at: 0x20000)
        try other.memory.zero(at: 0x20000, byteCount: 0x4000)
        try other.memory.write([1], at: 0x21000)
        #expect(try one.stateHash == other.stateHash)
        try other.memory.protect(at: 0x22000, byteCount: 1, .read)
        #expect(try one.stateHash != other.stateHash)
    }
}

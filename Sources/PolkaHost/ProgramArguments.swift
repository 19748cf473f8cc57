// Words for a guest's `main(argc, argv)`.

import PolkaBlob
import PolkaISA
public import PolkaVM

/// The arguments of an ordinary program, `argv`, which the host lays on top of the guest's stack.
public struct ProgramArguments {
    /// Words that a program can not be given.
    public struct TooLong: Error, CustomStringConvertible {
        let byteCount: Int
        let available: Int

        /// What is wrong, for people.
        public var description: String {
            "the program's arguments take \(byteCount) bytes, and half of its stack, which they may take, is \(available);"
                + " give less, or build the guest with a larger PVM_MIN_STACK"
        }
    }

    private let words: [String]

    /// - Parameter words: `argv[0]`, which names the program, and what follows.
    public init(_ words: [String]) { self.words = words }

    /// Passes the words to a call that has been prepared (`Instance.prepareCall`): a0 is their number, a1 the address of
    /// `argv`, and the stack begins below them.
    ///
    /// - Throws: `TooLong`, if they would leave less than half of the stack.
    public func pass(to instance: Instance) throws {
        let texts = words.map { Array($0.utf8.prefix { $0 != 0 }) + [0] }
        let pointers = (texts.count + 1) * 8
        let byteCount = (pointers + texts.reduce(0) { $0 + $1.count } + 15) & ~15
        let available = Int(instance.module.blob.stackSize) / 2
        guard byteCount <= available else { throw TooLong(byteCount: byteCount, available: available) }
        let start = instance[.sp] - UInt64(byteCount)
        var table: [UInt8] = []
        var strings: [UInt8] = []
        for text in texts {
            let address = start + UInt64(pointers + strings.count)
            table += (0..<8).map { UInt8(truncatingIfNeeded: address >> ($0 * 8)) }
            strings += text
        }
        table += [UInt8](repeating: 0, count: 8)
        try instance.memory.write(table + strings, at: UInt32(start))
        instance[.sp] = start
        instance[.a0] = UInt64(texts.count)
        instance[.a1] = start
    }
}

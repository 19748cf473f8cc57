// Loads and stores: `gs:[u32(base + offset)]`, the reservation starting at the base of GS.
//
// The address is computed in 32 bits, so that the upper half of a base never matters.

import PolkaISA
import X86Assembler

extension Compiler {
    @inline(__always)
    private func absolute(_ address: Int32) -> X86Memory { X86Memory(absolute: address).address32.gs }

    @inline(__always)
    private func indirect(_ base: Int, _ offset: Int32) -> X86Memory {
        X86Memory(base: host(base), displacement: offset).address32.gs
    }

    @inline(__always)
    mutating func defineLoaded(_ nibble: Int, _ kind: X86Extension) {
        let isWide = kind == .bits64 || kind == .unsigned32
        facts.set(mark(nibble), pending: isWide ? 0 : Facts.narrow)
    }

    @inline(__always)
    mutating func load(_ kind: X86Extension, _ operands: Operands) {
        assembler.load(kind, host(operands.first), absolute(operands.immediate(at: 1)))
        defineLoaded(operands.first, kind)
    }

    @inline(__always)
    mutating func store(_ width: X86StoreWidth, _ operands: Operands) {
        use(width == .bits64 ? mark(operands.first) : 0)
        assembler.store(width, absolute(operands.immediate(at: 1)), host(operands.first))
    }

    @inline(__always)
    mutating func storeImmediate(_ width: X86StoreWidth, _ operands: Operands) {
        let (address, value) = operands.immediates(at: 1, length: operands.word)
        assembler.store(width, absolute(address), value)
    }

    @inline(__always)
    mutating func storeImmediateIndirect(_ width: X86StoreWidth, _ operands: Operands) {
        let (offset, value) = operands.immediates(at: 1, length: operands.word &>> 4)
        assembler.store(width, indirect(operands.first, offset), value)
    }
}

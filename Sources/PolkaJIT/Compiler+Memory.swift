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
    private mutating func defineLoaded(_ nibble: Int, _ kind: X86Extension) {
        let isWide = kind == .bits64 || kind == .unsigned32
        facts.set(mark(nibble), pending: isWide ? 0 : Facts.narrow)
    }

    @inline(__always)
    mutating func load(_ kind: X86Extension, _ operands: Operands) {
        assembler.load(kind, host(operands.first), absolute(operands.immediate(at: 1)))
        defineLoaded(operands.first, kind)
    }

    @inline(__always)
    mutating func loadIndirect(_ kind: X86Extension, _ operands: Operands) {
        if peephole.sum.range.end == assembler.offset, operands.first == peephole.sum.destination,
            operands.second == operands.first
        {
            loadFolded(kind, operands)
        } else {
            assembler.load(kind, host(operands.first), indirect(operands.second, operands.immediate(at: 1)))
        }
        defineLoaded(operands.first, kind)
    }

    /// A load that overwrites its own address, which was computed just before: the processor computes it on the way.
    @inline(__always)
    private mutating func loadFolded(_ kind: X86Extension, _ operands: Operands) {
        let sum = peephole.sum
        // Addresses have 32 bits, and so have their parts.
        let displacement = sum.displacement &+ operands.immediate(at: 1)
        rewind(to: sum.range.start)
        peephole.access = FoldedAccess(nativeOffset: assembler.offset, sum: sum)
        let base = host(sum.base)
        let memory =
            if let index = sum.index {
                X86Memory(base: base, index: host(index), scale: sum.scale, displacement: displacement)
            } else {
                X86Memory(base: base, displacement: displacement)
            }
        assembler.load(kind, host(operands.first), memory.address32.gs)
    }

    @inline(__always)
    mutating func store(_ width: X86StoreWidth, _ operands: Operands) {
        use(width == .bits64 ? mark(operands.first) : 0)
        assembler.store(width, absolute(operands.immediate(at: 1)), host(operands.first))
    }

    @inline(__always)
    mutating func storeIndirect(_ width: X86StoreWidth, _ operands: Operands) {
        use(width == .bits64 ? mark(operands.first) : 0)
        assembler.store(width, indirect(operands.second, operands.immediate(at: 1)), host(operands.first))
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

// Jump targets that may be known only later, without a list of jumps to be patched.
//
// A label is one 32-bit slot in an array of the caller, 0 to begin with, so that memory fresh from the system will do.
// Bound, the slot holds the offset of the target plus 1. Unbound, it heads a chain of the jumps that wait for it, which
// runs through their own displacement fields: binding walks the chain and writes the displacements. So a reference costs
// one load and two stores, and nothing is allocated.

/// A jump target: the index of a slot among those given to the assembler.
@usableFromInline package struct X86Label: Equatable, Sendable {
    @usableFromInline let index: Int32

    @inlinable @inline(__always)
    package init(_ index: Int32) { self.index = index }
}

/// A jump of two bytes whose target, at most 127 bytes ahead, is not yet known.
@usableFromInline package struct X86ShortJump: Sendable {
    /// Offset of the byte behind the jump.
    @usableFromInline let endOffset: Int

    @inlinable @inline(__always)
    init(endOffset: Int) { self.endOffset = endOffset }
}

extension X86Assembler {
    /// Where a label is bound, or nil.
    @inlinable
    package func offset(of label: X86Label) -> Int? {
        let slot = labels[Int(label.index)]
        return slot > 0 ? Int(slot) - 1 : nil
    }

    /// Puts a label at the current offset and completes all jumps that wait for it.
    ///
    /// A label is bound once. Linear in the number of its jumps.
    @inlinable @inline(__always)
    package mutating func bind(_ label: X86Label) {
        assert(labels[Int(label.index)] <= 0, "label \(label.index) is bound twice")
        let target = Int32(truncatingIfNeeded: offset)
        var link = labels[Int(label.index)]
        labels[Int(label.index)] = target &+ 1
        // An unbound slot is minus the offset of the youngest field that waits, which cannot be 0: an opcode stands
        // before it.
        while link != 0 {
            let field = Int(0 &- link)
            link = word32(at: field)
            patch(at: field, target &- Int32(truncatingIfNeeded: field) &- 4)
        }
    }

    /// Puts every label that was referenced and never bound at the current offset: the place of a trap.
    ///
    /// Without this an unbound label would leave chain links in the code, which are jumps to anywhere. Linear in the
    /// number of labels.
    package mutating func bindUnbound() {
        for index in labels.indices where labels[index] < 0 {
            bind(X86Label(Int32(truncatingIfNeeded: index)))
        }
    }

    /// Appends four bytes that will hold the distance from their end to a label.
    @inlinable @inline(__always)
    mutating func appendDistance(to label: X86Label) {
        let field = Int32(truncatingIfNeeded: offset)
        let slot = labels[Int(label.index)]
        // All ones if the label is unbound, else 0.
        let unbound = (slot &- 1) &>> 31
        append(UInt64(UInt32(bitPattern: slot &- (field &+ 5) & ~unbound)), bitCount: 32)
        labels[Int(label.index)] = slot & ~unbound | (0 &- field) & unbound
    }

    // MARK: Jumps to labels

    /// `jmp`: two bytes if the label is bound and near, else five.
    @inlinable @inline(__always)
    package mutating func jump(to label: X86Label) {
        jump(to: label, shortCode: 0xeb, wideCode: 0xe9, wideCodeBitCount: 8)
    }

    /// `jcc`: two bytes if the label is bound and near, else six.
    @inlinable @inline(__always)
    package mutating func jump(_ condition: X86Condition, to label: X86Label) {
        jump(
            to: label, shortCode: 0x70 | condition.number, wideCode: 0x800f | condition.number &<< 8,
            wideCodeBitCount: 16)
    }

    /// `jmp` in five bytes, however near the label is.
    @inlinable
    package mutating func jumpWide(to label: X86Label) {
        append(0xe9, bitCount: 8)
        appendDistance(to: label)
    }

    /// `jcc` in six bytes, however near the label is.
    @inlinable
    package mutating func jumpWide(_ condition: X86Condition, to label: X86Label) {
        append(0x800f | condition.number &<< 8, bitCount: 16)
        appendDistance(to: label)
    }

    /// `call rel32`.
    @inlinable @inline(__always)
    package mutating func call(_ label: X86Label) {
        append(0xe8, bitCount: 8)
        appendDistance(to: label)
    }

    /// `lea destination, [rip + label]`: the address of a label.
    @inlinable @inline(__always)
    package mutating func lea(_ destination: X86Register, _ label: X86Label) {
        append((0x48 | destination.high &<< 2) | 0x8d00 | (0x05 | destination.low &<< 3) &<< 16, bitCount: 24)
        appendDistance(to: label)
    }

    /// Forward or backward, near or far is not predictable in a program to be compiled, hence masks: of selects with one
    /// condition the optimiser makes a branch (measured: 4 ns more per jump where directions are random).
    @inlinable @inline(__always)
    mutating func jump(to label: X86Label, shortCode: UInt64, wideCode: UInt64, wideCodeBitCount: UInt64) {
        let start = Int32(truncatingIfNeeded: offset)
        let field = start &+ Int32(truncatingIfNeeded: wideCodeBitCount &>> 3)
        let slot = labels[Int(label.index)]
        // All ones if the label is unbound, else 0.
        let unbound = (slot &- 1) &>> 31
        let shortDistance = slot &- start &- 3
        let short = shortCode | UInt64(UInt8(truncatingIfNeeded: shortDistance)) &<< 8
        let wideField = slot &- (field &+ 5) & ~unbound
        let wide = wideCode | UInt64(UInt32(bitPattern: wideField)) &<< wideCodeBitCount
        labels[Int(label.index)] = slot & ~unbound | (0 &- field) & unbound
        // All ones if the jump is short, else 0.
        let isShort = 0 &- (bit(fitsByte(shortDistance)) & ~UInt64(bitPattern: Int64(unbound)))
        append(
            wide ^ (wide ^ short) & isShort,
            bitCount: wideCodeBitCount &+ 32 &- (wideCodeBitCount &+ 16) & isShort)
    }

    /// Says that labels have been bound by another assembler, whose code now stands behind this one's.
    ///
    /// - Parameters:
    ///   - range: their indices.
    ///   - byteCount: how much code there was before.
    package mutating func moveLabels(_ range: Range<Int>, by byteCount: Int) {
        for index in range where labels[index] > 0 { labels[index] += Int32(truncatingIfNeeded: byteCount) }
    }

    // MARK: Short jumps ahead

    /// `jmp rel8` to a place that `bind` will name.
    @inlinable @inline(__always)
    package mutating func jumpShort() -> X86ShortJump {
        append(0xeb, bitCount: 16)
        return X86ShortJump(endOffset: offset)
    }

    /// `jcc rel8` to a place that `bind` will name.
    @inlinable @inline(__always)
    package mutating func jumpShort(_ condition: X86Condition) -> X86ShortJump {
        append(0x70 | condition.number, bitCount: 16)
        return X86ShortJump(endOffset: offset)
    }

    /// Makes the current offset the target of a short jump.
    @inlinable @inline(__always)
    package mutating func bind(_ jump: X86ShortJump) {
        let distance = offset &- jump.endOffset
        precondition(distance >= 0 && distance <= 127, "short jump over more than 127 bytes")
        start.storeBytes(of: UInt8(truncatingIfNeeded: distance), toByteOffset: jump.endOffset &- 1, as: UInt8.self)
    }
}

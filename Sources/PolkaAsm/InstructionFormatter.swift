// One instruction to text (isa.md 8.1 and 8.2).
//
// The known irregularities of the reference's output that section 8.2 lists last are not reproduced, because each of them
// loses information or contradicts an option: register names are the ABI's or not without exception, `u16 [a0]` has no blank
// before the bracket, and rotations by an immediate are written `>>r` in Latest32 too.

package import PolkaISA

/// Writes instructions of one kind of instruction set as text.
package struct InstructionFormatter: Sendable {
    package var instructionSet: InstructionSet
    /// Whether to write `jump [ra + 0]` for `ret`, and likewise no other short form.
    package var prefersUnaliased = false
    /// Whether to write `r7` for `a0`.
    package var usesPlainNames = false

    package init(_ instructionSet: InstructionSet) {
        self.instructionSet = instructionSet
    }

    /// The text of an instruction, jump targets as decimal code offsets; nil is an invalid instruction.
    package func text(of instruction: Instruction?) -> String {
        text(of: instruction) { String($0) }
    }

    /// The text of an instruction, nil being an invalid one; `target` gives what to write for a code offset to which it
    /// jumps.
    package func text(of instruction: Instruction?, target: (UInt32) -> String) -> String {
        var text = ""
        append(instruction, to: &text) { $1 += target($0) }
        return text
    }

    /// Appends the text of an instruction; `target` appends that of a code offset to which it jumps.
    func append(_ instruction: Instruction?, to out: inout String, target: (UInt32, inout String) -> Void) {
        guard let instruction else {
            out += "invalid"
            return
        }
        switch instruction.opcode.syntax {
        case .mnemonic:
            out += instruction.opcode.mnemonic
        case .unary(let word, let width):
            appendDestination(instruction.r1, width, to: &out)
            out += word.rawValue
            out += " "
            out += name(instruction.r2)
        case .binary(let symbol, let width):
            appendBinary(instruction, symbol, width, to: &out)
        case .immediateFirst(let symbol, let width):
            appendDestination(instruction.r1, width, to: &out)
            if symbol == .subtract && instruction.x == 0 && !prefersUnaliased {
                out += "-"
            } else {
                appendHex(instruction.x, to: &out)
                out += " "
                out += symbol.rawValue
                out += " "
            }
            out += name(instruction.r2)
        case .negatedXor:
            appendDestination(instruction.r3, .any, to: &out)
            out += "~("
            out += name(instruction.r1)
            out += " ^ "
            out += name(instruction.r2)
            out += ")"
        case .call(let function):
            appendDestination(instruction.r3, .any, to: &out)
            out += function.rawValue
            out += "("
            out += name(instruction.r1)
            out += ", "
            out += name(instruction.r2)
            out += ")"
        case .load(let access):
            appendDestination(instruction.r1, .any, to: &out)
            appendMemory(access, instruction, base: instruction.r2, to: &out)
        case .store(let access):
            appendStore(access, instruction, to: &out)
        case .branch(let comparison):
            out += "jump "
            target(instruction.target, &out)
            out += " if "
            out += name(instruction.r1)
            out += " "
            out += comparison.rawValue
            out += " "
            if instruction.opcode.format == .registerRegisterOffset {
                out += name(instruction.r2)
            } else {
                out += String(instruction.x)
            }
        case .select(let comparison):
            appendSelect(instruction, comparison, to: &out)
        case .special:
            appendSpecial(instruction, to: &out, target: target)
        }
    }

    private func appendBinary(
        _ instruction: Instruction, _ symbol: BinaryOperator, _ width: Width, to out: inout String
    ) {
        let hasImmediate = instruction.opcode.format == .registerRegisterImmediate
        appendDestination(hasImmediate ? instruction.r1 : instruction.r3, width, to: &out)
        out += name(hasImmediate ? instruction.r2 : instruction.r1)
        out += " "
        if !hasImmediate {
            out += symbol.rawValue
            if symbol != .andInverted && symbol != .orInverted { out += " " }
            out += name(instruction.r2)
        } else if symbol == .add, !prefersUnaliased, (-4095)...(-1) ~= instruction.x {
            out += "- "
            out += String(-instruction.x)
        } else {
            out += symbol.rawValue
            out += " "
            appendHex(instruction.x, to: &out)
        }
    }

    private func appendStore(_ access: Access, _ instruction: Instruction, to out: inout String) {
        switch instruction.opcode.format {
        case .registerImmediateImmediate:
            // The one memory operand whose offset is decimal and never left out.
            out += access.rawValue
            out += " ["
            out += name(instruction.r1)
            out += " + "
            out += String(instruction.x)
            out += "]"
        default:
            appendMemory(access, instruction, base: instruction.r2, to: &out)
        }
        out += " = "
        switch instruction.opcode.format {
        case .immediateImmediate, .registerImmediateImmediate: appendHex(Int64(instruction.y), to: &out)
        default: out += name(instruction.r1)
        }
    }

    private func appendSelect(_ instruction: Instruction, _ comparison: Comparison, to out: inout String) {
        let hasImmediate = instruction.opcode.format == .registerRegisterImmediate
        appendDestination(hasImmediate ? instruction.r1 : instruction.r3, .any, to: &out)
        if hasImmediate {
            appendHex(instruction.x, to: &out)
        } else {
            out += name(instruction.r1)
        }
        out += " if "
        out += name(instruction.r2)
        out += " "
        out += comparison.rawValue
        out += " 0"
    }

    private func appendSpecial(
        _ instruction: Instruction, to out: inout String, target: (UInt32, inout String) -> Void
    ) {
        switch instruction.opcode {
        case .memset:
            out += "[\(name(.a0))..\(name(.a0)) + \(name(.a2))] = u8 \(name(.a1))"
        case .ecalli:
            out += "ecalli "
            out += String(UInt32(truncatingIfNeeded: instruction.x))
        case .loadImm64:
            appendDestination(instruction.r1, .any, to: &out)
            out += "0x"
            out += String(UInt64(bitPattern: instruction.x), radix: 16)
        case .jump:
            out += "jump "
            target(instruction.target, &out)
        case .jumpIndirect:
            if instruction.r1 == .ra && instruction.x == 0 && !prefersUnaliased {
                out += "ret"
            } else {
                out += "jump "
                appendAddress(name(instruction.r1), instruction.x, to: &out)
            }
        case .loadImm:
            appendDestination(instruction.r1, .any, to: &out)
            appendHex(instruction.x, to: &out)
        case .loadImmAndJump:
            appendDestination(instruction.r1, .any, to: &out)
            out += String(instruction.x)
            out += ", jump "
            target(instruction.target, &out)
        case .moveReg:
            appendDestination(instruction.r1, .any, to: &out)
            out += name(instruction.r2)
        case .loadImmAndJumpIndirect:
            let sameRegister = instruction.r1 == instruction.r2
            if sameRegister { out += "tmp = \(name(instruction.r2)), " }
            appendDestination(instruction.r1, .any, to: &out)
            out += String(instruction.x)
            out += ", jump "
            appendAddress(sameRegister ? "tmp" : name(instruction.r2), Int64(instruction.y), to: &out)
        default:
            preconditionFailure("\(instruction.opcode.mnemonic) is marked special but has no text")
        }
    }

    private func appendDestination(_ register: Register, _ width: Width, to out: inout String) {
        if width == .narrow && instructionSet.is64Bit { out += "i32 " }
        out += name(register)
        out += " = "
    }

    /// A load's or store's memory operand, with the base register if its format has one.
    private func appendMemory(
        _ access: Access, _ instruction: Instruction, base: Register, to out: inout String
    ) {
        out += access.rawValue
        out += " "
        if instruction.opcode.format == .registerRegisterImmediate {
            appendAddress(name(base), instruction.x, to: &out)
        } else {
            out += "["
            appendHex(instruction.x, to: &out)
            out += "]"
        }
    }

    private func appendAddress(_ base: String, _ offset: Int64, to out: inout String) {
        out += "["
        out += base
        if offset != 0 || prefersUnaliased {
            out += " + "
            appendHex(offset, to: &out)
        }
        out += "]"
    }

    /// An immediate as the registers see it: sign extended to their width.
    private func appendHex(_ value: Int64, to out: inout String) {
        if value == 0 {
            out += "0"
            return
        }
        out += "0x"
        if instructionSet.is64Bit {
            out += String(UInt64(bitPattern: value), radix: 16)
        } else {
            out += String(UInt32(truncatingIfNeeded: value), radix: 16)
        }
    }

    private func name(_ register: Register) -> String {
        usesPlainNames ? "r\(register.rawValue)" : register.name
    }
}

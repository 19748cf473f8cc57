// Executing instructions, one after the other, from the table of opcodes.

#include "cpu.h"

#include "opcodes.h"

// MARK: Memory

static uint8_t read_byte(cpu *cpu, uint16_t address) { return cpu->read(cpu, address); }
static void write_byte(cpu *cpu, uint16_t address, uint8_t value) { cpu->write(cpu, address, value); }

static uint16_t read_word(cpu *cpu, uint16_t address) {
    const uint8_t low = read_byte(cpu, address);
    return low | read_byte(cpu, address + 1) << 8;
}

// A pointer in memory: its second byte is in the same page as the first, even if that is the last of it.
static uint16_t read_pointer(cpu *cpu, uint16_t address) {
    const uint8_t low = read_byte(cpu, address);
    return low | read_byte(cpu, (address & 0xff00) | (uint8_t)(address + 1)) << 8;
}

static void push(cpu *cpu, uint8_t value) { write_byte(cpu, 0x100 | cpu->s--, value); }
static uint8_t pull(cpu *cpu) { return read_byte(cpu, 0x100 | ++cpu->s); }

static void push_word(cpu *cpu, uint16_t value) {
    push(cpu, value >> 8);
    push(cpu, (uint8_t)value);
}

static uint16_t pull_word(cpu *cpu) {
    const uint8_t low = pull(cpu);
    return low | pull(cpu) << 8;
}

// MARK: Operands

typedef struct {
    uint16_t address;
    bool is_other_page;  // than the address before the index was added
} operand;

static operand indexed(uint16_t base, uint8_t index) {
    const uint16_t address = base + index;
    return (operand){address, (address ^ base) & 0xff00};
}

// Finds the operand, and moves the program counter behind it.
static operand take_operand(cpu *cpu, enum mode mode) {
    const uint16_t at = cpu->pc;
    switch (mode) {
    case IMPLIED:
    case ACCUMULATOR: return (operand){0, false};
    case IMMEDIATE: cpu->pc += 1; return (operand){at, false};
    case RELATIVE: {
        cpu->pc += 1;
        const uint16_t target = cpu->pc + (int8_t)read_byte(cpu, at);
        return (operand){target, (target ^ cpu->pc) & 0xff00};
    }
    // In page zero an index leads around within it.
    case ZERO_PAGE: cpu->pc += 1; return (operand){read_byte(cpu, at), false};
    case ZERO_X: cpu->pc += 1; return (operand){(uint8_t)(read_byte(cpu, at) + cpu->x), false};
    case ZERO_Y: cpu->pc += 1; return (operand){(uint8_t)(read_byte(cpu, at) + cpu->y), false};
    case ABSOLUTE: cpu->pc += 2; return (operand){read_word(cpu, at), false};
    case ABSOLUTE_X: cpu->pc += 2; return indexed(read_word(cpu, at), cpu->x);
    case ABSOLUTE_Y: cpu->pc += 2; return indexed(read_word(cpu, at), cpu->y);
    case INDIRECT: cpu->pc += 2; return (operand){read_pointer(cpu, read_word(cpu, at)), false};
    case INDIRECT_X: cpu->pc += 1; return (operand){read_pointer(cpu, (uint8_t)(read_byte(cpu, at) + cpu->x)), false};
    case INDIRECT_Y: cpu->pc += 1; return indexed(read_pointer(cpu, read_byte(cpu, at)), cpu->y);
    }
}

// MARK: Operations

static void set_flag(cpu *cpu, enum flag flag, bool is_set) { cpu->p = is_set ? cpu->p | flag : cpu->p & ~flag; }

static uint8_t set_result(cpu *cpu, uint8_t value) {
    set_flag(cpu, ZERO, value == 0);
    set_flag(cpu, NEGATIVE, value & 0x80);
    return value;
}

// Subtracting is adding the complement: the carry is what has not been borrowed.
static void add(cpu *cpu, uint8_t value) {
    const unsigned sum = cpu->a + value + (cpu->p & CARRY);
    set_flag(cpu, CARRY, sum > 0xff);
    // Two numbers of one sign gave one of the other.
    set_flag(cpu, OVERFLOWN, ~(cpu->a ^ value) & (cpu->a ^ sum) & 0x80);
    cpu->a = set_result(cpu, (uint8_t)sum);
}

static void compare(cpu *cpu, uint8_t left, uint8_t right) {
    set_flag(cpu, CARRY, left >= right);
    set_result(cpu, left - right);
}

static uint8_t shifted(cpu *cpu, enum operation operation, uint8_t value) {
    const uint8_t carry = cpu->p & CARRY;
    set_flag(cpu, CARRY, operation == ASL || operation == ROL ? value & 0x80 : value & 0x01);
    switch (operation) {
    case ASL: return set_result(cpu, value << 1);
    case LSR: return set_result(cpu, value >> 1);
    case ROL: return set_result(cpu, value << 1 | carry);
    default: return set_result(cpu, value >> 1 | carry << 7);
    }
}

static void branch(cpu *cpu, operand operand, bool is_taken) {
    if (!is_taken) return;
    cpu->cycles += operand.is_other_page ? 2 : 1;
    cpu->pc = operand.address;
}

static void interrupt(cpu *cpu, enum vector vector, uint8_t pushed_flags) {
    push_word(cpu, cpu->pc);
    push(cpu, pushed_flags);
    cpu->p |= INTERRUPTS_OFF;
    cpu->pc = read_word(cpu, vector);
}

static uint8_t load(cpu *cpu, operand operand) {
    if (operand.is_other_page) cpu->cycles += 1;
    return read_byte(cpu, operand.address);
}

static void modify(cpu *cpu, enum operation operation, bool is_accumulator, uint16_t address) {
    if (is_accumulator) {
        cpu->a = shifted(cpu, operation, cpu->a);
        return;
    }
    const uint8_t value = read_byte(cpu, address);
    const uint8_t result = operation == INC   ? set_result(cpu, value + 1)
                           : operation == DEC ? set_result(cpu, value - 1)
                                              : shifted(cpu, operation, value);
    write_byte(cpu, address, result);
}

static void execute(cpu *cpu, opcode opcode, operand operand) {
    const uint8_t p = cpu->p;
    switch (opcode.operation) {
    case LDA: cpu->a = set_result(cpu, load(cpu, operand)); break;
    case LDX: cpu->x = set_result(cpu, load(cpu, operand)); break;
    case LDY: cpu->y = set_result(cpu, load(cpu, operand)); break;
    case STA: write_byte(cpu, operand.address, cpu->a); break;
    case STX: write_byte(cpu, operand.address, cpu->x); break;
    case STY: write_byte(cpu, operand.address, cpu->y); break;

    case TAX: cpu->x = set_result(cpu, cpu->a); break;
    case TAY: cpu->y = set_result(cpu, cpu->a); break;
    case TSX: cpu->x = set_result(cpu, cpu->s); break;
    case TXA: cpu->a = set_result(cpu, cpu->x); break;
    case TXS: cpu->s = cpu->x; break;
    case TYA: cpu->a = set_result(cpu, cpu->y); break;

    case PHA: push(cpu, cpu->a); break;
    case PHP: push(cpu, p | BREAK); break;
    case PLA: cpu->a = set_result(cpu, pull(cpu)); break;
    case PLP: cpu->p = (pull(cpu) & ~BREAK) | ALWAYS; break;

    case AND: cpu->a = set_result(cpu, cpu->a & load(cpu, operand)); break;
    case ORA: cpu->a = set_result(cpu, cpu->a | load(cpu, operand)); break;
    case EOR: cpu->a = set_result(cpu, cpu->a ^ load(cpu, operand)); break;
    case BIT: {
        const uint8_t value = load(cpu, operand);
        set_flag(cpu, ZERO, (cpu->a & value) == 0);
        cpu->p = (cpu->p & ~(NEGATIVE | OVERFLOWN)) | (value & (NEGATIVE | OVERFLOWN));
        break;
    }
    case ADC: add(cpu, load(cpu, operand)); break;
    case SBC: add(cpu, ~load(cpu, operand)); break;
    case CMP: compare(cpu, cpu->a, load(cpu, operand)); break;
    case CPX: compare(cpu, cpu->x, load(cpu, operand)); break;
    case CPY: compare(cpu, cpu->y, load(cpu, operand)); break;

    case ASL:
    case LSR:
    case ROL:
    case ROR:
    case INC:
    case DEC: modify(cpu, opcode.operation, opcode.mode == ACCUMULATOR, operand.address); break;
    case INX: cpu->x = set_result(cpu, cpu->x + 1); break;
    case INY: cpu->y = set_result(cpu, cpu->y + 1); break;
    case DEX: cpu->x = set_result(cpu, cpu->x - 1); break;
    case DEY: cpu->y = set_result(cpu, cpu->y - 1); break;

    case BCC: branch(cpu, operand, !(p & CARRY)); break;
    case BCS: branch(cpu, operand, p & CARRY); break;
    case BEQ: branch(cpu, operand, p & ZERO); break;
    case BNE: branch(cpu, operand, !(p & ZERO)); break;
    case BMI: branch(cpu, operand, p & NEGATIVE); break;
    case BPL: branch(cpu, operand, !(p & NEGATIVE)); break;
    case BVC: branch(cpu, operand, !(p & OVERFLOWN)); break;
    case BVS: branch(cpu, operand, p & OVERFLOWN); break;

    case JMP: cpu->pc = operand.address; break;
    // The address that is pushed is that of the last byte of JSR, and RTS adds one.
    case JSR:
        push_word(cpu, cpu->pc - 1);
        cpu->pc = operand.address;
        break;
    case RTS: cpu->pc = pull_word(cpu) + 1; break;
    // BRK has a byte behind it that nobody looks at.
    case BRK:
        cpu->pc += 1;
        interrupt(cpu, IRQ_VECTOR, p | BREAK);
        break;
    case RTI:
        cpu->p = (pull(cpu) & ~BREAK) | ALWAYS;
        cpu->pc = pull_word(cpu);
        break;

    case CLC: set_flag(cpu, CARRY, false); break;
    case CLD: set_flag(cpu, DECIMAL, false); break;
    case CLI: set_flag(cpu, INTERRUPTS_OFF, false); break;
    case CLV: set_flag(cpu, OVERFLOWN, false); break;
    case SEC: set_flag(cpu, CARRY, true); break;
    case SED: set_flag(cpu, DECIMAL, true); break;
    case SEI: set_flag(cpu, INTERRUPTS_OFF, true); break;
    case NOP: break;
    }
}

bool cpu_step(cpu *cpu) {
    const opcode opcode = opcodes[read_byte(cpu, cpu->pc)];
    if (opcode.operation == NOT_DOCUMENTED) return false;
    cpu->pc += 1;
    cpu->cycles += opcode.cycles;
    execute(cpu, opcode, take_operand(cpu, opcode.mode));
    return true;
}

// MARK: Beginnings and interrupts

void cpu_reset(cpu *cpu) {
    cpu->a = cpu->x = cpu->y = 0;
    cpu->s = 0xfd;
    cpu->p = ALWAYS | INTERRUPTS_OFF;
    cpu->pc = read_word(cpu, RESET_VECTOR);
    cpu->cycles += 7;
}

void cpu_nmi(cpu *cpu) {
    cpu->cycles += 7;
    interrupt(cpu, NMI_VECTOR, cpu->p);
}

void cpu_irq(cpu *cpu) {
    if (cpu->p & INTERRUPTS_OFF) return;
    cpu->cycles += 7;
    interrupt(cpu, IRQ_VECTOR, cpu->p);
}

// The processor of the NES: a 6502 without decimal arithmetic.

#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

// The bits of the status register, N V - B D I Z C.
enum flag {
    CARRY = 0x01,
    ZERO = 0x02,
    INTERRUPTS_OFF = 0x04,
    DECIMAL = 0x08,  // can be set, and means nothing
    BREAK = 0x10,    // only in what BRK and PHP put on the stack
    ALWAYS = 0x20,
    OVERFLOWN = 0x40,
    NEGATIVE = 0x80,
};

// Where the processor finds the address to go on at.
enum vector { NMI_VECTOR = 0xfffa, RESET_VECTOR = 0xfffc, IRQ_VECTOR = 0xfffe };

typedef struct cpu cpu;
struct cpu {
    uint16_t pc;
    uint8_t a, x, y, s, p;
    uint64_t cycles;
    // What is connected to the processor.
    uint8_t (*read)(cpu *cpu, uint16_t address);
    void (*write)(cpu *cpu, uint16_t address, uint8_t value);
};

// Begins at the address in the reset vector.
void cpu_reset(cpu *cpu);

// Executes one instruction. Returns false, and changes nothing, at an opcode that is not documented.
bool cpu_step(cpu *cpu);

// Interrupts: the second is not heard while interrupts are off.
void cpu_nmi(cpu *cpu);
void cpu_irq(cpu *cpu);

#endif

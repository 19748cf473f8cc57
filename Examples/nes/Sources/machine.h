// A machine around the processor: memory, a console, a picture.
//
// | address | |
// | --- | --- |
// | $0000 to $7fff | memory; the picture is $0400 to $07ff, a byte for each of 32 x 32 pixels, dark if it is 0 |
// | $8000 to $ffff | the program; writing does nothing there but at these: |
// | $d000 | writing prints a character |
// | $d001 | writing ends the program with a status |
// | $d002 | writing prints the picture |

#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>

#include "cpu.h"

enum { PROGRAM_START = 0x8000, LONGEST_PROGRAM = 0x8000 };

typedef struct machine {
    cpu cpu;  // first, so that a pointer to it is one to the machine
    uint8_t memory[0x10000];
    bool has_ended;
    uint8_t status;
    void (*print)(const char *bytes, size_t count);
} machine;

// Loads a program, which begins with its first byte; one that reaches to the last six bytes of the 32 KiB says there
// where it begins and where interrupts go.
void machine_load(machine *machine, const uint8_t *program, size_t count);

// Runs until the program ends. Returns false if it came to an undocumented opcode; the program counter is there.
bool machine_run(machine *machine);

// Two programs in one: the primes below 256, and a pattern.
extern const uint8_t program[];
extern const size_t program_count;

#endif

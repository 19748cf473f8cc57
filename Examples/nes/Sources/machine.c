// What is connected to the processor.

#include "machine.h"

#include <string.h>

enum { CONSOLE = 0xd000, END = 0xd001, SHOW = 0xd002, PICTURE = 0x0400, SIDE = 32 };

static uint8_t read(cpu *cpu, uint16_t address) { return ((machine *)cpu)->memory[address]; }

// Two rows of pixels are one line of text: a character has an upper and a lower half.
static void print_picture(machine *machine) {
    static const char *const halves[] = {" ", "▀", "▄", "█"};
    for (int y = 0; y < SIDE; y += 2) {
        char line[SIDE * 3 + 1];
        size_t count = 0;
        for (int x = 0; x < SIDE; x++) {
            const uint8_t *pixel = &machine->memory[PICTURE + y * SIDE + x];
            const char *half = halves[(pixel[0] != 0) + 2 * (pixel[SIDE] != 0)];
            memcpy(line + count, half, strlen(half));
            count += strlen(half);
        }
        while (count > 0 && line[count - 1] == ' ') count--;
        line[count++] = '\n';
        machine->print(line, count);
    }
}

static void write(cpu *cpu, uint16_t address, uint8_t value) {
    machine *machine = (struct machine *)cpu;
    if (address < PROGRAM_START) machine->memory[address] = value;
    if (address == CONSOLE) machine->print((const char *)&value, 1);
    if (address == SHOW) print_picture(machine);
    if (address == END) {
        machine->status = value;
        machine->has_ended = true;
    }
}

void machine_load(machine *machine, const uint8_t *program, size_t count) {
    memset(machine->memory, 0, sizeof machine->memory);
    memcpy(machine->memory + PROGRAM_START, program, count);
    if (count <= NMI_VECTOR - PROGRAM_START) machine->memory[RESET_VECTOR + 1] = PROGRAM_START >> 8;
    machine->has_ended = false;
    machine->cpu = (cpu){.read = read, .write = write};
    cpu_reset(&machine->cpu);
}

bool machine_run(machine *machine) {
    while (!machine->has_ended) {
        if (!cpu_step(&machine->cpu)) return false;
    }
    return true;
}

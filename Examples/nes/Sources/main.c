// Runs the program that is built in, or one from standard input.

#include <pvm.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

// Exit statuses as sysexits.h has them.
enum { USAGE = 64, BAD_DATA = 65 };

static machine the_machine;

static void print(const char *bytes, size_t count) { fwrite(bytes, 1, count, stdout); }

int main(int argc, char **argv) {
    static uint8_t input[LONGEST_PROGRAM + 1];
    const uint8_t *bytes = program;
    size_t count = program_count;
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "-") != 0)) {
        fputs("usage: pvm run . [-- -]\n  -  run the program on standard input, which is loaded to $8000\n", stderr);
        return USAGE;
    }
    if (argc == 2) {
        bytes = input;
        count = fread(input, 1, sizeof input, stdin);
        if (count == 0 || count > LONGEST_PROGRAM) {
            fprintf(stderr, "nes: a program has 1 to %d bytes, found %s\n", LONGEST_PROGRAM, count ? "more" : "none");
            return BAD_DATA;
        }
    }
    the_machine.print = print;
    machine_load(&the_machine, bytes, count);
    if (!machine_run(&the_machine)) {
        const uint16_t pc = the_machine.cpu.pc;
        fprintf(stderr, "nes: opcode $%02x at $%04x is not documented\n", the_machine.memory[pc], pc);
        return BAD_DATA;
    }
    printf("%llu cycles\n", (unsigned long long)the_machine.cpu.cycles);
    return the_machine.status;
}

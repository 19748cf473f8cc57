// The 151 documented opcodes: what each does, where its operand is, and how many cycles it takes.
//
// Some take more: a cycle if reading with an index leads to another page than without, a cycle for a branch that is
// taken, and one more if that leads to another page.

#ifndef OPCODES_H
#define OPCODES_H

#include <stdint.h>

enum operation {
    NOT_DOCUMENTED,
    ADC, AND, ASL, BCC, BCS, BEQ, BIT, BMI, BNE, BPL, BRK, BVC, BVS, CLC, CLD, CLI, CLV, CMP, CPX,
    CPY, DEC, DEX, DEY, EOR, INC, INX, INY, JMP, JSR, LDA, LDX, LDY, LSR, NOP, ORA, PHA, PHP, PLA,
    PLP, ROL, ROR, RTI, RTS, SBC, SEC, SED, SEI, STA, STX, STY, TAX, TAY, TSX, TXA, TXS, TYA,
};

enum mode {
    IMPLIED,
    ACCUMULATOR,
    IMMEDIATE,   // #n
    RELATIVE,    // of branches
    ZERO_PAGE,   // n
    ZERO_X,      // n,X
    ZERO_Y,      // n,Y
    ABSOLUTE,    // nn
    ABSOLUTE_X,  // nn,X
    ABSOLUTE_Y,  // nn,Y
    INDIRECT,    // (nn)
    INDIRECT_X,  // (n,X)
    INDIRECT_Y,  // (n),Y
};

typedef struct {
    uint8_t operation, mode, cycles;
} opcode;

static const opcode opcodes[256] = {
    [0x69] = {ADC, IMMEDIATE, 2},  [0x65] = {ADC, ZERO_PAGE, 3},  [0x75] = {ADC, ZERO_X, 4},
    [0x6d] = {ADC, ABSOLUTE, 4},   [0x7d] = {ADC, ABSOLUTE_X, 4}, [0x79] = {ADC, ABSOLUTE_Y, 4},
    [0x61] = {ADC, INDIRECT_X, 6}, [0x71] = {ADC, INDIRECT_Y, 5},
    [0x29] = {AND, IMMEDIATE, 2},  [0x25] = {AND, ZERO_PAGE, 3},  [0x35] = {AND, ZERO_X, 4},
    [0x2d] = {AND, ABSOLUTE, 4},   [0x3d] = {AND, ABSOLUTE_X, 4}, [0x39] = {AND, ABSOLUTE_Y, 4},
    [0x21] = {AND, INDIRECT_X, 6}, [0x31] = {AND, INDIRECT_Y, 5},
    [0x0a] = {ASL, ACCUMULATOR, 2}, [0x06] = {ASL, ZERO_PAGE, 5}, [0x16] = {ASL, ZERO_X, 6},
    [0x0e] = {ASL, ABSOLUTE, 6},   [0x1e] = {ASL, ABSOLUTE_X, 7},
    [0x90] = {BCC, RELATIVE, 2},   [0xb0] = {BCS, RELATIVE, 2},   [0xf0] = {BEQ, RELATIVE, 2},
    [0x24] = {BIT, ZERO_PAGE, 3},  [0x2c] = {BIT, ABSOLUTE, 4},
    [0x30] = {BMI, RELATIVE, 2},   [0xd0] = {BNE, RELATIVE, 2},   [0x10] = {BPL, RELATIVE, 2},
    [0x00] = {BRK, IMPLIED, 7},
    [0x50] = {BVC, RELATIVE, 2},   [0x70] = {BVS, RELATIVE, 2},
    [0x18] = {CLC, IMPLIED, 2},    [0xd8] = {CLD, IMPLIED, 2},    [0x58] = {CLI, IMPLIED, 2},
    [0xb8] = {CLV, IMPLIED, 2},
    [0xc9] = {CMP, IMMEDIATE, 2},  [0xc5] = {CMP, ZERO_PAGE, 3},  [0xd5] = {CMP, ZERO_X, 4},
    [0xcd] = {CMP, ABSOLUTE, 4},   [0xdd] = {CMP, ABSOLUTE_X, 4}, [0xd9] = {CMP, ABSOLUTE_Y, 4},
    [0xc1] = {CMP, INDIRECT_X, 6}, [0xd1] = {CMP, INDIRECT_Y, 5},
    [0xe0] = {CPX, IMMEDIATE, 2},  [0xe4] = {CPX, ZERO_PAGE, 3},  [0xec] = {CPX, ABSOLUTE, 4},
    [0xc0] = {CPY, IMMEDIATE, 2},  [0xc4] = {CPY, ZERO_PAGE, 3},  [0xcc] = {CPY, ABSOLUTE, 4},
    [0xc6] = {DEC, ZERO_PAGE, 5},  [0xd6] = {DEC, ZERO_X, 6},     [0xce] = {DEC, ABSOLUTE, 6},
    [0xde] = {DEC, ABSOLUTE_X, 7}, [0xca] = {DEX, IMPLIED, 2},    [0x88] = {DEY, IMPLIED, 2},
    [0x49] = {EOR, IMMEDIATE, 2},  [0x45] = {EOR, ZERO_PAGE, 3},  [0x55] = {EOR, ZERO_X, 4},
    [0x4d] = {EOR, ABSOLUTE, 4},   [0x5d] = {EOR, ABSOLUTE_X, 4}, [0x59] = {EOR, ABSOLUTE_Y, 4},
    [0x41] = {EOR, INDIRECT_X, 6}, [0x51] = {EOR, INDIRECT_Y, 5},
    [0xe6] = {INC, ZERO_PAGE, 5},  [0xf6] = {INC, ZERO_X, 6},     [0xee] = {INC, ABSOLUTE, 6},
    [0xfe] = {INC, ABSOLUTE_X, 7}, [0xe8] = {INX, IMPLIED, 2},    [0xc8] = {INY, IMPLIED, 2},
    [0x4c] = {JMP, ABSOLUTE, 3},   [0x6c] = {JMP, INDIRECT, 5},   [0x20] = {JSR, ABSOLUTE, 6},
    [0xa9] = {LDA, IMMEDIATE, 2},  [0xa5] = {LDA, ZERO_PAGE, 3},  [0xb5] = {LDA, ZERO_X, 4},
    [0xad] = {LDA, ABSOLUTE, 4},   [0xbd] = {LDA, ABSOLUTE_X, 4}, [0xb9] = {LDA, ABSOLUTE_Y, 4},
    [0xa1] = {LDA, INDIRECT_X, 6}, [0xb1] = {LDA, INDIRECT_Y, 5},
    [0xa2] = {LDX, IMMEDIATE, 2},  [0xa6] = {LDX, ZERO_PAGE, 3},  [0xb6] = {LDX, ZERO_Y, 4},
    [0xae] = {LDX, ABSOLUTE, 4},   [0xbe] = {LDX, ABSOLUTE_Y, 4},
    [0xa0] = {LDY, IMMEDIATE, 2},  [0xa4] = {LDY, ZERO_PAGE, 3},  [0xb4] = {LDY, ZERO_X, 4},
    [0xac] = {LDY, ABSOLUTE, 4},   [0xbc] = {LDY, ABSOLUTE_X, 4},
    [0x4a] = {LSR, ACCUMULATOR, 2}, [0x46] = {LSR, ZERO_PAGE, 5}, [0x56] = {LSR, ZERO_X, 6},
    [0x4e] = {LSR, ABSOLUTE, 6},   [0x5e] = {LSR, ABSOLUTE_X, 7},
    [0xea] = {NOP, IMPLIED, 2},
    [0x09] = {ORA, IMMEDIATE, 2},  [0x05] = {ORA, ZERO_PAGE, 3},  [0x15] = {ORA, ZERO_X, 4},
    [0x0d] = {ORA, ABSOLUTE, 4},   [0x1d] = {ORA, ABSOLUTE_X, 4}, [0x19] = {ORA, ABSOLUTE_Y, 4},
    [0x01] = {ORA, INDIRECT_X, 6}, [0x11] = {ORA, INDIRECT_Y, 5},
    [0x48] = {PHA, IMPLIED, 3},    [0x08] = {PHP, IMPLIED, 3},    [0x68] = {PLA, IMPLIED, 4},
    [0x28] = {PLP, IMPLIED, 4},
    [0x2a] = {ROL, ACCUMULATOR, 2}, [0x26] = {ROL, ZERO_PAGE, 5}, [0x36] = {ROL, ZERO_X, 6},
    [0x2e] = {ROL, ABSOLUTE, 6},   [0x3e] = {ROL, ABSOLUTE_X, 7},
    [0x6a] = {ROR, ACCUMULATOR, 2}, [0x66] = {ROR, ZERO_PAGE, 5}, [0x76] = {ROR, ZERO_X, 6},
    [0x6e] = {ROR, ABSOLUTE, 6},   [0x7e] = {ROR, ABSOLUTE_X, 7},
    [0x40] = {RTI, IMPLIED, 6},    [0x60] = {RTS, IMPLIED, 6},
    [0xe9] = {SBC, IMMEDIATE, 2},  [0xe5] = {SBC, ZERO_PAGE, 3},  [0xf5] = {SBC, ZERO_X, 4},
    [0xed] = {SBC, ABSOLUTE, 4},   [0xfd] = {SBC, ABSOLUTE_X, 4}, [0xf9] = {SBC, ABSOLUTE_Y, 4},
    [0xe1] = {SBC, INDIRECT_X, 6}, [0xf1] = {SBC, INDIRECT_Y, 5},
    [0x38] = {SEC, IMPLIED, 2},    [0xf8] = {SED, IMPLIED, 2},    [0x78] = {SEI, IMPLIED, 2},
    [0x85] = {STA, ZERO_PAGE, 3},  [0x95] = {STA, ZERO_X, 4},     [0x8d] = {STA, ABSOLUTE, 4},
    [0x9d] = {STA, ABSOLUTE_X, 5}, [0x99] = {STA, ABSOLUTE_Y, 5}, [0x81] = {STA, INDIRECT_X, 6},
    [0x91] = {STA, INDIRECT_Y, 6},
    [0x86] = {STX, ZERO_PAGE, 3},  [0x96] = {STX, ZERO_Y, 4},     [0x8e] = {STX, ABSOLUTE, 4},
    [0x84] = {STY, ZERO_PAGE, 3},  [0x94] = {STY, ZERO_X, 4},     [0x8c] = {STY, ABSOLUTE, 4},
    [0xaa] = {TAX, IMPLIED, 2},    [0xa8] = {TAY, IMPLIED, 2},    [0xba] = {TSX, IMPLIED, 2},
    [0x8a] = {TXA, IMPLIED, 2},    [0x9a] = {TXS, IMPLIED, 2},    [0x98] = {TYA, IMPLIED, 2},
};

#endif

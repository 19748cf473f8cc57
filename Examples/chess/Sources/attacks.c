// The tables of attacks, and sliding pieces, which the first piece in their way stops.

#include "attacks.h"

static attack_tables tables;

// The square some steps away, NO_SQUARE beyond the edge.
static int step(int square, int files, int ranks) {
    const int file = square % 8 + files, rank = square / 8 + ranks;
    return file < 0 || file > 7 || rank < 0 || rank > 7 ? NO_SQUARE : rank * 8 + file;
}

static square_set set_of_step(int square, int files, int ranks) {
    const int target = step(square, files, ranks);
    return target == NO_SQUARE ? 0 : bit(target);
}

static void fill_rays(int square) {
    static const int8_t files[8] = {0, 1, 1, -1, 0, -1, -1, 1}, ranks[8] = {1, 0, 1, 1, -1, 0, -1, -1};
    for (int direction = 0; direction < 8; direction++) {
        square_set passed = 0;
        for (int at = step(square, files[direction], ranks[direction]); at != NO_SQUARE;
             at = step(at, files[direction], ranks[direction])) {
            tables.between[square][at] = passed;
            passed |= bit(at);
        }
        tables.rays[direction][square] = passed;
    }
}

static void fill_lines(int square) {
    for (int direction = 0; direction < 4; direction++) {
        const square_set line =
            tables.rays[direction][square] | tables.rays[direction + 4][square] | bit(square);
        for (square_set others = line & ~bit(square); others;) tables.line[square][take_square(&others)] = line;
    }
}

static void fill_steps(int square) {
    static const int8_t files[8] = {1, 2, 2, 1, -1, -2, -2, -1}, ranks[8] = {2, 1, -1, -2, -2, -1, 1, 2};
    for (int jump = 0; jump < 8; jump++) tables.knight[square] |= set_of_step(square, files[jump], ranks[jump]);
    for (int rank = -1; rank <= 1; rank++) {
        for (int file = -1; file <= 1; file++) {
            if (file || rank) tables.king[square] |= set_of_step(square, file, rank);
        }
    }
    tables.pawn[WHITE][square] = set_of_step(square, -1, 1) | set_of_step(square, 1, 1);
    tables.pawn[BLACK][square] = set_of_step(square, -1, -1) | set_of_step(square, 1, -1);
}

const attack_tables *attacks(void) {
    static bool is_filled;
    if (!is_filled) {
        for (int square = 0; square < 64; square++) {
            fill_rays(square);
            fill_lines(square);
            fill_steps(square);
        }
        is_filled = true;
    }
    return &tables;
}

// A ray towards higher squares ends at its lowest piece, one towards lower squares at its highest: what lies behind
// that piece is the piece's own ray.
static inline square_set upward(const attack_tables *tables, int direction, int square, square_set occupied) {
    const square_set ray = tables->rays[direction][square], blockers = ray & occupied;
    return blockers ? ray ^ tables->rays[direction][first_square(blockers)] : ray;
}

static inline square_set downward(const attack_tables *tables, int direction, int square, square_set occupied) {
    const square_set ray = tables->rays[direction][square], blockers = ray & occupied;
    return blockers ? ray ^ tables->rays[direction][last_square(blockers)] : ray;
}

square_set bishop_attacks(const attack_tables *tables, int square, square_set occupied) {
    return upward(tables, NORTH_EAST, square, occupied) | upward(tables, NORTH_WEST, square, occupied)
           | downward(tables, SOUTH_WEST, square, occupied) | downward(tables, SOUTH_EAST, square, occupied);
}

square_set rook_attacks(const attack_tables *tables, int square, square_set occupied) {
    return upward(tables, NORTH, square, occupied) | upward(tables, EAST, square, occupied)
           | downward(tables, SOUTH, square, occupied) | downward(tables, WEST, square, occupied);
}

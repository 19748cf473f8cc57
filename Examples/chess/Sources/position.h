// A position of chess as sets of squares, and the moves that are legal in it.

#ifndef POSITION_H
#define POSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A set of squares, one bit each: bit 0 is a1, bit 7 is h1, bit 63 is h8.
typedef uint64_t square_set;

enum side { WHITE, BLACK };
enum kind { PAWN, KNIGHT, BISHOP, ROOK, QUEEN, KING, NO_KIND };
enum { NO_SQUARE = 64 };

// Who may still castle where: bits of `castling`.
enum { WHITE_SHORT = 1, WHITE_LONG = 2, BLACK_SHORT = 4, BLACK_LONG = 8 };

typedef struct {
    square_set of_side[2];
    square_set of_kind[6];
    uint8_t side;        // who moves
    uint8_t castling;
    uint8_t en_passant;  // the square that a pawn has just jumped over, or NO_SQUARE
} position_t;

typedef struct {
    uint8_t from, to;
    uint8_t promotion;  // the kind that a pawn turns into, or NO_KIND
} move;

// More than any position has that can be read, also one that no game leads to: a queen or whatever else has at most 27
// moves, fifteen of them stand beside a king, and a king has 8 and castles to two sides.
enum { MOST_MOVES = 15 * 27 + 8 + 2 };

static inline square_set bit(int square) { return (square_set)1 << square; }
static inline int first_square(square_set set) { return __builtin_ctzll(set); }
static inline int last_square(square_set set) { return 63 - __builtin_clzll(set); }

// Takes a square out of a set that is not empty.
static inline int take_square(square_set *set) {
    const int square = first_square(*set);
    *set &= *set - 1;
    return square;
}

extern const char START_FEN[];

// Reads a position in Forsyth-Edwards notation; the two counters at its end may be missing.
// Returns NULL, or what is wrong with the text, and then the position is not to be used.
const char *position_read(position_t *position, const char *fen);

// Whether a king of one side would be attacked by the other on a square.
bool is_attacked(const position_t *position, int square, enum side by);

// Writes all legal moves, and returns how many there are.
size_t legal_moves(const position_t *position, move moves[MOST_MOVES]);

// Plays a legal move.
void play(position_t *position, move move);

// How many ways there are to play so many moves.
uint64_t count_games(const position_t *position, unsigned depth);

// A move as engines write it, "e7e8q"; the text is valid until the next call.
const char *move_text(move move);

#endif

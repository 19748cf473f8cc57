// Which squares a piece attacks.

#ifndef ATTACKS_H
#define ATTACKS_H

#include "position.h"

enum direction { NORTH, EAST, NORTH_EAST, NORTH_WEST, SOUTH, WEST, SOUTH_WEST, SOUTH_EAST };

typedef struct {
    square_set rays[8][64];      // all squares from one to the edge, in a direction
    square_set knight[64];
    square_set king[64];
    square_set pawn[2][64];      // what a pawn of a side captures
    square_set between[64][64];  // the squares between two on one line, without both; otherwise none
    square_set line[64][64];     // the whole line through two squares; otherwise none
} attack_tables;

// The tables, which the first call computes.
const attack_tables *attacks(void);

square_set bishop_attacks(const attack_tables *tables, int square, square_set occupied);
square_set rook_attacks(const attack_tables *tables, int square, square_set occupied);

#endif

// Perft: how many games of a length there are from a position, the usual test of a generator of moves.

#include <ctype.h>
#include <inttypes.h>
#include <pvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "position.h"

// More would take years, and each takes 2 KiB of stack.
enum { MOST_DEPTH = 15 };

// The number of games from the start of chess.
PVM_EXPORT(uint64_t, perft, uint64_t depth) {
    if (depth > MOST_DEPTH) {
        fprintf(stderr, "perft: a depth of %" PRIu64 " is too much: 0 to %d\n", depth, MOST_DEPTH);
        PVM_TRAP();
    }
    position_t start;
    position_read(&start, START_FEN);
    return count_games(&start, depth);
}

// Prints how many games begin with each move.
static void divide(const position_t *position, unsigned depth) {
    move moves[MOST_MOVES];
    const size_t count = legal_moves(position, moves);
    uint64_t sum = 0;
    for (size_t index = 0; index < count; index++) {
        position_t after = *position;
        play(&after, moves[index]);
        const uint64_t games = count_games(&after, depth - 1);
        printf("%s %" PRIu64 "\n", move_text(moves[index]), games);
        sum += games;
    }
    printf("%" PRIu64 " games in all\n", sum);
}

// Exit statuses as sysexits.h has them.
enum { USAGE = 64, BAD_DATA = 65 };

int main(int argc, char **argv) {
    static char line[256];
    if (argc != 3) {
        fputs("usage: pvm run . -- FEN DEPTH\n  FEN    a position, or - to read it from standard input\n"
              "  DEPTH  how many moves to play, 1 to 15\n", stderr);
        return USAGE;
    }
    char *end;
    const unsigned long depth = strtoul(argv[2], &end, 10);
    // Otherwise strtoul also takes a sign, and counts below zero from the other end.
    if (!isdigit((unsigned char)*argv[2]) || *end || depth < 1 || depth > MOST_DEPTH) {
        fprintf(stderr, "chess: the depth must be a number from 1 to %d, found '%s'\n", MOST_DEPTH, argv[2]);
        return USAGE;
    }
    const char *fen = argv[1];
    if (strcmp(fen, "-") == 0) {
        if (!fgets(line, sizeof line, stdin)) {
            fputs("chess: standard input is empty, expected a position\n", stderr);
            return BAD_DATA;
        }
        const size_t length = strcspn(line, "\r\n");
        if (length == sizeof line - 1) {
            fprintf(stderr, "chess: a position has less than %zu characters, found more\n", sizeof line - 1);
            return BAD_DATA;
        }
        line[length] = 0;
        fen = line;
    }
    position_t position;
    const char *problem = position_read(&position, fen);
    if (problem) {
        fprintf(stderr, "chess: '%s' is no position: %s\n", fen, problem);
        return BAD_DATA;
    }
    divide(&position, depth);
    return 0;
}

// Tests: numbers of games that are published, and texts that are no positions.
//
// The first six positions are those of the page "Perft Results" of the Chess Programming Wiki, and the short ones, each
// about one rule, those that Martin Sedlak published for the same purpose. Many programs agree on all of them.

#include <pvm.h>
#include <string.h>

#include "position.h"

static uint64_t games(const char *fen, unsigned depth) {
    position_t position;
    PVM_ASSERT(!position_read(&position, fen));
    return count_games(&position, depth);
}

PVM_TEST(start) {
    PVM_ASSERT(games(START_FEN, 0) == 1);
    PVM_ASSERT(games(START_FEN, 1) == 20);
    PVM_ASSERT(games(START_FEN, 2) == 400);
    PVM_ASSERT(games(START_FEN, 3) == 8902);
    PVM_ASSERT(games(START_FEN, 4) == 197281);
    PVM_ASSERT(games(START_FEN, 5) == 4865609);
}

PVM_TEST(kiwipete) {
    const char fen[] = "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq -";
    PVM_ASSERT(games(fen, 1) == 48);
    PVM_ASSERT(games(fen, 2) == 2039);
    PVM_ASSERT(games(fen, 3) == 97862);
    PVM_ASSERT(games(fen, 4) == 4085603);
}

PVM_TEST(position_3) {
    const char fen[] = "8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1";
    PVM_ASSERT(games(fen, 1) == 14);
    PVM_ASSERT(games(fen, 2) == 191);
    PVM_ASSERT(games(fen, 3) == 2812);
    PVM_ASSERT(games(fen, 4) == 43238);
    PVM_ASSERT(games(fen, 5) == 674624);
}

PVM_TEST(position_4) {
    const char fen[] = "r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1";
    const char mirrored[] = "r2q1rk1/pP1p2pp/Q4n2/bbp1p3/Np6/1B3NBn/pPPP1PPP/R3K2R b KQ - 0 1";
    PVM_ASSERT(games(fen, 1) == 6 && games(mirrored, 1) == 6);
    PVM_ASSERT(games(fen, 2) == 264 && games(mirrored, 2) == 264);
    PVM_ASSERT(games(fen, 3) == 9467 && games(mirrored, 3) == 9467);
    PVM_ASSERT(games(fen, 4) == 422333 && games(mirrored, 4) == 422333);
}

PVM_TEST(position_5) {
    const char fen[] = "rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8";
    PVM_ASSERT(games(fen, 1) == 44);
    PVM_ASSERT(games(fen, 2) == 1486);
    PVM_ASSERT(games(fen, 3) == 62379);
    PVM_ASSERT(games(fen, 4) == 2103487);
}

PVM_TEST(position_6) {
    const char fen[] = "r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - - 0 10";
    PVM_ASSERT(games(fen, 1) == 46);
    PVM_ASSERT(games(fen, 2) == 2079);
    PVM_ASSERT(games(fen, 3) == 89890);
    PVM_ASSERT(games(fen, 4) == 3894594);
}

PVM_TEST(en_passant) {
    // Captures that would leave a check along the rank, along a diagonal; and one that gives check.
    PVM_ASSERT(games("3k4/3p4/8/K1P4r/8/8/8/8 b - - 0 1", 6) == 1134888);
    PVM_ASSERT(games("8/8/4k3/8/2p5/8/B2P2K1/8 w - - 0 1", 6) == 1015133);
    PVM_ASSERT(games("8/8/1k6/2b5/2pP4/8/5K2/8 b - d3 0 1", 6) == 1440467);
}

PVM_TEST(castling) {
    PVM_ASSERT(games("5k2/8/8/8/8/8/8/4K2R w K - 0 1", 6) == 661072);
    PVM_ASSERT(games("3k4/8/8/8/8/8/8/R3K3 w Q - 0 1", 6) == 803711);
    PVM_ASSERT(games("r3k2r/1b4bq/8/8/8/8/7B/R3K2R w KQkq - 0 1", 4) == 1274206);
    PVM_ASSERT(games("r3k2r/8/3Q4/8/8/5q2/8/R3K2R b KQkq - 0 1", 4) == 1720476);
}

PVM_TEST(promotion) {
    PVM_ASSERT(games("4k3/1P6/8/8/8/8/K7/8 w - - 0 1", 6) == 217342);
    PVM_ASSERT(games("8/P1k5/K7/8/8/8/8/8 w - - 0 1", 6) == 92683);
    PVM_ASSERT(games("2K2r2/4P3/8/8/8/8/8/3k4 w - - 0 1", 5) == 266199);
}

PVM_TEST(discovered_check_and_mate) {
    PVM_ASSERT(games("8/8/1P2K3/8/2n5/1q6/8/5k2 b - - 0 1", 5) == 1004658);
    PVM_ASSERT(games("K1k5/8/P7/8/8/8/8/8 w - - 0 1", 6) == 2217);
    PVM_ASSERT(games("8/k1P5/8/1K6/8/8/8/8 w - - 0 1", 7) == 567584);
    PVM_ASSERT(games("8/8/2k5/5q2/5n2/8/5K2/8 b - - 0 1", 4) == 23527);
}

// More moves than a game can lead to: fifteen queens. python-chess counts them as well.
PVM_TEST(many_moves) {
    PVM_ASSERT(games("1Q5Q/3Q1Q2/k7/2Q3Q1/4Q3/K1Q4Q/Q4Q1Q/1Q1Q3Q w - -", 1) == 225);
}

static bool refuses(const char *fen, const char *word) {
    position_t position;
    const char *problem = position_read(&position, fen);
    return problem && strstr(problem, word);
}

PVM_TEST(bad_positions) {
    PVM_ASSERT(refuses("", "fewer than 8 squares"));
    PVM_ASSERT(refuses("8/8/8/8/8/8/8 w - -", "fewer than 8 ranks"));
    PVM_ASSERT(refuses("8/8/8/8/8/8/8/8/8 w - -", "more than 8 ranks"));
    PVM_ASSERT(refuses("9/8/8/8/8/8/8/8 w - -", "no piece"));
    PVM_ASSERT(refuses("8p/8/8/8/8/8/8/8 w - -", "more than 8 squares"));
    PVM_ASSERT(refuses("8/8/8/8/8/8/8/K7 w - -", "one king"));
    PVM_ASSERT(refuses("P6k/8/8/8/8/8/8/K7 w - -", "a pawn"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7", "w or b"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 white - -", "w or b"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w", "third field"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w K -", "not at home"));
    PVM_ASSERT(refuses("4k2r/8/8/8/8/8/8/K7 w kk -", "each once"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w -", "fourth field"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w - e6", "no pawn"));
    PVM_ASSERT(refuses("7k/8/8/4p3/8/8/8/K7 w - e3", "fourth field"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w --", "third field"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w - -0", "fourth field"));
    PVM_ASSERT(refuses("7k/8/8/8/4P3/8/8/K7 b - e30 1", "fourth field"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K7 w - - 0 1 2", "counters"));
    PVM_ASSERT(refuses("7k/8/8/8/8/8/8/K6R w - -", "in check"));
    PVM_ASSERT(games("7k/8/8/8/8/8/8/K7 w - - 0 1", 1) == 3);
}

// Chess: all legal moves, with castling, en passant and promotion, counted down to a depth (perft). The numbers of the well-known
// positions are published, and run(n) compares those of depth n mod 5 with them.

#include "checksum.h"
#include <ctype.h>
#include <string.h>

PVM_MIN_STACK(65536);

// MARK: The board
//
// Sixteen squares a row, of which the left eight are on the board: a square is off it when it has a bit of OFF.

enum { OFF = 0x88, NO_SQUARE = 0x7f };
enum { EMPTY, PAWN, KNIGHT, BISHOP, ROOK, QUEEN, KING, BLACK = 8 };
enum { WHITE_SHORT = 1, WHITE_LONG = 2, BLACK_SHORT = 4, BLACK_LONG = 8 };

static inline int square(int file, int rank) { return rank * 16 + file; }

typedef struct {
    uint8_t squares[128];
    // Of White and of Black.
    uint8_t kings[2];
    bool black_moves;
    uint8_t castling;
    // Where a pawn that has just made two steps can be taken.
    uint8_t en_passant;
} position;

typedef struct { uint8_t from, to, promotion; } move;
typedef struct { move moves[256]; int count; } move_list;

// What a move destroys.
typedef struct { uint8_t captured, captured_at, castling, en_passant; } undo;

static const int8_t knight_steps[] = {-33, -31, -18, -14, 14, 18, 31, 33};
static const int8_t king_steps[] = {-17, -16, -15, -1, 1, 15, 16, 17};
static const int8_t bishop_steps[] = {-17, -15, 15, 17};
static const int8_t rook_steps[] = {-16, -1, 1, 16};

static inline int type_of(int piece) { return piece & 7; }
static inline bool is_black(int piece) { return piece & BLACK; }

// Reads the first four fields of Forsyth-Edwards notation.
static void set_up(position *p, const char *text) {
    static const char letters[] = " pnbrqk";
    memset(p, 0, sizeof *p);
    int file = 0, rank = 7;
    for (; *text != ' '; text++) {
        if (*text == '/') {
            file = 0, rank--;
        } else if (isdigit((unsigned char)*text)) {
            file += *text - '0';
        } else {
            const int type = (int)(strchr(letters, tolower((unsigned char)*text)) - letters);
            const bool black = islower((unsigned char)*text);
            if (type == KING)
                p->kings[black] = (uint8_t)square(file, rank);
            p->squares[square(file++, rank)] = (uint8_t)(type | (black ? BLACK : 0));
        }
    }
    p->black_moves = text[1] == 'b';
    for (text += 3; *text != ' '; text++) {
        const char *right = strchr("KQkq", *text);
        if (right)
            p->castling |= (uint8_t)(1 << (right - strchr("KQkq", 'K')));
    }
    p->en_passant = text[1] == '-' ? NO_SQUARE : (uint8_t)square(text[1] - 'a', text[2] - '1');
}

// MARK: Attacks

static bool is_attacked(const position *p, int at, bool by_black) {
    const int side = by_black ? BLACK : 0;
    // A white pawn attacks from below.
    const int pawns = by_black ? at + 16 : at - 16;
    for (int step = -1; step <= 1; step += 2)
        if (!((pawns + step) & OFF) && p->squares[pawns + step] == (PAWN | side))
            return true;
    for (int i = 0; i < 8; i++) {
        const int knight = at + knight_steps[i], king = at + king_steps[i];
        if (!(knight & OFF) && p->squares[knight] == (KNIGHT | side))
            return true;
        if (!(king & OFF) && p->squares[king] == (KING | side))
            return true;
    }
    for (int i = 0; i < 4; i++) {
        int s = at + bishop_steps[i];
        while (!(s & OFF) && !p->squares[s])
            s += bishop_steps[i];
        if (!(s & OFF) && (p->squares[s] == (BISHOP | side) || p->squares[s] == (QUEEN | side)))
            return true;
        s = at + rook_steps[i];
        while (!(s & OFF) && !p->squares[s])
            s += rook_steps[i];
        if (!(s & OFF) && (p->squares[s] == (ROOK | side) || p->squares[s] == (QUEEN | side)))
            return true;
    }
    return false;
}

// MARK: Moves

static inline void add(move_list *list, int from, int to, int promotion) {
    list->moves[list->count++] = (move){(uint8_t)from, (uint8_t)to, (uint8_t)promotion};
}

static void add_pawn_move(move_list *list, int from, int to) {
    if (to >> 4 == 0 || to >> 4 == 7)
        for (int promotion = KNIGHT; promotion <= QUEEN; promotion++)
            add(list, from, to, promotion);
    else
        add(list, from, to, EMPTY);
}

static void pawn_moves(const position *p, int from, move_list *list) {
    const int forward = p->black_moves ? -16 : 16, first_rank = p->black_moves ? 6 : 1;
    if (!p->squares[from + forward]) {
        add_pawn_move(list, from, from + forward);
        if (from >> 4 == first_rank && !p->squares[from + 2 * forward])
            add(list, from, from + 2 * forward, EMPTY);
    }
    for (int step = -1; step <= 1; step += 2) {
        const int to = from + forward + step;
        if (to & OFF)
            continue;
        const int target = p->squares[to];
        if (to == p->en_passant || (target && is_black(target) != p->black_moves))
            add_pawn_move(list, from, to);
    }
}

static void step_moves(const position *p, int from, const int8_t *steps, int count, bool slides, move_list *list) {
    for (int i = 0; i < count; i++) {
        for (int to = from + steps[i]; !(to & OFF); to += steps[i]) {
            const int target = p->squares[to];
            if (!target || is_black(target) != p->black_moves)
                add(list, from, to, EMPTY);
            if (target || !slides)
                break;
        }
    }
}

// The king may stand on none of the squares that it passes while they are attacked; where it ends is looked at later.
static void castling_moves(const position *p, move_list *list) {
    const int rank = p->black_moves ? 7 : 0, king = square(4, rank);
    const int rights = p->black_moves ? p->castling >> 2 : p->castling;
    if (!(rights & (WHITE_SHORT | WHITE_LONG)) || is_attacked(p, king, !p->black_moves))
        return;
    const uint8_t *row = &p->squares[square(0, rank)];
    if (rights & WHITE_SHORT && !row[5] && !row[6] && !is_attacked(p, king + 1, !p->black_moves))
        add(list, king, king + 2, EMPTY);
    if (rights & WHITE_LONG && !row[1] && !row[2] && !row[3] && !is_attacked(p, king - 1, !p->black_moves))
        add(list, king, king - 2, EMPTY);
}

// All moves that would be legal if the own king could be taken.
static void all_moves(const position *p, move_list *list) {
    list->count = 0;
    for (int from = 0; from < 120; from = from % 16 == 7 ? from + 9 : from + 1) {
        const int piece = p->squares[from];
        if (!piece || is_black(piece) != p->black_moves)
            continue;
        switch (type_of(piece)) {
        case PAWN: pawn_moves(p, from, list); break;
        case KNIGHT: step_moves(p, from, knight_steps, 8, false, list); break;
        case BISHOP: step_moves(p, from, bishop_steps, 4, true, list); break;
        case ROOK: step_moves(p, from, rook_steps, 4, true, list); break;
        case QUEEN: step_moves(p, from, king_steps, 8, true, list); break;
        case KING: step_moves(p, from, king_steps, 8, false, list); break;
        }
    }
    castling_moves(p, list);
}

// The rights that end when something moves from or to a square.
static uint8_t rights_of(int at) {
    switch (at) {
    case 0x00: return WHITE_LONG;
    case 0x04: return WHITE_SHORT | WHITE_LONG;
    case 0x07: return WHITE_SHORT;
    case 0x70: return BLACK_LONG;
    case 0x74: return BLACK_SHORT | BLACK_LONG;
    case 0x77: return BLACK_SHORT;
    default: return 0;
    }
}

static undo make(position *p, move m) {
    const int piece = p->squares[m.from], type = type_of(piece);
    int captured_at = m.to;
    if (type == PAWN && m.to == p->en_passant)
        captured_at = m.to + (p->black_moves ? 16 : -16);
    const undo before = {p->squares[captured_at], (uint8_t)captured_at, p->castling, p->en_passant};
    p->squares[captured_at] = EMPTY;
    p->squares[m.from] = EMPTY;
    p->squares[m.to] = m.promotion ? (uint8_t)(m.promotion | (piece & BLACK)) : (uint8_t)piece;
    p->en_passant = type == PAWN && (m.from ^ m.to) == 0x20 ? (uint8_t)((m.from + m.to) / 2) : NO_SQUARE;
    p->castling &= (uint8_t)~(rights_of(m.from) | rights_of(m.to));
    if (type == KING) {
        p->kings[p->black_moves] = m.to;
        if (m.to - m.from == 2)
            p->squares[m.to - 1] = p->squares[m.to + 1], p->squares[m.to + 1] = EMPTY;
        else if (m.from - m.to == 2)
            p->squares[m.to + 1] = p->squares[m.to - 2], p->squares[m.to - 2] = EMPTY;
    }
    p->black_moves = !p->black_moves;
    return before;
}

static void take_back(position *p, move m, undo before) {
    p->black_moves = !p->black_moves;
    const int piece = m.promotion ? PAWN | (p->black_moves ? BLACK : 0) : p->squares[m.to];
    p->squares[m.to] = EMPTY;
    p->squares[before.captured_at] = before.captured;
    p->squares[m.from] = (uint8_t)piece;
    p->castling = before.castling;
    p->en_passant = before.en_passant;
    if (type_of(piece) == KING) {
        p->kings[p->black_moves] = m.from;
        if (m.to - m.from == 2)
            p->squares[m.to + 1] = p->squares[m.to - 1], p->squares[m.to - 1] = EMPTY;
        else if (m.from - m.to == 2)
            p->squares[m.to - 2] = p->squares[m.to + 1], p->squares[m.to + 1] = EMPTY;
    }
}

static uint64_t perft(position *p, int depth) {
    if (depth == 0)
        return 1;
    move_list list;
    all_moves(p, &list);
    uint64_t count = 0;
    for (int i = 0; i < list.count; i++) {
        const undo before = make(p, list.moves[i]);
        if (!is_attacked(p, p->kings[!p->black_moves], p->black_moves))
            count += perft(p, depth - 1);
        take_back(p, list.moves[i], before);
    }
    return count;
}

// MARK: Well-known positions, with the numbers of depths 1 to 4

static const struct { const char *text; uint64_t counts[4]; } known[] = {
    {"rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq -", {20, 400, 8902, 197281}},
    {"r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq -", {48, 2039, 97862, 4085603}},
    {"8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - -", {14, 191, 2812, 43238}},
    {"r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq -", {6, 264, 9467, 422333}},
    {"r2q1rk1/pP1p2pp/Q4n2/bbp1p3/Np6/1B3NBn/pPPP1PPP/R3K2R b KQ -", {6, 264, 9467, 422333}},
    {"rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ -", {44, 1486, 62379, 2103487}},
    {"r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - -", {46, 2079, 89890, 3894594}},
};

PVM_EXPORT(uint64_t, run, uint64_t n) {
    // Larger counts take too long for a test.
    const uint64_t most = 200000;
    const int depth = (int)(n % 5);
    uint64_t sum = n;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint64_t expected = depth ? known[i].counts[depth - 1] : 1;
        if (expected > most)
            continue;
        position p, before;
        set_up(&p, known[i].text);
        before = p;
        const uint64_t count = perft(&p, depth);
        if (count != expected || memcmp(&p, &before, sizeof p) != 0)
            return count;
        sum = mix(sum, count);
    }
    return sum;
}

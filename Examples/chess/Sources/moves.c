// Legal moves, playing them, and counting games.
//
// The generator makes legal moves only. A piece that stands between its king and an attacker is pinned to the line
// through both; a king in check lets the others only capture the attacker or step between; capturing en passant takes two
// pieces off one rank, and is tried out.

#include "attacks.h"
#include "position.h"

// The pieces of a side that attack a square.
static square_set attackers(
    const attack_tables *tables, const position_t *position, int square, enum side by, square_set occupied) {
    const square_set queens = position->of_kind[QUEEN];
    const square_set found = (tables->pawn[!by][square] & position->of_kind[PAWN])
                             | (tables->knight[square] & position->of_kind[KNIGHT])
                             | (tables->king[square] & position->of_kind[KING])
                             | (bishop_attacks(tables, square, occupied) & (position->of_kind[BISHOP] | queens))
                             | (rook_attacks(tables, square, occupied) & (position->of_kind[ROOK] | queens));
    return found & position->of_side[by];
}

static inline square_set occupied_squares(const position_t *position) {
    return position->of_side[WHITE] | position->of_side[BLACK];
}

bool is_attacked(const position_t *position, int square, enum side by) {
    return attackers(attacks(), position, square, by, occupied_squares(position)) != 0;
}

// What all parts of the generator need to know.
typedef struct {
    const attack_tables *tables;
    const position_t *position;
    square_set own, other, occupied;
    square_set pinned;   // own pieces that may only move along the line to their king
    square_set targets;  // where pieces other than the king may go
    int king;
    move *next;
} generator;

static inline void add(generator *generator, int from, int to, enum kind promotion) {
    *generator->next++ = (move){.from = from, .to = to, .promotion = promotion};
}

static inline void add_all(generator *generator, int from, square_set targets) {
    if (generator->pinned & bit(from)) targets &= generator->tables->line[generator->king][from];
    while (targets) add(generator, from, take_square(&targets), NO_KIND);
}

static square_set find_pinned(const generator *generator) {
    const position_t *position = generator->position;
    const square_set queens = position->of_kind[QUEEN];
    // Enemies that would attack the king if nothing of ours stood in between.
    const square_set diagonals = bishop_attacks(generator->tables, generator->king, generator->other);
    const square_set straights = rook_attacks(generator->tables, generator->king, generator->other);
    square_set pinners = generator->other
                         & ((diagonals & (position->of_kind[BISHOP] | queens))
                            | (straights & (position->of_kind[ROOK] | queens)));
    square_set pinned = 0;
    while (pinners) {
        const square_set between = generator->tables->between[generator->king][take_square(&pinners)] & generator->own;
        if (between && !(between & (between - 1))) pinned |= between;
    }
    return pinned;
}

static void add_king_moves(generator *generator, bool is_checked) {
    const position_t *position = generator->position;
    const enum side other = !position->side;
    // The king does not hide the squares behind it from what attacks it.
    const square_set without_king = generator->occupied ^ bit(generator->king);
    for (square_set targets = generator->tables->king[generator->king] & ~generator->own; targets;) {
        const int to = take_square(&targets);
        if (!attackers(generator->tables, position, to, other, without_king)) {
            add(generator, generator->king, to, NO_KIND);
        }
    }
    if (is_checked) return;
    const int king = generator->king, rights = position->castling >> (position->side == WHITE ? 0 : 2);
    // The right says that king and rook are at home. What the king passes must be empty and not attacked.
    if (rights & WHITE_SHORT && !(generator->occupied & (bit(king + 1) | bit(king + 2)))
        && !attackers(generator->tables, position, king + 1, other, generator->occupied)
        && !attackers(generator->tables, position, king + 2, other, generator->occupied)) {
        add(generator, king, king + 2, NO_KIND);
    }
    if (rights & WHITE_LONG && !(generator->occupied & (bit(king - 1) | bit(king - 2) | bit(king - 3)))
        && !attackers(generator->tables, position, king - 1, other, generator->occupied)
        && !attackers(generator->tables, position, king - 2, other, generator->occupied)) {
        add(generator, king, king - 2, NO_KIND);
    }
}

// Whether capturing en passant with the pawn leaves the king safe.
static bool is_safe_en_passant(const generator *generator, int from) {
    position_t after = *generator->position;
    const enum side side = after.side;
    play(&after, (move){.from = from, .to = after.en_passant, .promotion = NO_KIND});
    return !is_attacked(&after, generator->king, !side);
}

static void add_pawn_moves(generator *generator) {
    const position_t *position = generator->position;
    const bool is_white = position->side == WHITE;
    const int forward = is_white ? 8 : -8, home_rank = is_white ? 1 : 6, last_rank = is_white ? 7 : 0;
    for (square_set pawns = generator->own & position->of_kind[PAWN]; pawns;) {
        const int from = take_square(&pawns);
        square_set targets = generator->tables->pawn[position->side][from] & generator->other;
        if (!(generator->occupied & bit(from + forward))) {
            targets |= bit(from + forward);
            if (from / 8 == home_rank && !(generator->occupied & bit(from + 2 * forward))) {
                targets |= bit(from + 2 * forward);
            }
        }
        targets &= generator->targets;
        if ((from + forward) / 8 == last_rank) {
            if (generator->pinned & bit(from)) targets &= generator->tables->line[generator->king][from];
            while (targets) {
                const int to = take_square(&targets);
                for (enum kind kind = KNIGHT; kind <= QUEEN; kind++) add(generator, from, to, kind);
            }
        } else {
            add_all(generator, from, targets);
        }
    }
    if (position->en_passant == NO_SQUARE) return;
    square_set pawns =
        generator->tables->pawn[!position->side][position->en_passant] & generator->own & position->of_kind[PAWN];
    while (pawns) {
        const int from = take_square(&pawns);
        if (is_safe_en_passant(generator, from)) add(generator, from, position->en_passant, NO_KIND);
    }
}

static void add_piece_moves(generator *generator) {
    const position_t *position = generator->position;
    const square_set queens = position->of_kind[QUEEN];
    for (square_set pieces = generator->own & position->of_kind[KNIGHT]; pieces;) {
        const int from = take_square(&pieces);
        add_all(generator, from, generator->tables->knight[from] & generator->targets);
    }
    for (square_set pieces = generator->own & (position->of_kind[BISHOP] | queens); pieces;) {
        const int from = take_square(&pieces);
        add_all(generator, from, bishop_attacks(generator->tables, from, generator->occupied) & generator->targets);
    }
    for (square_set pieces = generator->own & (position->of_kind[ROOK] | queens); pieces;) {
        const int from = take_square(&pieces);
        add_all(generator, from, rook_attacks(generator->tables, from, generator->occupied) & generator->targets);
    }
}

size_t legal_moves(const position_t *position, move moves[MOST_MOVES]) {
    const enum side side = position->side;
    generator generator = {
        .tables = attacks(),
        .position = position,
        .own = position->of_side[side],
        .other = position->of_side[!side],
        .occupied = occupied_squares(position),
        .king = first_square(position->of_side[side] & position->of_kind[KING]),
        .next = moves,
    };
    const square_set checkers =
        attackers(generator.tables, position, generator.king, !side, generator.occupied);
    add_king_moves(&generator, checkers != 0);
    if (checkers & (checkers - 1)) return generator.next - moves;
    generator.targets = ~generator.own;
    if (checkers) {
        generator.targets = checkers | generator.tables->between[generator.king][first_square(checkers)];
    }
    generator.pinned = find_pinned(&generator);
    add_pawn_moves(&generator);
    add_piece_moves(&generator);
    return generator.next - moves;
}

// MARK: Playing

static enum kind kind_at(const position_t *position, int square) {
    for (enum kind kind = PAWN; kind < NO_KIND; kind++) {
        if (position->of_kind[kind] & bit(square)) return kind;
    }
    return NO_KIND;
}

static inline void flip(position_t *position, enum side side, enum kind kind, square_set squares) {
    position->of_side[side] ^= squares;
    position->of_kind[kind] ^= squares;
}

// The rights to castle that are left when something moves from or to a square.
static uint8_t rights_left(int square) {
    switch (square) {
    case 0: return (uint8_t)~WHITE_LONG;
    case 4: return (uint8_t)~(WHITE_SHORT | WHITE_LONG);
    case 7: return (uint8_t)~WHITE_SHORT;
    case 56: return (uint8_t)~BLACK_LONG;
    case 60: return (uint8_t)~(BLACK_SHORT | BLACK_LONG);
    case 63: return (uint8_t)~BLACK_SHORT;
    default: return 0xff;
    }
}

void play(position_t *position, move move) {
    const enum side side = position->side;
    const enum kind kind = kind_at(position, move.from), captured = kind_at(position, move.to);
    const int en_passant = position->en_passant;
    position->en_passant = NO_SQUARE;
    if (captured != NO_KIND) flip(position, !side, captured, bit(move.to));
    flip(position, side, kind, bit(move.from) | bit(move.to));
    if (kind == PAWN) {
        const int back = side == WHITE ? -8 : 8;
        if (move.to == en_passant) flip(position, !side, PAWN, bit(move.to + back));
        if (move.to - move.from == -2 * back) position->en_passant = move.from - back;
        if (move.promotion != NO_KIND) {
            position->of_kind[PAWN] ^= bit(move.to);
            position->of_kind[move.promotion] ^= bit(move.to);
        }
    } else if (kind == KING) {
        if (move.to - move.from == 2) flip(position, side, ROOK, bit(move.to + 1) | bit(move.to - 1));
        if (move.from - move.to == 2) flip(position, side, ROOK, bit(move.to - 2) | bit(move.to + 1));
    }
    position->castling &= rights_left(move.from) & rights_left(move.to);
    position->side = !side;
}

// MARK: Counting

uint64_t count_games(const position_t *position, unsigned depth) {
    if (depth == 0) return 1;
    move moves[MOST_MOVES];
    const size_t count = legal_moves(position, moves);
    if (depth == 1) return count;
    uint64_t sum = 0;
    for (size_t index = 0; index < count; index++) {
        position_t after = *position;
        play(&after, moves[index]);
        sum += count_games(&after, depth - 1);
    }
    return sum;
}

const char *move_text(move move) {
    static char text[6];
    text[0] = 'a' + move.from % 8;
    text[1] = '1' + move.from / 8;
    text[2] = 'a' + move.to % 8;
    text[3] = '1' + move.to / 8;
    text[4] = move.promotion == NO_KIND ? 0 : "pnbrqk"[move.promotion];
    text[5] = 0;
    return text;
}

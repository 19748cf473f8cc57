// Positions in Forsyth-Edwards notation, and what is wrong with a text that is none.

#include "position.h"

#include <ctype.h>
#include <string.h>

const char START_FEN[] = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1";

static const char *skip_spaces(const char *text) {
    while (*text == ' ') text++;
    return text;
}

// Whether a field ends here.
static bool is_end(const char *text) { return !*text || *text == ' '; }

static const char *read_board(position_t *position, const char **text) {
    static const char letters[] = "pnbrqk";
    const char *at = *text;
    for (int rank = 7; rank >= 0; rank--) {
        int file = 0;
        for (; !is_end(at) && *at != '/'; at++) {
            if (*at >= '1' && *at <= '8') {
                file += *at - '0';
            } else {
                const char *letter = strchr(letters, tolower((unsigned char)*at));
                if (!letter) return "the board has a letter that is no piece: pieces are PNBRQK and pnbrqk";
                if (file < 8) {
                    position->of_side[isupper((unsigned char)*at) ? WHITE : BLACK] |= bit(rank * 8 + file);
                    position->of_kind[letter - letters] |= bit(rank * 8 + file);
                }
                file++;
            }
            if (file > 8) return "a rank of the board has more than 8 squares";
        }
        if (file < 8) return "a rank of the board has fewer than 8 squares";
        if (rank > 0 && *at++ != '/') return "the board has fewer than 8 ranks";
    }
    if (*at == '/') return "the board has more than 8 ranks";
    *text = at;
    return NULL;
}

static const char *read_castling(position_t *position, const char **text) {
    static const char letters[] = "KQkq";
    const char *at = *text;
    if (*at == '-' && is_end(at + 1)) {
        at++;
    } else {
        while (!is_end(at)) {
            const char *letter = strchr(letters, *at++);
            if (!letter || position->castling & 1 << (letter - letters)) {
                return "the third field must say who may castle: some of KQkq, each once, or -";
            }
            position->castling |= 1 << (letter - letters);
        }
        if (!position->castling) return "the third field, who may castle (KQkq or -), is missing";
    }
    for (int right = 0; right < 4; right++) {
        const enum side side = right < 2 ? WHITE : BLACK;
        const int king = side == WHITE ? 4 : 60, rook = right % 2 == 0 ? king + 3 : king - 4;
        if (position->castling & 1 << right
            && !(position->of_side[side] & position->of_kind[KING] & bit(king)
                 && position->of_side[side] & position->of_kind[ROOK] & bit(rook))) {
            return "the third field lets a side castle whose king or rook is not at home";
        }
    }
    *text = at;
    return NULL;
}

static const char *read_en_passant(position_t *position, const char **text) {
    const char *at = *text;
    if (*at == '-' && is_end(at + 1)) {
        *text = at + 1;
        return NULL;
    }
    const int rank = position->side == WHITE ? 5 : 2;
    if (at[0] < 'a' || at[0] > 'h' || at[1] != '1' + rank || !is_end(at + 2)) {
        return "the fourth field must be the square that a pawn has just jumped over, such as e3, or -";
    }
    const int square = rank * 8 + at[0] - 'a', back = position->side == WHITE ? -8 : 8;
    if (!(position->of_side[!position->side] & position->of_kind[PAWN] & bit(square + back))
        || (position->of_side[WHITE] | position->of_side[BLACK]) & (bit(square) | bit(square - back))) {
        return "the fourth field names a square that no pawn can have jumped over";
    }
    position->en_passant = square;
    *text = at + 2;
    return NULL;
}

static const char *check_pieces(const position_t *position) {
    for (enum side side = WHITE; side <= BLACK; side++) {
        if (__builtin_popcountll(position->of_side[side] & position->of_kind[KING]) != 1) {
            return "each side must have one king";
        }
        if (__builtin_popcountll(position->of_side[side]) > 16) return "a side has more than 16 pieces";
    }
    if (position->of_kind[PAWN] & 0xff000000000000ff) return "a pawn stands on the first or last rank";
    return NULL;
}

const char *position_read(position_t *position, const char *fen) {
    memset(position, 0, sizeof *position);
    position->en_passant = NO_SQUARE;
    const char *at = skip_spaces(fen), *problem;
    if ((problem = read_board(position, &at)) || (problem = check_pieces(position))) return problem;
    at = skip_spaces(at);
    if ((*at != 'w' && *at != 'b') || !is_end(at + 1)) return "the second field must be w or b, who moves";
    position->side = *at++ == 'w' ? WHITE : BLACK;
    at = skip_spaces(at);
    if ((problem = read_castling(position, &at))) return problem;
    at = skip_spaces(at);
    if ((problem = read_en_passant(position, &at))) return problem;
    for (int counter = 0; counter < 2; counter++) {
        at = skip_spaces(at);
        while (isdigit((unsigned char)*at)) at++;
        if (!is_end(at)) return "behind the fourth field only two counters may stand";
    }
    if (*skip_spaces(at)) return "behind the fourth field only two counters may stand";
    const enum side resting = !position->side;
    if (is_attacked(position, first_square(position->of_side[resting] & position->of_kind[KING]), position->side)) {
        return "the side that does not move is in check";
    }
    return NULL;
}

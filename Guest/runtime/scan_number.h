// Floating-point numbers for scanf. toolchain/build-picolibc puts this into picolibc's vfscanf.c in place of conv_flt.c, which keeps 17
// digits: this one keeps what strtod needs for the nearest number. It takes as much of the input as glibc does, one character of which can
// be given back.
//
// A stream can not be read twice, and a number has any number of digits: so digits go without point and leading zeros to a buffer with
// room for all that tell numbers apart, and the exponent makes up for what was left out.

#include <stdbool.h>
#include <stdlib.h>

// Halfway points have fewer.
#define KEPT_DIGITS 800

static INT next_of_number(FILE *stream, scanf_context_t *context, width_t *width) {
    return --*width ? scanf_getc(stream, context) : MY_EOF;
}

static void give_back(INT c, FILE *stream, scanf_context_t *context) {
    if (!IS_EOF(c))
        scanf_ungetc(c, stream, context);
}

// Whether the rest of a word follows.
static bool follows(const char *rest, FILE *stream, scanf_context_t *context, width_t *width) {
    for (; *rest; rest++) {
        const INT c = next_of_number(stream, context, width);
        if ((c | 0x20) != (INT)*rest) {
            give_back(c, stream, context);
            return false;
        }
    }
    return true;
}

static int digit_of(INT c, bool hexadecimal) {
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    const INT letter = c | 0x20;
    return hexadecimal && letter >= 'a' && letter <= 'f' ? (int)(letter - 'a' + 10) : -1;
}

__attribute__((noinline)) static UCHAR conv_flt(FILE *stream, scanf_context_t *context, width_t width, void *addr, uint16_t flags) {
    char text[KEPT_DIGITS + 32] = "0x";
    char *start = text + 2, *end = start;
    INT c = scanf_getc(stream, context);
    const bool negative = c == '-';
    if (c == '-' || c == '+')
        c = next_of_number(stream, context, &width);
    if ((c | 0x20) == 'n') {
        if (!follows("an", stream, context, &width))
            return 0;
        start = (char *)"nan";
    } else if ((c | 0x20) == 'i') {
        if (!follows("nf", stream, context, &width))
            return 0;
        c = next_of_number(stream, context, &width);
        if ((c | 0x20) == 'i') {
            if (!follows("nity", stream, context, &width))
                return 0;
        } else {
            give_back(c, stream, context);
        }
        start = (char *)"inf";
    } else {
        bool hexadecimal = false, point = false, any = false, rest = false;
        long long exponent = 0;
        // How many characters there were before this one, up to 2: where an x may be.
        for (int place = 0;; place += place < 2) {
            const int digit = digit_of(c, hexadecimal);
            if (digit >= 0) {
                any = true;
                if (end - start < KEPT_DIGITS) {
                    if (digit || end > start)
                        *end++ = (char)c;
                    exponent -= point;
                } else {
                    rest |= digit != 0;
                    exponent += !point;
                }
            } else if (c == '.' && !point) {
                point = true;
            } else if ((c | 0x20) == 'x' && place == 1 && any && end == start && width > 1) {
                hexadecimal = true;
                any = false;
            } else {
                break;
            }
            c = next_of_number(stream, context, &width);
        }
        // With a point, 0x is zero.
        if (!any && !(hexadecimal && point)) {
            give_back(c, stream, context);
            return 0;
        }
        if (rest) {
            *end++ = '1';
            exponent--;
        }
        if (end == start)
            *end++ = '0';
        if (hexadecimal) {
            start = text;
            exponent *= 4;
        }
        const char letter = hexadecimal ? 'p' : 'e';
        if (any && (c | 0x20) == (INT)letter) {
            c = next_of_number(stream, context, &width);
            const bool down = c == '-';
            if (c == '-' || c == '+')
                c = next_of_number(stream, context, &width);
            long long read = 0;
            for (; digit_of(c, false) >= 0; c = next_of_number(stream, context, &width))
                // Larger than what any number of digits makes up for.
                if (read < 1LL << 40)
                    read = 10 * read + digit_of(c, false);
            exponent += down ? -read : read;
        }
        give_back(c, stream, context);
        *end++ = letter;
        if (exponent < 0)
            *end++ = '-';
        unsigned long long size = exponent < 0 ? -exponent : exponent, unit = 1;
        while (size / unit >= 10)
            unit *= 10;
        for (; unit; unit /= 10)
            *end++ = (char)('0' + size / unit % 10);
        *end = 0;
    }
    if (!addr)
        return 1;
#ifdef _NEED_IO_DOUBLE
    if (flags & (FL_LONG | FL_LONGLONG)) {
        const double x = strtod(start, NULL);
        *(double *)addr = negative ? -x : x;
        return 1;
    }
#endif
    (void)flags;
    const float x = strtof(start, NULL);
    *(float *)addr = negative ? -x : x;
    return 1;
}

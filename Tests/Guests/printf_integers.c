// snprintf of integers, characters and strings: flags, widths, precisions, length modifiers, truncation.

#include "transcript.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

// The text and the length it would have had, at full size and into a buffer that is too small for most.
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    char large[200], small[9] = "########";
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    sum = mix(sum, (uint64_t)vsnprintf(large, sizeof large, format, arguments));
    sum = mix_text(sum, large);
    sum = mix(sum, (uint64_t)vsnprintf(small, sizeof small, format, again));
    sum = mix_bytes(sum, small, sizeof small);
    va_end(again);
    va_end(arguments);
}

static void widths(int64_t value, int width, int precision) {
    const int narrow = (int)value;
    const unsigned bits = (unsigned)value;
    say("%d|%i|%u|%o|%x|%X", narrow, narrow, bits, bits, bits, bits);
    say("%+d|% d|%05d|%-7d|%+-9d|% 09d", narrow, narrow, narrow, narrow, narrow, narrow);
    say("%#o|%#x|%#X|%#10x|%-#12X|%#014x", bits, bits, bits, bits, bits, bits);
    say("%*d|%-*d|%.*d|%*.*d", width, narrow, width, narrow, precision, narrow, width, precision, narrow);
    say("%*d|%.*x", -width, narrow, -precision, bits);
    say("%12.5d|%-12.5u|%+12.5d|%12.5x|%#12.5o", narrow, bits, narrow, bits, bits);
    say("%.0d|%.0x|%5.0d|%+.0d|%#.0x", narrow & 1, bits & 1, narrow & 1, narrow & 1, bits & 1);
    say("%hhd|%hhu|%hhx|%hd|%hu|%hX", (signed char)value, (unsigned char)value, (unsigned char)value, (short)value,
        (unsigned short)value, (unsigned short)value);
    say("%ld|%lu|%lx|%lo", (long)value, (unsigned long)value, (unsigned long)value, (unsigned long)value);
    say("%lld|%llu|%llX|%+030lld|%-#30llx|", (long long)value, (unsigned long long)value, (unsigned long long)value,
        (long long)value, (unsigned long long)value);
    say("%jd|%ju|%zu|%zd|%td|%zx", (intmax_t)value, (uintmax_t)value, (size_t)value, (ptrdiff_t)value, (ptrdiff_t)value,
        (size_t)value);
    say("%" PRId8 "|%" PRIu16 "|%" PRIx32 "|%" PRId64 "|%" PRIu64 "|%" PRIX64, (int8_t)value, (uint16_t)value, (uint32_t)value,
        value, (uint64_t)value, (uint64_t)value);
}

static void texts(int width, int precision) {
    static const char unterminated[3] = {'a', 'b', 'c'};
    say("%s|%10s|%-10s|%.2s|%10.3s|%-10.1s|%.0s|", "text", "text", "text", "text", "text", "text", "text");
    say("%*s|%.*s|%-*.*s|", width, "wide", precision, "precise", width, precision, "both");
    say("%c%c%c|%5c|%-5c|", 'x', '\t', '~', 'y', 'z');
    say("%.3s|%.*s", unterminated, 2, unterminated);
    say("%%|%5s|%s%%", "", "100");
}

static void lengths(void) {
    char text[40];
    sum = mix(sum, (uint64_t)snprintf(NULL, 0, "%s%d", "only the length of ", 1));
    sum = mix(sum, (uint64_t)snprintf(text, 1, "%x", 0x1234));
    sum = mix_text(sum, text);
    sum = mix(sum, (uint64_t)sprintf(text, "%s", "unbounded"));
    sum = mix_text(sum, text);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const int64_t edges[] = {0, 1, -1, 7, 8, 127, -128, 255, 256, 32767, -32768, 65535, INT32_MAX, INT32_MIN, UINT32_MAX,
        INT64_MAX, INT64_MIN, 1000000000000, -99};
    sum = n;
    for (size_t i = 0; i < sizeof edges / sizeof *edges && i < n; i++)
        widths(edges[i], (int)i, (int)i / 2);
    texts((int)(n % 15), (int)(n % 6));
    lengths();
    uint64_t state = n + 3;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        widths((int64_t)r >> (r & 63), (int)(r >> 6 & 31), (int)(r >> 11 & 15));
    }
    return sum;
}

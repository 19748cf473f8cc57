// time.h without a clock: gmtime, timegm and mktime in UTC, normalising of dates, strftime, strptime.

#define _GNU_SOURCE
#include "transcript.h"
#include <stdlib.h>
#include <time.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void note(const struct tm *t) {
    sum = mix(sum, (uint64_t)(int64_t)t->tm_year << 20 | (uint64_t)t->tm_mon << 16 | (uint64_t)t->tm_mday << 8 | (uint64_t)t->tm_hour);
    sum = mix(sum, (uint64_t)t->tm_min << 24 | (uint64_t)t->tm_sec << 16 | (uint64_t)t->tm_wday << 12 | (uint64_t)t->tm_yday);
}

static void show(time_t time) {
    struct tm t;
    if (!gmtime_r(&time, &t))
        return;
    note(&t);
    struct tm back = t, local = t;
    if (timegm(&back) != time)
        sum = 0;
    sum = mix(sum, (uint64_t)mktime(&local));
    char text[300];
    sum = mix(sum, strftime(text, sizeof text,
        "%a|%A|%b|%B|%h|%c|%C|%d|%D|%e|%F|%g|%G|%H|%I|%j|%m|%M|%n|%p|%R|%S|%t|%T|%u|%U|%V|%w|%W|%x|%X|%y|%Y|%%", &t));
    sum = mix_text(sum, text);
    sum = mix(sum, strftime(text, 4, "%Y-%m", &t));
    sum = mix_text(sum, asctime_r(&t, text));
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    setenv("TZ", "UTC0", 1);
    tzset();
    static const int64_t edges[] = {0, -1, 951782400, 951868799, 1709164800, 1709251199, 4102444800, 2147483647, 2147483648, -2208988800,
        1000000000, 1230768000, 1262304000, 1609459199, 253402300799, -30610224000};
    for (size_t i = 0; i < sizeof edges / sizeof *edges && i < n; i++)
        show((time_t)edges[i]);
    uint64_t state = n + 53;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        show((time_t)(r >> 30) - 5000000000);
        // Fields far outside of their ranges.
        struct tm t = {.tm_year = (int)(r & 255), .tm_mon = (int)(r >> 8 & 63) - 20, .tm_mday = (int)(r >> 14 & 511) - 200,
            .tm_hour = (int)(r >> 23 & 255) - 100, .tm_min = (int)(r >> 31 & 1023) - 500, .tm_sec = (int)(r >> 41 & 8191) - 4000};
        sum = mix(sum, (uint64_t)mktime(&t));
        note(&t);
    }
    struct tm parsed = {0};
    const char *end = strptime("2024-02-29 23:59:58", "%Y-%m-%d %H:%M:%S", &parsed);
    sum = mix(sum, end ? (uint64_t)*end : 99);
    sum = mix(sum, (uint64_t)timegm(&parsed));
    struct tm other = {0};
    end = strptime("Tue, 05 Nov 1994 08:49:37 rest", "%a, %d %b %Y %T", &other);
    sum = mix_text(sum, end);
    sum = mix(sum, (uint64_t)(other.tm_mday * 10000 + other.tm_mon * 100 + other.tm_year));
    sum = mix(sum, strptime("x", "%d", &other) == NULL);
    sum = mix(sum, bits_of(difftime((time_t)n, (time_t)1000)));
    return sum;
}

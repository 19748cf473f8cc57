// getopt and getopt_long: options together and apart, arguments, words in between, --, what is unknown or missing.

#define _GNU_SOURCE
#include "transcript.h"
#include <getopt.h>
#include <stdlib.h>

PVM_MIN_STACK(16384);

enum { WORDS = 12 };

static uint64_t parse(uint64_t sum, const char *line, bool are_long) {
    static const struct option long_options[] = {
        {"all", no_argument, NULL, 'a'}, {"output", required_argument, NULL, 'o'}, {"level", optional_argument, NULL, 'l'},
        {"verbose", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
    char *copy = strdup(line), *words[WORDS + 1] = {NULL};
    int count = 0;
    for (char *word = strtok(copy, " "); word && count < WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    // Not 1: some libraries remember more than the position.
    optind = 0;
    opterr = 0;
    // The leading + stops at the first word that is no option, as POSIX has it; the colon tells missing from unknown.
    const char *const letters = "+:abo:v";
    for (int turn = 0; turn < 20; turn++) {
        const int option = are_long ? getopt_long(count, words, letters, long_options, NULL) : getopt(count, words, letters);
        sum = mix(sum, (uint64_t)(int64_t)option);
        if (option == -1)
            break;
        if (option == 'o' || option == 'l')
            sum = mix_text(sum, optarg);
        if (option == ':' && !are_long)
            sum = mix(sum, (uint64_t)optopt);
    }
    for (int i = optind; i < count; i++)
        sum = mix_text(sum, words[i]);
    sum = mix(sum, (uint64_t)(count - optind));
    free(copy);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const lines[] = {"program", "program -a -b file", "program -ab -o out in", "program -abofile -v x y", "program -a -- -b",
        "program word -a", "program -a -v x", "program -x -a", "program -o", "program -vvv -o -a", "program -ba"};
    static const char *const long_lines[] = {"program --all --output=file -v rest", "program --output file", "program --level --level=3 -a",
        "program --verb x", "program -a --all -- --all", "program --output"};
    uint64_t sum = n;
    for (size_t i = 0; i < sizeof lines / sizeof *lines && i < n; i++)
        sum = parse(sum, lines[i], false);
    for (size_t i = 0; i < sizeof long_lines / sizeof *long_lines && i < n; i++)
        sum = parse(sum, long_lines[i], true);
    return sum;
}

// Counts lines, words and bytes of its input: count [-l] [-w] [-c] [-L], all but the last if nothing is said.

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    bool lines = false, words = false, bytes = false, longest = false;
    opterr = 0;
    for (int option; (option = getopt(argc, argv, "lwcL")) != -1;)
        switch (option) {
        case 'l': lines = true; break;
        case 'w': words = true; break;
        case 'c': bytes = true; break;
        case 'L': longest = true; break;
        default: fprintf(stderr, "%s: unknown option\nusage: count [-lwcL]\n", argv[0]); return 2;
        }
    if (optind < argc) {
        fprintf(stderr, "%s: no files, please: %s\n", argv[0], argv[optind]);
        return 2;
    }
    if (!lines && !words && !bytes && !longest)
        lines = words = bytes = true;
    unsigned long line_count = 0, word_count = 0, byte_count = 0, width = 0, widest = 0;
    bool in_word = false;
    for (int c; (c = getchar()) != EOF; byte_count++) {
        if (c == '\n')
            line_count++, width = 0;
        else if (++width > widest)
            widest = width;
        if (isspace(c))
            in_word = false;
        else if (!in_word)
            in_word = true, word_count++;
    }
    if (lines)
        printf("%7lu", line_count);
    if (words)
        printf(" %7lu", word_count);
    if (bytes)
        printf(" %7lu", byte_count);
    if (longest)
        printf(" %7lu", widest);
    putchar('\n');
    return ferror(stdin) || byte_count == 0;
}

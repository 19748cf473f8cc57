// Shows its input as hexadecimal numbers and characters, sixteen bytes a line; what repeats the line before is left out. With -r the
// other way: hexadecimal numbers in, bytes out.

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int reverse(void) {
    unsigned value;
    int result;
    while ((result = scanf("%2x", &value)) == 1)
        putchar((int)value);
    if (result == 0) {
        fprintf(stderr, "hexdump: not a hexadecimal digit: '%c'\n", getchar());
        return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "-r"))
        return reverse();
    if (argc > 1) {
        fputs("usage: hexdump [-r]\n", stderr);
        return 2;
    }
    unsigned char line[16], before[16];
    size_t offset = 0, count;
    int is_repeating = 0;
    for (; (count = fread(line, 1, sizeof line, stdin)) > 0; offset += count) {
        if (offset && count == sizeof line && !memcmp(line, before, sizeof line)) {
            if (!is_repeating)
                puts("*");
            is_repeating = 1;
            continue;
        }
        is_repeating = 0;
        memcpy(before, line, count);
        printf("%08zx ", offset);
        for (size_t i = 0; i < sizeof line; i++) {
            if (i == 8)
                putchar(' ');
            if (i < count)
                printf(" %02x", line[i]);
            else
                fputs("   ", stdout);
        }
        fputs("  |", stdout);
        for (size_t i = 0; i < count; i++)
            putc(isprint(line[i]) ? line[i] : '.', stdout);
        fwrite("|\n", 1, 2, stdout);
    }
    printf("%08zx\n", offset);
    return fflush(stdout);
}

// Lines of any length from a stream.

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream) {
    if (!line || !size)
        return errno = EINVAL, -1;
    size_t count = 0;
    for (;;) {
        // Room for one character more and the zero behind it.
        if (!*line || *size < count + 2) {
            const size_t larger = !*line || *size < 64 ? 128 : 2 * *size;
            char *moved = larger <= PTRDIFF_MAX ? realloc(*line, larger) : NULL;
            if (!moved)
                return errno = ENOMEM, -1;
            *line = moved;
            *size = larger;
        }
        const int character = getc(stream);
        if (character == EOF)
            break;
        (*line)[count++] = (char)character;
        if (character == (unsigned char)delimiter)
            break;
    }
    (*line)[count] = 0;
    return count ? (ssize_t)count : -1;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream) {
    return getdelim(line, size, '\n', stream);
}

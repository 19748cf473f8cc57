// What Swift's embedded library expects from Swift's run-time library and Embedded Swift leaves out: numbers with a point from text, and the
// lines of standard input. As on other systems, where these are written over strtod and getline.

#include "console.h"
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/types.h>

const char *_swift_stdlib_strtod_clocale(const char *text, double *result);
const char *_swift_stdlib_strtof_clocale(const char *text, float *result);
const char *_swift_stdlib_strtof16_clocale(const char *text, __fp16 *result);
ssize_t swift_stdlib_readLine_stdin(unsigned char **line);

// "snan" is Swift's alone.
static bool is_signaling(const char *text) {
    text += *text == '+' || *text == '-';
    return !strcasecmp(text, "snan");
}

static const char *end_of(const char *text) {
    while (*text)
        text++;
    return text;
}

// Each gives the number and where it ends. The caller has made sure that text does not begin with a space and is not empty, and takes the
// number if nothing follows.
const char *_swift_stdlib_strtod_clocale(const char *text, double *result) {
    if (is_signaling(text)) {
        *result = __builtin_nans("");
        return end_of(text);
    }
    char *end;
    *result = strtod(text, &end);
    return end;
}

const char *_swift_stdlib_strtof_clocale(const char *text, float *result) {
    if (is_signaling(text)) {
        *result = __builtin_nansf("");
        return end_of(text);
    }
    char *end;
    *result = strtof(text, &end);
    return end;
}

// Rounded twice, as Swift does it everywhere.
const char *_swift_stdlib_strtof16_clocale(const char *text, __fp16 *result) {
    float number;
    const char *const end = _swift_stdlib_strtof_clocale(text, &number);
    *result = (__fp16)number;
    return end;
}

// Reads up to and with the next line feed, into memory that the caller frees; -1 at the end of input.
ssize_t swift_stdlib_readLine_stdin(unsigned char **line) {
    unsigned char *bytes = NULL;
    size_t count = 0, room = 0;
    do {
        if (count == room) {
            room = room ? 2 * room : 64;
            unsigned char *const larger = realloc(bytes, room);
            if (!larger)
                break;
            bytes = larger;
        }
        // One at a time: what is behind the line is for the next reader.
        if (!pvm_console_get(bytes + count, 1))
            break;
    } while (bytes[count++] != '\n');
    *line = bytes;
    return count ? (ssize_t)count : -1;
}

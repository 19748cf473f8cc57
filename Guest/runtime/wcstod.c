// Numbers from wide text. What can be part of one is ASCII, so that strtod and strtof read a copy.

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

static const wchar_t *skip_spaces(const wchar_t *text) {
    while (iswspace((wint_t)*text))
        text++;
    return text;
}

// How far all characters can be part of a number.
static size_t length_of(const wchar_t *text) {
    size_t length = 0;
    while (text[length] < 0x80 && (isalnum((int)text[length]) || (text[length] && strchr("+-._()", (int)text[length]))))
        length++;
    return length;
}

static char *narrow(const wchar_t *text, size_t length) {
    char *const copy = malloc(length + 1);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < length; i++)
        copy[i] = (char)text[i];
    copy[length] = 0;
    return copy;
}

#define READ_NUMBER(type, read) \
    const wchar_t *const start = skip_spaces(text); \
    char *const copy = narrow(start, length_of(start)), *copy_end = copy; \
    const type number = copy ? read(copy, &copy_end) : 0; \
    if (end) \
        *end = (wchar_t *)(copy_end == copy ? text : start + (copy_end - copy)); \
    free(copy); \
    return number;

double wcstod(const wchar_t *restrict text, wchar_t **restrict end) { READ_NUMBER(double, strtod) }
float wcstof(const wchar_t *restrict text, wchar_t **restrict end) { READ_NUMBER(float, strtof) }

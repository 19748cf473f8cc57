// wchar.h, wctype.h and uchar.h: UTF-8 in the locale C.UTF-8, there and back, in pieces, and what is no UTF-8; wide strings.

#include "transcript.h"
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

PVM_MIN_STACK(16384);

static uint64_t sum;

static void number(uint64_t value) { sum = mix(sum, value); }

static void decode(const char *text) {
    wchar_t wide[64];
    const size_t count = mbstowcs(wide, text, 64);
    number(count);
    for (size_t i = 0; count != (size_t)-1 && i < count; i++)
        number((uint64_t)wide[i]);
    if (count != (size_t)-1) {
        char back[200];
        number(wcstombs(back, wide, sizeof back));
        sum = mix_text(sum, back);
    }
    // A byte at a time.
    mbstate_t state = {0};
    errno = 0;
    for (const char *p = text; *p; p++) {
        wchar_t c = 0;
        const size_t used = mbrtowc(&c, p, 1, &state);
        number(used);
        if (used == (size_t)-1) {
            number(errno == EILSEQ);
            break;
        }
        if (used != (size_t)-2)
            number((uint64_t)c);
    }
    number(mbsinit(&state) != 0);
}

static void encode(uint32_t code) {
    char bytes[8];
    mbstate_t state = {0};
    const size_t count = wcrtomb(bytes, (wchar_t)code, &state);
    number(count);
    if (count != (size_t)-1)
        sum = mix_bytes(sum, bytes, count);
    char32_t back = 0;
    if (count != (size_t)-1) {
        number(mbrtoc32(&back, bytes, count, &(mbstate_t){0}));
        number(back);
    }
}

static void wide_strings(const wchar_t *a, const wchar_t *b) {
    wchar_t buffer[64];
    number(wcslen(a));
    number((uint64_t)((wcscmp(a, b) > 0) - (wcscmp(a, b) < 0) + 1));
    number((uint64_t)((wcsncmp(a, b, 3) > 0) - (wcsncmp(a, b, 3) < 0) + 1));
    const wchar_t *found = wcschr(a, L'é');
    number(found ? (uint64_t)(found - a) : 99);
    found = wcsstr(a, b);
    number(found ? (uint64_t)(found - a) : 99);
    number(wcsspn(a, b));
    number(wcscspn(a, b));
    wcscpy(buffer, a);
    wcscat(buffer, b);
    wmemmove(buffer + 1, buffer, 10);
    for (size_t i = 0; i <= wcslen(a) + wcslen(b); i++)
        number((uint64_t)buffer[i]);
    wchar_t *rest;
    for (wchar_t *word = wcstok(wcscpy(buffer, a), L" ,", &rest); word; word = wcstok(NULL, L" ,", &rest))
        number(wcslen(word));
    wmemset(buffer, L'x', 4);
    number((uint64_t)buffer[3]);
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    sum = n;
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 1;
    number(MB_CUR_MAX >= 4);
    decode("");
    decode("plain");
    decode("gr\xc3\xbc\xc3\x9f dich, \xe2\x82\xac 5, \xf0\x9f\x90\x98!");
    decode("cut \xe2\x82");
    decode("lone \x80 byte");
    // Not the shortest form. After how many bytes that is noticed differs, so these are decoded whole.
    number(mbstowcs(NULL, "overlong \xc0\xaf", 0));
    number(mbstowcs(NULL, "overlong \xe0\x80\xaf", 0));
    decode("not a start \xff");
    const uint32_t edges[] = {0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        encode(edges[i]);
    wide_strings(L"caf\u00e9 au lait, s'il vous pla\u00eet", L"au ");
    wide_strings(L"", L"x");
    wide_strings(L"\U0001f418\U0001f418", L"\U0001f418");
    wchar_t *end;
    number((uint64_t)wcstol(L" -123x", &end, 10));
    number(bits_of(wcstod(L"2.5e3", &end)));
    uint64_t state = n + 47;
    for (uint64_t i = 0; i < n; i++) {
        const uint32_t code = (uint32_t)(next(&state) >> 30) % 0x10fff0;
        if (code < 0xd800 || code > 0xdfff)
            encode(code ? code : 1);
    }
    // Alphabets whose letters have been the same for long.
    static const wchar_t letters[] = L"azAZ09 _\u00e0\u00c0\u00ff\u03b1\u03a9\u0436\u0416\u0451\u0531\u4e2d";
    for (const wchar_t *c = letters; *c; c++) {
        number((uint64_t)(!!iswalpha((wint_t)*c) | !!iswupper((wint_t)*c) << 1 | !!iswlower((wint_t)*c) << 2 | !!iswdigit((wint_t)*c) << 3 |
            !!iswspace((wint_t)*c) << 4 | !!iswprint((wint_t)*c) << 5));
        number(towupper((wint_t)*c) ^ (uint64_t)towlower((wint_t)*c) << 32);
    }
    setlocale(LC_ALL, "C");
    return sum;
}

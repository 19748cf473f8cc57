// ctype.h over all characters, and what the rest of the library knows of the locale "C".

#include "transcript.h"
#include <ctype.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>

PVM_MIN_STACK(16384);

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (int c = -1; c < (int)(n < 256 ? n : 256); c++) {
        // The functions themselves and the macros that may stand for them.
        const int macros = !!isalpha(c) | !!isdigit(c) << 1 | !!isalnum(c) << 2 | !!isspace(c) << 3 | !!isupper(c) << 4 | !!islower(c) << 5 |
            !!ispunct(c) << 6 | !!isprint(c) << 7 | !!isgraph(c) << 8 | !!iscntrl(c) << 9 | !!isxdigit(c) << 10 | !!isblank(c) << 11;
        int (*volatile functions[])(int) = {isalpha, isdigit, isalnum, isspace, isupper, islower, ispunct, isprint, isgraph, iscntrl, isxdigit,
            isblank};
        int called = 0;
        for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
            called |= !!functions[i](c) << i;
        if (macros != called)
            return 1;
        sum = mix(sum, (uint64_t)macros);
        sum = mix(sum, (uint64_t)(toupper(c) + 1) << 16 | (uint64_t)(tolower(c) + 1));
    }
    sum = mix_text(sum, setlocale(LC_ALL, NULL));
    sum = mix_text(sum, setlocale(LC_ALL, "C"));
    const struct lconv *conventions = localeconv();
    sum = mix_text(mix_text(mix_text(sum, conventions->decimal_point), conventions->thousands_sep), conventions->grouping);
    sum = mix_text(mix_text(sum, conventions->currency_symbol), conventions->mon_decimal_point);
    sum = mix(sum, conventions->frac_digits == CHAR_MAX);
    sum = mix(sum, MB_CUR_MAX == 1);
    return sum;
}

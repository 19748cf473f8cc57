// regex.h: POSIX basic and extended expressions, what they match and where their groups do.

#include "transcript.h"
#include <regex.h>
#include <sys/types.h>

PVM_MIN_STACK(65536);

static uint64_t match(uint64_t sum, const char *pattern, int flags, const char *text) {
    regex_t expression;
    regmatch_t groups[5];
    if (regcomp(&expression, pattern, flags))
        return mix(sum, 99);
    const int result = regexec(&expression, text, 5, groups, 0);
    sum = mix(sum, (uint64_t)result == REG_NOMATCH);
    sum = mix(sum, expression.re_nsub);
    for (size_t i = 0; !result && i < 5; i++)
        sum = mix(sum, (uint64_t)(groups[i].rm_so + 1) << 16 | (uint64_t)(groups[i].rm_eo + 1));
    regfree(&expression);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const char *const extended[] = {"a", "^a+b", "b*$", "(a|b)+c", "[a-c]{2,3}", "x?y", "[^[:space:]]+@[a-z]+\\.(com|org)", "^$",
        "([0-9]+)-([0-9]+)(-([0-9]+))?", "(ab|a)(bc|c)?", "\\.", "[[:upper:]][[:lower:]]*", "(^| )fox( |$)", "a.c", "()", "[]a]+", "(a*)(b)"};
    static const char *const basic[] = {"a\\{2\\}", "\\(a\\)\\1", "a*", "^*b", "[0-9][0-9]*", "\\(ab\\)*c"};
    static const char *const texts[] = {"", "a", "aab", "abc", "abcabc", "aaabbbccc", "mail me@example.org now", "2024-02-29 and 10-20",
        "the quick brown fox", "Hello World", "x.y", "*b", "aa]"};
    uint64_t sum = n;
    for (size_t t = 0; t < sizeof texts / sizeof *texts && t < n; t++) {
        for (size_t p = 0; p < sizeof extended / sizeof *extended; p++) {
            sum = match(sum, extended[p], REG_EXTENDED, texts[t]);
            sum = match(sum, extended[p], REG_EXTENDED | REG_ICASE, texts[t]);
        }
        for (size_t p = 0; p < sizeof basic / sizeof *basic; p++)
            sum = match(sum, basic[p], 0, texts[t]);
        sum = match(sum, "^b", REG_EXTENDED | REG_NEWLINE, "a\nb\nc");
        sum = match(sum, "a.b", REG_EXTENDED | REG_NEWLINE, "a\nb");
    }
    static const char *const wrong[] = {"(", "a{2", "a{3,2}", "\\"};
    for (size_t p = 0; p < sizeof wrong / sizeof *wrong; p++) {
        regex_t expression;
        sum = mix(sum, regcomp(&expression, wrong[p], REG_EXTENDED) != 0);
    }
    return sum;
}

// Variable arguments: integers and pointers of every width, more than fit in registers, lists passed on.

#include "checksum.h"
#include <stdarg.h>

__attribute__((noinline)) static uint64_t collect_list(const char *kinds, va_list arguments) {
    uint64_t sum = 0;
    for (; *kinds; kinds++) {
        switch (*kinds) {
        case 'i': sum = mix(sum, (uint64_t)(int64_t)va_arg(arguments, int)); break;
        case 'u': sum = mix(sum, va_arg(arguments, unsigned)); break;
        case 'l': sum = mix(sum, (uint64_t)va_arg(arguments, long)); break;
        case 'p': sum = mix(sum, *va_arg(arguments, const uint64_t *)); break;
        case 's': for (const char *s = va_arg(arguments, const char *); *s; s++) sum = mix(sum, (unsigned char)*s); break;
        }
    }
    return sum;
}

__attribute__((noinline)) static uint64_t collect(const char *kinds, ...) {
    va_list arguments, again;
    va_start(arguments, kinds);
    va_copy(again, arguments);
    const uint64_t once = collect_list(kinds, arguments);
    const uint64_t twice = collect_list(kinds, again);
    va_end(again);
    va_end(arguments);
    return once == twice ? once : 0;
}

__attribute__((noinline)) static uint64_t total(int count, ...) {
    va_list arguments;
    va_start(arguments, count);
    uint64_t sum = 0;
    while (count--)
        sum += va_arg(arguments, uint64_t);
    va_end(arguments);
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < n; i++) {
        sum = mix(sum, collect("iulps", (int)-i, (unsigned)(i * 3), (long)(i << 40), &i, "text"));
        sum = mix(sum, collect("ssiiiiilllp", "a", "", 1, -2, (int)i, 4, 5, 6L, -7L, (long)i, &sum));
        sum = mix(sum, collect(""));
        sum = mix(sum, total(9, i, i + 1, i + 2, i + 3, i * 4, i * 5, i * 6, ~i, i << 60));
    }
    return sum;
}

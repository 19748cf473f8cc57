// Structures as arguments and results: of every size around the registers', mixed with other arguments, through variable
// arguments, function pointers and recursion.

#include "transcript.h"
#include <stdarg.h>

PVM_MIN_STACK(65536);

typedef struct { uint8_t a; } s1;
typedef struct { uint16_t a; uint8_t b; } s3;
typedef struct { float x, y; } s8;
typedef struct { uint64_t a; uint32_t b; } s12;
typedef struct { double a; int64_t b; } s16;
typedef struct { uint64_t a; uint8_t b; char text[11]; } s20;
typedef struct { uint32_t words[9]; } s36;

#define PASS(type) __attribute__((noinline)) static type pass_##type(int a, type x, uint64_t b, type y)
PASS(s1) { return (s1){(uint8_t)(x.a + y.a + a + b)}; }
PASS(s3) { return (s3){(uint16_t)(x.a + y.b + a), (uint8_t)(y.a + b)}; }
PASS(s8) { return (s8){x.x + y.y + (float)a, x.y - (float)(b & 15)}; }
PASS(s12) { return (s12){x.a + y.a + b, x.b - y.b + (uint32_t)a}; }
PASS(s16) { return (s16){x.a + y.a + a, x.b ^ y.b ^ (int64_t)b}; }
PASS(s20) {
    y.a += x.a + b, y.b ^= (uint8_t)a, y.text[3] = x.text[4];
    return y;
}
PASS(s36) {
    for (int i = 0; i < 9; i++)
        x.words[i] += y.words[8 - i] + (uint32_t)a;
    x.words[0] ^= (uint32_t)b;
    return x;
}

__attribute__((noinline)) static uint64_t collect(const char *kinds, ...) {
    uint64_t sum = 0;
    va_list arguments;
    va_start(arguments, kinds);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case '1': sum = mix(sum, va_arg(arguments, s1).a); break;
        case '3': { const s3 x = va_arg(arguments, s3); sum = mix(sum, x.a + 7u * x.b); break; }
        case '8': { const s8 x = va_arg(arguments, s8); sum = mix(sum, bits_of_float(x.x) + (uint64_t)bits_of_float(x.y)); break; }
        case '2': { const s12 x = va_arg(arguments, s12); sum = mix(sum, x.a + x.b); break; }
        case '6': { const s16 x = va_arg(arguments, s16); sum = mix(sum, bits_of(x.a) + (uint64_t)x.b); break; }
        case '0': { const s20 x = va_arg(arguments, s20); sum = mix(sum, x.a + x.b + (unsigned char)x.text[3]); break; }
        case 'b': { const s36 x = va_arg(arguments, s36); sum = mix_bytes(sum, &x, sizeof x); break; }
        case 'd': sum = mix(sum, bits_of(va_arg(arguments, double))); break;
        case 'i': sum = mix(sum, (uint64_t)va_arg(arguments, int)); break;
        }
    va_end(arguments);
    return sum;
}

__attribute__((noinline)) static s36 recurse(s36 x, int depth) {
    if (!depth)
        return x;
    s36 y = x;
    y.words[depth % 9] += (uint32_t)depth;
    y = recurse(y, depth - 1);
    y.words[(depth + 1) % 9] ^= x.words[depth % 9];
    return y;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    s36 (*volatile through_pointer)(int, s36, uint64_t, s36) = pass_s36;
    s16 (*volatile small_pointer)(int, s16, uint64_t, s16) = pass_s16;
    uint64_t state = n + 97, sum = n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        const int a = (int)(r & 1023);
        s1 one = {(uint8_t)r};
        s3 three = {(uint16_t)(r >> 8), (uint8_t)(r >> 3)};
        s8 eight = {(float)(r & 255), (float)(r >> 8 & 255) / 4};
        s12 twelve = {r, (uint32_t)(r >> 17)};
        s16 sixteen = {(double)(r >> 30), (int64_t)r};
        s20 twenty = {r, (uint8_t)(r >> 40), "structures"};
        s36 big = {{(uint32_t)r, 2, 3, (uint32_t)i, 5, 6, 7, 8, (uint32_t)(r >> 32)}};
        one = pass_s1(a, one, r, one);
        three = pass_s3(a, three, r, three);
        eight = pass_s8(a, eight, r, eight);
        twelve = pass_s12(a, twelve, r, twelve);
        sixteen = small_pointer(a, sixteen, r, pass_s16(1, sixteen, 2, sixteen));
        twenty = pass_s20(a, twenty, r, twenty);
        big = through_pointer(a, big, r, recurse(big, 20));
        sum = mix(sum, collect("1d3i8", one, 1.5, three, a, eight));
        sum = mix(sum, collect("26i0bd", twelve, sixteen, -a, twenty, big, (double)a));
        sum = mix(sum, collect("iiiiiii6162", 1, 2, 3, 4, 5, 6, 7, sixteen, one, sixteen, twelve));
    }
    return sum;
}

// How data lies in memory and how C talks about it: bit-fields, unions, flexible and variable arrays, compound literals,
// designated initialisers, packed structures, _Generic, alignment.

#include "transcript.h"
#include <stdalign.h>
#include <stdlib.h>

PVM_MIN_STACK(65536);

typedef struct { unsigned low : 3; int middle : 7; unsigned : 2; uint64_t wide : 40; bool flag : 1; signed char small : 4; } fields;
typedef struct __attribute__((packed)) { uint8_t a; uint32_t b; uint16_t c; uint64_t d; } packed_record;
typedef struct { size_t count; struct { uint16_t key; uint8_t text[6]; } items[]; } flexible;
typedef union { uint64_t word; uint32_t halves[2]; uint8_t bytes[8]; struct { uint16_t x, y; int32_t z; }; } view;
typedef struct { alignas(32) uint8_t aligned; char tail; } spaced;

_Static_assert(sizeof(packed_record) == 15 && offsetof(packed_record, d) == 7, "packed");
_Static_assert(sizeof(spaced) == 32 && alignof(spaced) == 32, "aligned");
_Static_assert(sizeof(view) == 8, "one word");

#define KIND(x) _Generic((x), int: 1, unsigned: 2, long: 3, unsigned long: 4, double: 5, float: 6, char *: 7, const char *: 8, \
    view: 9, int (*)(void): 10, default: 11)

int function(void);

__attribute__((noinline)) static uint64_t sum_row(size_t rows, size_t columns, int matrix[rows][columns], size_t row) {
    uint64_t sum = 0;
    for (size_t i = 0; i < columns; i++)
        sum = mix(sum, (uint64_t)matrix[row][i]);
    return mix(sum, sizeof matrix[row]);
}

__attribute__((noinline)) static uint64_t from_literal(const int *values, view v) { return mix((uint64_t)values[2], v.halves[1]); }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 83, sum = n;
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t r = next(&state);
        fields f = {.low = r & 7, .middle = (int)(r >> 3 & 127) - 64, .wide = r >> 10 & 0xffffffffff, .flag = r >> 50 & 1};
        f.small = (signed char)((int)(r >> 51 & 15) - 8);
        f.low += 5, f.middle -= 3, f.wide *= 3, f.small++;
        sum = mix(sum, f.low | (uint64_t)(uint32_t)f.middle << 8);
        sum = mix(sum, f.wide + f.flag + (uint64_t)f.small);

        view v = {.word = r};
        v.bytes[5] ^= 0xff, v.z += 7, v.y = (uint16_t)(v.x * 3);
        sum = mix(sum, v.word + v.halves[0]);

        packed_record p[3] = {{1, 2, 3, 4}, [2] = {.d = r, .b = (uint32_t)r}};
        p[1] = p[2], p[1].c = (uint16_t)i;
        sum = mix_bytes(sum, p, sizeof p);

        const size_t rows = r % 5 + 1, columns = (r >> 8) % 9 + 1;
        int matrix[rows][columns];
        for (size_t y = 0; y < rows; y++)
            for (size_t x = 0; x < columns; x++)
                matrix[y][x] = (int)(y * 100 + x + i);
        sum = mix(sum, sum_row(rows, columns, matrix, rows - 1) + sizeof matrix);

        flexible *list = malloc(sizeof *list + rows * sizeof *list->items);
        list->count = rows;
        for (size_t k = 0; k < rows; k++)
            list->items[k] = (typeof(*list->items)){.key = (uint16_t)(k * 7), .text = {'a', [3] = (uint8_t)k}};
        for (size_t k = 0; k < list->count; k++)
            sum = mix_bytes(sum, &list->items[k], sizeof list->items[k]);
        free(list);

        sum = mix(sum, from_literal((int[]){1, 2, (int)i, 4}, (view){.halves = {5, (uint32_t)r}}));
        spaced s = {0};
        sum = mix(sum, (uintptr_t)&s % 32 + offsetof(spaced, tail));
    }
    const char *text = "";
    char letters[] = "x";
    view v = {0};
    sum = mix(sum, KIND(1) | KIND(1u) << 4 | KIND(1L) << 8 | KIND(1UL) << 12 | KIND(1.0) << 16 | KIND(1.0f) << 20 | KIND(letters) << 24);
    sum = mix(sum, KIND(text) | KIND(v) << 4 | KIND(function) << 8 | KIND((short)1) << 12 | KIND((short)1 + (short)1) << 16);
    return sum;
}

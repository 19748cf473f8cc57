// Functions as data: constant tables, structs of functions, functions that return functions, comparison.

#include "checksum.h"

typedef uint64_t (*operation)(uint64_t, uint64_t);

static uint64_t add(uint64_t a, uint64_t b) { return a + b; }
static uint64_t subtract(uint64_t a, uint64_t b) { return a - b; }
static uint64_t multiply(uint64_t a, uint64_t b) { return a * (b | 1); }
static uint64_t exclusive(uint64_t a, uint64_t b) { return a ^ b; }
static uint64_t rotate(uint64_t a, uint64_t b) { return a << (b & 63) | a >> (-b & 63); }

static const operation constant_table[] = {add, subtract, multiply, exclusive, rotate};
static operation variable_table[] = {rotate, exclusive, multiply};

struct shape {
    const char *name;
    const struct methods *methods;
    uint64_t width, height;
};
struct methods {
    uint64_t (*area)(const struct shape *);
    void (*scale)(struct shape *, uint64_t);
};

static uint64_t rectangle_area(const struct shape *s) { return s->width * s->height; }
static uint64_t triangle_area(const struct shape *s) { return s->width * s->height / 2; }
static void scale_both(struct shape *s, uint64_t by) { s->width *= by, s->height *= by; }
static void scale_width(struct shape *s, uint64_t by) { s->width += by; }
static const struct methods rectangle = {rectangle_area, scale_both}, triangle = {triangle_area, scale_width};

static struct shape shapes[] = {{"rectangle", &rectangle, 3, 4}, {"triangle", &triangle, 5, 6}, {"square", &rectangle, 7, 7}};

static operation choose(uint64_t i) { return i % 3 ? constant_table[i % 5] : variable_table[i / 3 % 3]; }

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    variable_table[0] = rotate;
    for (uint64_t i = 0; i < 3; i++)
        shapes[i].width = i + 3, shapes[i].height = i + 4;
    for (uint64_t i = 0; i < n; i++) {
        const operation f = choose(i);
        sum = mix(f(sum, i), f == add ? 1 : f == rotate ? 2 : 3);
        struct shape *s = &shapes[i % 3];
        s->methods->scale(s, i % 4);
        sum = mix(sum, s->methods->area(s) + (uint64_t)s->name[i % 6]);
        if (i % 17 == 0)
            variable_table[0] = constant_table[i % 5];
    }
    return sum;
}

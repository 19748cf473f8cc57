// Constants and variables that hold addresses of other data: strings, rows of different length, lists, pointers into arrays.

#include "checksum.h"

static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
static const uint16_t one[] = {1}, two[] = {1, 2}, three[] = {1, 2, 3};
static const struct { const uint16_t *row; uint32_t count; } rows[] = {{one, 1}, {two, 2}, {three, 3}};

struct node { uint64_t value; struct node *next; };
static struct node third = {30, 0}, second = {20, &third}, first = {10, &second};
static struct node *list = &first;

static uint32_t grid[4][5] = {{1, 2, 3}, {0}, {[4] = 9}, {7, 7, 7, 7, 7}};
static uint32_t *const middle = &grid[2][1];
static uint64_t zeroed[300];
static uint64_t *end_of_zeroed = zeroed + 300;
const uint64_t weights[3] = {5, 7, 11};
static const uint64_t *const last_weight = &weights[2];

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n;
    for (uint64_t i = 0; i < n; i++) {
        for (const char *c = days[i % 7]; *c; c++)
            sum = mix(sum, (unsigned char)*c);
        for (uint32_t j = 0; j < rows[i % 3].count; j++)
            sum = mix(sum, rows[i % 3].row[j]);
        for (struct node *p = list; p; p = p->next)
            sum = mix(sum, p->value);
        sum = mix(sum, middle[(int)(i % 10) - 5] + *last_weight + weights[i % 3]);
        sum = mix(sum, (uint64_t)(end_of_zeroed - zeroed) + end_of_zeroed[-1 - (int)(i % 300)]);
        sum = mix(sum, "0123456789abcdef"[i % 16]);
    }
    return sum;
}

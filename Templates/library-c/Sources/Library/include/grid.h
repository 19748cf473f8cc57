// {{name}}: places on a grid.

#ifndef GRID_H
#define GRID_H

#include <stdint.h>

typedef struct {
    int64_t x, y;
} grid_place;

// How many steps to a neighbour lead from one place to another.
int64_t grid_distance(grid_place from, grid_place to);

#endif

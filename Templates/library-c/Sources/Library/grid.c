#include "grid.h"

#include <stdlib.h>

int64_t grid_distance(grid_place from, grid_place to) {
    return llabs(to.x - from.x) + llabs(to.y - from.y);
}

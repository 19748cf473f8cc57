// A guest that uses the library.

#include <grid.h>
#include <pvm.h>

PVM_EXPORT(int64_t, distance, int64_t x, int64_t y) {
    return grid_distance((grid_place){0, 0}, (grid_place){x, y});
}

// A test: `pvm test` runs it. A false assertion stops it and says where.
PVM_TEST(distances) {
    PVM_ASSERT(distance(3, 4) == 7);
    PVM_ASSERT(distance(-3, 4) == 7);
    PVM_ASSERT(grid_distance((grid_place){1, 1}, (grid_place){1, 1}) == 0);
}

// What `pvm test` runs, with a house of its own.

#include <pvm.h>

#include "rooms.h"

static int32_t degrees(uint64_t room) {
    static const int32_t house[] = {-3, 7, 21, 21, 20};
    return house[room];
}

PVM_TEST(the_first_of_the_warmest) { PVM_ASSERT(warmest_of(5, degrees) == 2); }

PVM_TEST(frost) {
    PVM_ASSERT(warmest_of(1, degrees) == 0);
    PVM_ASSERT(warmest_of(2, degrees) == 1);
}

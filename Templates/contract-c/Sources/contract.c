// {{name}}: a contract that counts how often it is called.

#include <pvm.h>

// Variables keep their values from one call to the next, as long as the host keeps the instance.
static uint64_t counter;

// Called once, when the contract is put on the chain.
PVM_EXPORT(void, deploy) {
    counter = 0;
}

// Called for each message to the contract; returns the new count.
PVM_EXPORT(uint64_t, call) {
    counter += 1;
    return counter;
}

// What the counter stands at.
PVM_EXPORT(uint64_t, get) {
    return counter;
}

// A test: `pvm test` runs it in an instance of its own. A false assertion stops it and says where.
PVM_TEST(counting) {
    deploy();
    PVM_ASSERT(get() == 0);
    PVM_ASSERT(call() == 1);
    PVM_ASSERT(call() == 2);
    PVM_ASSERT(get() == 2);
}

// {{name}}: a program for the PVM.

#include <pvm.h>

// An export: the host can call it. Result type, name, parameters; then the body of an ordinary function.
PVM_EXPORT(uint64_t, fibonacci, uint64_t n) {
    uint64_t current = 0, next = 1;
    for (; n > 0; n--) {
        const uint64_t sum = current + next;
        current = next;
        next = sum;
    }
    return current;
}

// A test: `pvm test` runs it. A false assertion stops it and says where.
PVM_TEST(fibonacci) {
    PVM_ASSERT(fibonacci(0) == 0);
    PVM_ASSERT(fibonacci(1) == 1);
    PVM_ASSERT(fibonacci(90) == 2880067194370816120);
}

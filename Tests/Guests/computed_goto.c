// Addresses of labels, in a table and in a variable.

#include "checksum.h"

PVM_EXPORT(uint64_t, run, uint64_t n) {
    static const void *const steps[] = {&&add, &&multiply, &&exclusive, &&shift, &&done};
    uint64_t state = n + 1, sum = 0, left = n;
    const void *resume = &&add;
    goto *resume;
add:
    sum += state;
    goto choose;
multiply:
    sum *= state | 1;
    goto choose;
exclusive:
    sum ^= state;
    goto choose;
shift:
    sum = mix(sum, state >> 7);
choose:
    if (!left--)
        goto *steps[4];
    goto *steps[next(&state) & 3];
done:
    return sum;
}

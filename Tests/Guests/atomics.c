// Atomic operations of every width. A guest has one thread, so only their values count.

#include "checksum.h"
#include <stdatomic.h>

#define EXERCISE(bits)                                                                                                   \
    static _Atomic uint##bits##_t cell##bits;                                                                            \
    static _Atomic int##bits##_t signed##bits;                                                                           \
    __attribute__((noinline)) static uint64_t exercise##bits(uint64_t n) {                                               \
        uint64_t state = n + bits, sum = 0;                                                                              \
        atomic_store(&cell##bits, 0);                                                                                    \
        atomic_store_explicit(&signed##bits, -1, memory_order_release);                                                  \
        for (uint64_t i = 0; i < n; i++) {                                                                               \
            const uint##bits##_t v = (uint##bits##_t)next(&state);                                                       \
            sum = mix(sum, atomic_fetch_add(&cell##bits, v));                                                            \
            sum = mix(sum, atomic_fetch_sub_explicit(&cell##bits, (uint##bits##_t)(v >> 1), memory_order_relaxed));      \
            sum = mix(sum, atomic_fetch_xor_explicit(&cell##bits, v, memory_order_acquire));                             \
            sum = mix(sum, atomic_fetch_or(&cell##bits, (uint##bits##_t)i));                                             \
            sum = mix(sum, atomic_fetch_and_explicit(&cell##bits, (uint##bits##_t)~(i << 3), memory_order_acq_rel));     \
            sum = mix(sum, atomic_exchange(&cell##bits, (uint##bits##_t)(v * 3)));                                       \
            sum = mix(sum, __atomic_nand_fetch((uint##bits##_t *)&cell##bits, v, __ATOMIC_SEQ_CST));                     \
            sum = mix(sum, (uint64_t)(int64_t)__atomic_fetch_max(                                                        \
                               (int##bits##_t *)&signed##bits, (int##bits##_t)v, __ATOMIC_SEQ_CST));                     \
            sum = mix(sum, (uint64_t)(int64_t)__atomic_fetch_min(                                                        \
                               (int##bits##_t *)&signed##bits, (int##bits##_t)(v >> 3), __ATOMIC_RELAXED));              \
            sum = mix(sum, __atomic_fetch_max((uint##bits##_t *)&cell##bits, (uint##bits##_t)(v << 1), __ATOMIC_SEQ_CST)); \
            sum = mix(sum, __atomic_fetch_min((uint##bits##_t *)&cell##bits, (uint##bits##_t)~v, __ATOMIC_SEQ_CST));     \
            uint##bits##_t expected = i % 3 ? atomic_load(&cell##bits) : v;                                              \
            sum = mix(sum, atomic_compare_exchange_strong(&cell##bits, &expected, (uint##bits##_t)(v + i)));             \
            sum = mix(sum, expected);                                                                                    \
            while (!atomic_compare_exchange_weak(&cell##bits, &expected, (uint##bits##_t)(expected + 1)))                \
                continue;                                                                                                \
            atomic_thread_fence(memory_order_seq_cst);                                                                   \
            sum = mix(sum, atomic_load_explicit(&cell##bits, memory_order_acquire));                                     \
        }                                                                                                                \
        return sum;                                                                                                      \
    }

EXERCISE(8)
EXERCISE(16)
EXERCISE(32)
EXERCISE(64)

// Neighbours in one word must stay as they are.
static struct {
    _Atomic uint8_t bytes[8];
} packed;
static atomic_flag flag = ATOMIC_FLAG_INIT;

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = mix(mix(exercise8(n), exercise16(n)), mix(exercise32(n), exercise64(n)));
    for (unsigned i = 0; i < 8; i++)
        atomic_store(&packed.bytes[i], (uint8_t)(i * 37));
    for (uint64_t i = 0; i < n; i++)
        sum = mix(sum, atomic_fetch_add(&packed.bytes[i * 5 % 8], (uint8_t)i));
    for (unsigned i = 0; i < 8; i++)
        sum = mix(sum, atomic_load(&packed.bytes[i]));
    sum = mix(sum, (uint64_t)atomic_flag_test_and_set(&flag) << 1 | atomic_flag_test_and_set(&flag));
    atomic_flag_clear(&flag);
    return sum;
}

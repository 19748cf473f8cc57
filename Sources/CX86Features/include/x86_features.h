// Which optional instructions this processor has and the kernel allows: `cpuid` and the auxiliary vector, which Swift
// cannot ask.

#ifndef X86_FEATURES_H
#define X86_FEATURES_H

#include <stdint.h>

/// One bit per instruction set extension.
typedef enum : uint32_t {
    X86_FEATURE_BMI1 = 1,
    X86_FEATURE_BMI2 = 2,
    X86_FEATURE_ADX = 4,
    X86_FEATURE_LZCNT = 8,
    X86_FEATURE_POPCNT = 16,
    X86_FEATURE_FSGSBASE = 32,
} x86_feature;

/// The extensions that may be used in this process; 0 on processors that are not x86-64.
uint32_t x86_features(void);

#endif

// See the header. The bits of `cpuid` are those of Intel's and AMD's manuals.

#include "x86_features.h"

#if defined(__x86_64__)

#include <cpuid.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

static uint32_t feature_if(uint32_t reg, int bit, x86_feature feature) { return (reg >> bit & 1) ? feature : 0; }

uint32_t x86_features(void) {
    uint32_t eax, ebx, ecx, edx;
    uint32_t features = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx)) {
        features |= feature_if(ecx, 23, X86_FEATURE_POPCNT);
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
        features |= feature_if(ebx, 3, X86_FEATURE_BMI1);
        features |= feature_if(ebx, 8, X86_FEATURE_BMI2);
        features |= feature_if(ebx, 19, X86_FEATURE_ADX);
    }
    if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx)) {
        features |= feature_if(ecx, 5, X86_FEATURE_LZCNT);
    }
#if defined(__linux__)
    // The processor's own bit does not say whether the kernel has switched the instructions on; this one does.
    features |= feature_if((uint32_t)getauxval(AT_HWCAP2), 1, X86_FEATURE_FSGSBASE);
#endif
    return features;
}

#else

uint32_t x86_features(void) { return 0; }

#endif

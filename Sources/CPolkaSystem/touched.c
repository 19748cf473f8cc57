// Touched pages, from /proc/self/pagemap on Linux. Of mincore's answers one is wrong here: that a page in the swap is not there.

#define _DEFAULT_SOURCE
#include "pvm_touched.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int32_t pvm_is_zero(const void *start, uint64_t byte_count) {
    const unsigned char *bytes = start;
    return byte_count == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, byte_count - 1) == 0);
}

#if defined(__linux__)

int32_t pvm_touched_open(void) {
    return open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

int32_t pvm_touched_read(int32_t file, const void *start, uint64_t page_count, uint8_t *touched) {
    // Present, or swapped out (the kernel's Documentation/admin-guide/mm/pagemap.rst).
    const uint64_t mask = UINT64_C(3) << 62;
    uint64_t entries[512];
    uint64_t page = (uint64_t)(uintptr_t)start / (uint64_t)sysconf(_SC_PAGESIZE);
    while (page_count > 0) {
        const uint64_t count = page_count < 512 ? page_count : 512;
        const ssize_t read = pread(file, entries, count * sizeof entries[0], (off_t)(page * sizeof entries[0]));
        if (read != (ssize_t)(count * sizeof entries[0])) return -1;
        for (uint64_t index = 0; index < count; index++) touched[index] = (entries[index] & mask) != 0;
        touched += count;
        page += count;
        page_count -= count;
    }
    return 0;
}

void pvm_touched_close(int32_t file) {
    close(file);
}

#else

int32_t pvm_touched_open(void) {
    return -1;
}

int32_t pvm_touched_read(int32_t file, const void *start, uint64_t page_count, uint8_t *touched) {
    (void)file, (void)start, (void)page_count, (void)touched;
    return -1;
}

void pvm_touched_close(int32_t file) {
    (void)file;
}

#endif

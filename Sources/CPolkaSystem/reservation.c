// Address space from plain POSIX mmap, the same on every host.

#define _DEFAULT_SOURCE
#include "pvm_system.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if !defined(MAP_ANONYMOUS)
#define MAP_ANONYMOUS MAP_ANON
#endif
#if !defined(MAP_NORESERVE)
#define MAP_NORESERVE 0
#endif

static const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void *pvm_reserve(uint64_t byte_count, int32_t *error) {
    void *start = mmap(0, byte_count, PROT_NONE, flags, -1, 0);
    if (start != MAP_FAILED) return start;
    *error = errno;
    return 0;
}

void pvm_release(void *start, uint64_t byte_count) {
    munmap(start, byte_count);
}

static int protection(pvm_rights rights) {
    switch (rights) {
    case PVM_RIGHTS_NONE: return PROT_NONE;
    case PVM_RIGHTS_READ: return PROT_READ;
    case PVM_RIGHTS_READ_WRITE: return PROT_READ | PROT_WRITE;
    }
    return PROT_NONE;
}

int32_t pvm_protect(void *start, uint64_t byte_count, pvm_rights rights) {
    return mprotect(start, byte_count, protection(rights)) == 0 ? 0 : errno;
}

int32_t pvm_renew(void *start, uint64_t byte_count, pvm_rights rights) {
    // Mapping anew over the old range is one call, atomic, and means the same on every system; madvise does not.
    return mmap(start, byte_count, protection(rights), flags | MAP_FIXED, -1, 0) == MAP_FAILED ? errno : 0;
}

int32_t pvm_forget(void *start, uint64_t byte_count) {
#if defined(__linux__)
    return madvise(start, byte_count, MADV_DONTNEED) == 0 ? 0 : errno;
#else
    (void)start;
    (void)byte_count;
    return ENOTSUP;
#endif
}

int32_t pvm_clear(void *start, uint64_t byte_count) {
#if defined(__linux__)
    // Only here does the advice promise zeros. For little memory the system call and the faults that follow take longer.
    if (byte_count > 32 * 1024) return madvise(start, byte_count, MADV_DONTNEED) == 0 ? 0 : errno;
#endif
    memset(start, 0, byte_count);
    return 0;
}

// Below this the zeros of a large page cost more than the faults that it saves.
static const uint64_t much = 256 * 1024, large_page = 2 * 1024 * 1024;

void *pvm_map(uint64_t byte_count, uint64_t expected_byte_count, int32_t *error) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (expected_byte_count >= much && byte_count >= large_page) {
        char *start = mmap(0, byte_count + large_page, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (start == MAP_FAILED) {
            *error = errno;
            return 0;
        }
        const uint64_t before = (large_page - (uintptr_t)start % large_page) % large_page;
        if (before > 0) munmap(start, before);
        if (before < large_page) munmap(start + before + byte_count, large_page - before);
        // A wish; without large pages everything works as well.
        madvise(start + before, byte_count, MADV_HUGEPAGE);
        return start + before;
    }
#endif
    (void)expected_byte_count;
    void *start = mmap(0, byte_count, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (start != MAP_FAILED) return start;
    *error = errno;
    return 0;
}

void *pvm_reserve_low(uint64_t byte_count) {
#if defined(MAP_32BIT)
    void *start = mmap(0, byte_count, PROT_READ | PROT_WRITE, flags | MAP_32BIT, -1, 0);
    return start == MAP_FAILED ? 0 : start;
#else
    (void)byte_count;
    return 0;
#endif
}

uint64_t pvm_page_byte_count(void) {
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

// What is mapped for so many bytes: whole pages, large ones if they are worth it.
static uint64_t whole_byte_count(uint64_t byte_count) {
    const uint64_t page = byte_count >= much ? large_page : pvm_page_byte_count();
    return (byte_count + page - 1) / page * page;
}

// From here on memory comes from the system: calloc may take it from what was freed before, and set all of it to zeros.
static const uint64_t mapped_byte_count = 128 * 1024;

void *pvm_allocate(uint64_t byte_count) {
    if (byte_count < mapped_byte_count) return malloc(byte_count);
    int32_t error;
    return pvm_map(whole_byte_count(byte_count), byte_count, &error);
}

void *pvm_allocate_zeros(uint64_t byte_count) {
    return byte_count < mapped_byte_count ? calloc(1, byte_count) : pvm_allocate(byte_count);
}

void pvm_free(void *start, uint64_t byte_count) {
    if (byte_count < mapped_byte_count) {
        free(start);
    } else {
        munmap(start, whole_byte_count(byte_count));
    }
}

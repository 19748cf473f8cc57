// Files in memory: memfd_create on Linux, nothing elsewhere.

#define _GNU_SOURCE
#include "pvm_memory_file.h"

#include "pvm_system.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__linux__)

int32_t pvm_memory_file_create(uint64_t byte_count, int32_t *error) {
    const int file = memfd_create("pvm", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) {
        *error = errno;
        return -1;
    }
    if (ftruncate(file, (off_t)byte_count) != 0) {
        *error = errno;
        close(file);
        return -1;
    }
    return file;
}

int32_t pvm_memory_file_write(int32_t file, uint64_t offset, const void *bytes, uint64_t byte_count) {
    const char *next = bytes;
    while (byte_count > 0) {
        const ssize_t count = pwrite(file, next, byte_count, (off_t)offset);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count == 0 ? EIO : errno;
        next += count;
        offset += (uint64_t)count;
        byte_count -= (uint64_t)count;
    }
    return 0;
}

int32_t pvm_memory_file_seal(int32_t file) {
    return fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0 ? 0 : errno;
}

int32_t pvm_memory_file_map(int32_t file, uint64_t offset, void *start, uint64_t byte_count, int32_t rights) {
    int protection = PROT_NONE;
    if (rights != PVM_RIGHTS_NONE) protection |= PROT_READ;
    if (rights == PVM_RIGHTS_READ_WRITE) protection |= PROT_WRITE;
    const int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
    return mmap(start, byte_count, protection, flags, file, (off_t)offset) == MAP_FAILED ? errno : 0;
}

void pvm_memory_file_close(int32_t file) {
    close(file);
}

#else

int32_t pvm_memory_file_create(uint64_t byte_count, int32_t *error) {
    (void)byte_count;
    *error = ENOTSUP;
    return -1;
}

int32_t pvm_memory_file_write(int32_t file, uint64_t offset, const void *bytes, uint64_t byte_count) {
    (void)file, (void)offset, (void)bytes, (void)byte_count;
    return ENOTSUP;
}

int32_t pvm_memory_file_seal(int32_t file) {
    (void)file;
    return ENOTSUP;
}

int32_t pvm_memory_file_map(int32_t file, uint64_t offset, void *start, uint64_t byte_count, int32_t rights) {
    (void)file, (void)offset, (void)start, (void)byte_count, (void)rights;
    return ENOTSUP;
}

void pvm_memory_file_close(int32_t file) {
    (void)file;
}

#endif

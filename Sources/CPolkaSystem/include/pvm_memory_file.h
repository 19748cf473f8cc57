// Files that are memory and have no name: what many reservations show at once, each with changes of its own.

#ifndef PVM_MEMORY_FILE_H
#define PVM_MEMORY_FILE_H

#include <stdint.h>

/// Makes a file of zeros; returns its descriptor, or -1 and errno in `error`, ENOTSUP where the system has no such files.
int32_t pvm_memory_file_create(uint64_t byte_count, int32_t *_Nonnull error);

/// Writes into the file; returns 0 or errno.
int32_t pvm_memory_file_write(int32_t file, uint64_t offset, const void *_Nonnull bytes, uint64_t byte_count);

/// Makes the file one that nobody can change any more; returns 0 or errno.
int32_t pvm_memory_file_seal(int32_t file);

/// Shows a part of the file in place of a range of a reservation, which then has these rights and keeps its changes to
/// itself; returns 0 or errno.
///
/// All places start and end at pages of the host. `rights` is a `pvm_rights`.
int32_t pvm_memory_file_map(
    int32_t file, uint64_t offset, void *_Nonnull start, uint64_t byte_count, int32_t rights);

/// Closes the file; where it is shown it stays.
void pvm_memory_file_close(int32_t file);

#endif

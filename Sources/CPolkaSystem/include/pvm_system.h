// What the virtual machine needs of the operating system and Swift cannot ask for: address space.
//
// A guest's 4 GiB are reserved in one piece and opened range by range, so that a guest address is an offset from one base.

#ifndef PVM_SYSTEM_H
#define PVM_SYSTEM_H

#include "pvm_background.h"
#include "pvm_hash.h"
#include "pvm_memory_file.h"
#include "pvm_native.h"
#include "pvm_thread.h"
#include "pvm_touched.h"

#include <stdint.h>

/// What may be done to a range of a reservation.
typedef enum : int32_t {
    PVM_RIGHTS_NONE = 0,
    PVM_RIGHTS_READ = 1,
    PVM_RIGHTS_READ_WRITE = 2,
} pvm_rights;

/// Reserves address space without access and without memory behind it.
///
/// Returns null and stores errno in `error` if the system refuses.
void *_Nullable pvm_reserve(uint64_t byte_count, int32_t *_Nonnull error);

/// Gives a reservation back.
void pvm_release(void *_Nonnull start, uint64_t byte_count);

/// Changes the rights of a range and keeps its contents; returns 0 or errno.
///
/// The range starts and ends at pages of the host.
int32_t pvm_protect(void *_Nonnull start, uint64_t byte_count, pvm_rights rights);

/// Gives back the memory of a range, or what was mapped there, and lays fresh memory in its place, which reads as zeros;
/// returns 0 or errno.
int32_t pvm_renew(void *_Nonnull start, uint64_t byte_count, pvm_rights rights);

/// Takes back all that was written in a range, whatever its rights: it reads as zeros, and where a file is mapped as the
/// file; returns 0 or errno, ENOTSUP where the system has no call for it.
int32_t pvm_forget(void *_Nonnull start, uint64_t byte_count);

/// Sets a range that may be written to zeros and keeps its rights; returns 0 or errno.
///
/// The range starts and ends at pages of the host. A large one gives its memory back to the system, if that can be done.
int32_t pvm_clear(void *_Nonnull start, uint64_t byte_count);

/// Fresh memory that can be written, all zeros; null and errno in `error` if the system refuses.
///
/// If much of it is likely to be used, it comes in large pages where the system has them: what is then spent on a page is
/// spent on 512 at once.
void *_Nullable pvm_map(uint64_t byte_count, uint64_t expected_byte_count, int32_t *_Nonnull error);

/// Memory that can be written and lies below 2 GiB, none of it used yet; null if the system has no such thing.
void *_Nullable pvm_reserve_low(uint64_t byte_count);

/// The size of a page of the host, in bytes.
uint64_t pvm_page_byte_count(void);

/// Memory that holds zeros, of which large amounts cost nothing until they are touched; null if there is none left.
void *_Nullable pvm_allocate_zeros(uint64_t byte_count);

/// The same, but what the memory holds is not known.
void *_Nullable pvm_allocate(uint64_t byte_count);

/// Gives back what one of these two returned.
void pvm_free(void *_Nonnull start, uint64_t byte_count);

#endif

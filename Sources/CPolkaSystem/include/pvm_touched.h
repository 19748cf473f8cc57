// Which pages of memory anybody has touched: the others hold what they were mapped with, and asking leaves them alone.

#ifndef PVM_TOUCHED_H
#define PVM_TOUCHED_H

#include <stdint.h>

/// Opens what the system tells about the process's pages; a descriptor to be closed by `pvm_touched_close`, -1 if it tells
/// nothing.
int32_t pvm_touched_open(void);

/// Stores for each page of the host, from the one at `start` on, whether it was touched, 0 or 1; returns 0, or -1 if the
/// system does not tell.
///
/// A page that was moved out to disk counts as touched.
int32_t pvm_touched_read(int32_t file, const void *_Nonnull start, uint64_t page_count, uint8_t *_Nonnull touched);

void pvm_touched_close(int32_t file);

/// Whether all bytes are zero.
int32_t pvm_is_zero(const void *_Nonnull start, uint64_t byte_count);

#endif

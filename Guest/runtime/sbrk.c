// sbrk for programs with an allocator of their own. Memory is only ever added, in the steps of the heap.

#include "heap.h"
#include <errno.h>
#include <unistd.h>

static inline size_t rounded(size_t size) { return (size + 15) & ~(size_t)15; }

void *sbrk(ptrdiff_t increment) {
    static unsigned char *end;
    // What is left of the last step, right behind the end.
    static size_t left;
    const size_t wanted = (size_t)increment;
    if (increment < 0 || (!end && !(end = pvm_grow_heap(0))))
        return errno = ENOMEM, (void *)-1;
    if (wanted > left) {
        size_t added = rounded(wanted - left);
        unsigned char *start = pvm_grow_heap(added);
        // Where malloc has grown the heap in between, all of it has to come from behind that.
        if (start && start != end + left)
            start = pvm_grow_heap(added = rounded(wanted)), end = start, left = 0;
        if (!start)
            return errno = ENOMEM, (void *)-1;
        left += added;
    }
    unsigned char *start = end;
    end += wanted;
    left -= wanted;
    return start;
}

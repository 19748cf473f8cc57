// What the Swift runtime exports without a Swift declaration.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/// The text of a mangled name, to be freed; null if it is none.
char *_Nullable swift_demangle(
    const char *_Nullable mangledName, size_t mangledNameLength, char *_Nullable outputBuffer,
    size_t *_Nullable outputBufferSize, uint32_t flags);

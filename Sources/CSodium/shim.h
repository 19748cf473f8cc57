// libsodium, as a Swift module: hashes of content.
#include <sodium.h>

// Prints digests as sha256sum does: of standard input, or of each word behind `--`.

#include "sha256.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print(sha256 *hash, const char *name) {
    const sha256_digest digest = sha256_end(hash);
    for (size_t i = 0; i < sizeof digest.bytes; i++)
        printf("%02x", digest.bytes[i]);
    printf("  %s\n", name);
}

int main(int argc, char **argv) {
    sha256 hash;
    for (int i = 1; i < argc; i++) {
        sha256_begin(&hash);
        sha256_add(&hash, argv[i], strlen(argv[i]));
        print(&hash, argv[i]);
    }
    if (argc > 1)
        return 0;
    // `read` takes as much as the host has, straight to where it is wanted.
    static uint8_t buffer[65536];
    ssize_t count;
    sha256_begin(&hash);
    while ((count = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        sha256_add(&hash, buffer, (size_t)count);
    print(&hash, "-");
    return 0;
}

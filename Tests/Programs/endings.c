// The ways in which a program ends, and what runs then: endings return|exit|deep|quick|nothing STATUS. Shows its arguments first.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void before(void) { puts("constructor"); }

static void first(void) { puts("registered first, runs last"); }
static void second(void) { fputs("registered second\n", stderr); }
static void third(void) {
    puts("registered third, registers another");
    atexit(second);
}

static void deep(int depth, int status) {
    if (!depth)
        exit(status);
    char room[32];
    snprintf(room, sizeof room, "depth %d", depth);
    deep(depth - 1, status);
    puts(room);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        printf("%d: '%s' (%zu bytes)\n", i, argv[i], strlen(argv[i]));
    if (argv[argc]) {
        puts("the array of arguments does not end");
        return 99;
    }
    atexit(first);
    atexit(third);
    FILE *file = fopen("/no/such/file", "r");
    if (!file) {
        fprintf(stderr, "%d %s\n", errno == ENOENT, strerror(errno));
        perror("endings");
    }
    const int status = argc > 2 ? atoi(argv[2]) : 0;
    const char *way = argc > 1 ? argv[1] : "nothing";
    if (!strcmp(way, "return"))
        return status;
    if (!strcmp(way, "exit"))
        exit(status);
    if (!strcmp(way, "deep"))
        deep(10, status);
    if (!strcmp(way, "quick")) {
        // Nothing that was registered runs, and what was not written out is lost where output is held back.
        fflush(stdout);
        _Exit(status);
    }
}

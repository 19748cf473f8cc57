// Functions with __attribute__((constructor)). A guest has no start-up code, the host just calls its exports; one that uses
// constructors calls this in its exports before anything else. They run once in each instance, in order of priority.

#include <pvm.h>

extern void (*const __init_array_start[])(void);
extern void (*const __init_array_end[])(void);

void pvm_run_constructors(void) {
    static bool done;
    if (done)
        return;
    done = true;
    for (void (*const *constructor)(void) = __init_array_start; constructor != __init_array_end; constructor++)
        (*constructor)();
}

// What code compiled with -fstack-protector refers to. The canary is a constant, because guests are deterministic: it finds
// accidents, not attacks. Its zero byte stops string functions.

#include <pvm.h>

extern const uintptr_t __stack_chk_guard;
const uintptr_t __stack_chk_guard = 0x00d6e8feb86659fd;

_Noreturn void __stack_chk_fail(void);
_Noreturn void __stack_chk_fail(void) {
    static const char text[] = "stack overwritten past a local variable\n";
    pvm_console_write(text, sizeof text - 1, 2);
    PVM_TRAP();
}

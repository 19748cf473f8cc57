// The heap of a guest that does not say how large it should be, on machines where that has to be said: 64 KiB, as stacks and
// data of contracts are small. An object of the guest with PVM_HEAP takes the place of this one.

#include <pvm.h>

PVM_HEAP(65536);

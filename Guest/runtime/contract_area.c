// The memory of contracts that do not say how much they need: 64 KiB. An object of the guest with PVM_CONTRACT_MEMORY takes the place of
// this one.

#include <pvm_contract.h>

PVM_CONTRACT_MEMORY(65536);

// What the files of the runtime for contracts share.

#ifndef PVM_RUNTIME_CONTRACT_H
#define PVM_RUNTIME_CONTRACT_H

#include "runtime.h"
#include <pvm_contract.h>

// Of a contract that is deployed each byte is paid for.
#define SMALL __attribute__((minsize))

// Codes of Panic(uint256), as Solidity has them.
enum { PANIC_OVERFLOW = 0x11, PANIC_DIVISION = 0x12, PANIC_INDEX = 0x32, PANIC_MEMORY = 0x41 };

// Takes memory without rounding, so that what is written lies without gaps.
uint8_t *pvm_contract_take_(uint32_t bytes);

// Copies bytes: memcpy is faster with many, and seven times as long.
void pvm_contract_copy_(void *to, const void *from, size_t count);

// A number as a word at any place, and back.
void pvm_contract_put_(void *word, const u256 *value);
void pvm_contract_get_(u256 *value, const void *word);
void pvm_contract_put_address_(void *word, const address *value);

#endif

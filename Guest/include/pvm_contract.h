// Contracts in C, for pallet-revive: what all of them need. `pvm build` makes headers of a project's .abi files, which include
// this one; with them a contract consists of ordinary functions.
//
//     enum { OWNER, BALANCES };                        // variables in storage, numbered as Solidity does
//
//     u256 token_balance_of(const address *owner) {
//         const bytes32 slot = pvm_map_address(BALANCES, owner);
//         return pvm_load_u256(&slot);
//     }
//
// Numbers of 256 bits, addresses and words are passed by pointer and returned by value: a copy of each for each call would
// double the size of a contract. What goes wrong ends the contract and undoes what it did, so functions that can fail need no
// result for it.

#ifndef PVM_CONTRACT_H
#define PVM_CONTRACT_H

#include <pvm.h>
#include <pvm_bytes.h>
#include <pvm_revive.h>

#include <string.h>

// MARK: Types

/// A number of 256 bits, the lowest limb first, which is also how the host has it. Signed numbers are in two's complement.
typedef struct {
    uint64_t limbs[4];
} u256;

/// The address of an account or contract.
typedef struct {
    uint8_t bytes[20];
} address;

// bytes1 to bytes32 of the contract ABI.
#define PVM_FIXED_BYTES_(count)                                                                                          \
    typedef struct {                                                                                                     \
        uint8_t bytes[count];                                                                                            \
    } bytes##count;
PVM_FIXED_BYTES_(1) PVM_FIXED_BYTES_(2) PVM_FIXED_BYTES_(3) PVM_FIXED_BYTES_(4)
PVM_FIXED_BYTES_(5) PVM_FIXED_BYTES_(6) PVM_FIXED_BYTES_(7) PVM_FIXED_BYTES_(8)
PVM_FIXED_BYTES_(9) PVM_FIXED_BYTES_(10) PVM_FIXED_BYTES_(11) PVM_FIXED_BYTES_(12)
PVM_FIXED_BYTES_(13) PVM_FIXED_BYTES_(14) PVM_FIXED_BYTES_(15) PVM_FIXED_BYTES_(16)
PVM_FIXED_BYTES_(17) PVM_FIXED_BYTES_(18) PVM_FIXED_BYTES_(19) PVM_FIXED_BYTES_(20)
PVM_FIXED_BYTES_(21) PVM_FIXED_BYTES_(22) PVM_FIXED_BYTES_(23) PVM_FIXED_BYTES_(24)
PVM_FIXED_BYTES_(25) PVM_FIXED_BYTES_(26) PVM_FIXED_BYTES_(27) PVM_FIXED_BYTES_(28)
PVM_FIXED_BYTES_(29) PVM_FIXED_BYTES_(30) PVM_FIXED_BYTES_(31) PVM_FIXED_BYTES_(32)

/// Data in the form of the contract ABI: call data, or what another contract returned. Offsets in it count from its first byte.
typedef struct {
    const uint8_t *bytes;
    uint32_t count;
} pvm_data;

/// An array as the contract ABI has it; pvm_element_… gives an element, and pvm_array_of_… makes one.
typedef struct {
    const uint8_t *bytes; // the elements, or their offsets from here
    uint32_t byte_count;  // to the end of the data
    uint32_t count;       // of elements
} pvm_array;

/// An event, ready to be told or to be compared: its topics, and its data behind them.
typedef struct {
    const uint8_t *topics;
    uint32_t topic_count, data_count;
} pvm_log;

// MARK: How a contract ends

/// Undoes what the contract did and says why: Solidity's `revert("…")`. Does not return.
#define pvm_revert(text) pvm_revert_text(text, strlen(text))
/// Reverts with a text unless the condition is true.
#define pvm_require(condition, text)                                                                                     \
    (__builtin_expect(!(condition), 0) ? pvm_revert_text(text, strlen(text)) : (void)0)

_Noreturn void pvm_revert_text(const char *text, size_t length);
/// Reverts with data: of an error that a .abi file declares, or what another contract reverted with.
_Noreturn void pvm_revert_data(pvm_bytes data);
/// Reverts with Solidity's Panic(uint256): 0x11 overflow, 0x12 division by zero, 0x32 index out of bounds, 0x41 out of memory.
_Noreturn void pvm_panic(uint64_t code);
/// Ends the contract with an output.
_Noreturn void pvm_return(pvm_bytes data);

// MARK: Numbers of 256 bits

/// A constant of at most 64 bits as an argument: u256_mul(&amount, U256(3)).
#define U256(value) (&(const u256){{(value), 0, 0, 0}})
/// The largest number, as an argument.
#define U256_MAX (&(const u256){{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}})

/// A number of at most 64 bits.
static inline u256 u256_from(uint64_t value) { return (u256){{value, 0, 0, 0}}; }
/// A signed number of at most 64 bits.
static inline u256 u256_from_signed(int64_t value) {
    const uint64_t sign = (uint64_t)(value >> 63);
    return (u256){{(uint64_t)value, sign, sign, sign}};
}
/// The number `value` times 10 to the power of `decimals`; panics if it has more than 256 bits.
u256 u256_from_decimal(uint64_t value, unsigned decimals);

static inline bool u256_is_zero(const u256 *a) { return (a->limbs[0] | a->limbs[1] | a->limbs[2] | a->limbs[3]) == 0; }
bool u256_equal(const u256 *a, const u256 *b);
bool u256_less(const u256 *a, const u256 *b);
static inline bool u256_at_most(const u256 *a, const u256 *b) { return !u256_less(b, a); }
static inline u256 u256_smaller(const u256 *a, const u256 *b) { return u256_less(b, a) ? *b : *a; }
static inline u256 u256_larger(const u256 *a, const u256 *b) { return u256_less(a, b) ? *b : *a; }
/// Compares signed numbers.
bool u256_less_signed(const u256 *a, const u256 *b);

// These panic where the result has more than 256 bits, is negative, or is divided by zero; as Solidity does.
u256 u256_add(const u256 *a, const u256 *b);
u256 u256_sub(const u256 *a, const u256 *b);
u256 u256_mul(const u256 *a, const u256 *b);
u256 u256_div(const u256 *a, const u256 *b);
u256 u256_mod(const u256 *a, const u256 *b);
/// a · b / c with all 512 bits in between, rounded down.
u256 u256_mul_div(const u256 *a, const u256 *b, const u256 *c);
/// The whole part of the square root.
u256 u256_sqrt(const u256 *a);
/// The number if it has at most 64 bits; else it panics.
uint64_t u256_to_uint64(const u256 *a);

// These drop what does not fit.
u256 u256_wrapping_add(const u256 *a, const u256 *b);
u256 u256_wrapping_sub(const u256 *a, const u256 *b);
u256 u256_wrapping_mul(const u256 *a, const u256 *b);
// These tell whether the result fits; it is stored without what does not. It may be one of the operands.
bool u256_try_add(const u256 *a, const u256 *b, u256 *result);
bool u256_try_sub(const u256 *a, const u256 *b, u256 *result);
bool u256_try_mul(const u256 *a, const u256 *b, u256 *result);

u256 u256_and(const u256 *a, const u256 *b);
u256 u256_or(const u256 *a, const u256 *b);
u256 u256_xor(const u256 *a, const u256 *b);
u256 u256_not(const u256 *a);
/// Shifted by any number of bits; by 256 and more gives zero.
u256 u256_shift_left(const u256 *a, unsigned bits);
u256 u256_shift_right(const u256 *a, unsigned bits);

/// The word of a number: 32 bytes, the highest first.
bytes32 u256_to_word(const u256 *a);
u256 u256_from_word(const bytes32 *word);

// MARK: Addresses and words

/// The address of zeros, as an argument.
#define ADDRESS_ZERO (&(const address){{0}})

bool address_equal(const address *a, const address *b);
bool address_is_zero(const address *a);
static inline bool bytes32_equal(const bytes32 *a, const bytes32 *b) { return memcmp(a, b, sizeof *a) == 0; }
/// The word of an address, which has zeros in front.
bytes32 address_to_word(const address *a);

/// Bytes of a text.
static inline pvm_bytes pvm_text(const char *text) { return (pvm_bytes){text, strlen(text)}; }
static inline pvm_bytes pvm_no_bytes(void) { return (pvm_bytes){"", 0}; }
bool pvm_bytes_equal(pvm_bytes a, pvm_bytes b);
/// The Keccak-256 hash of bytes.
bytes32 pvm_keccak(pvm_bytes bytes);

// MARK: Where the contract is

/// Who called.
static inline address pvm_caller(void) {
    address result;
    revive_caller(result.bytes);
    return result;
}
/// Who signed the transaction.
static inline address pvm_origin(void) {
    address result;
    revive_origin(result.bytes);
    return result;
}
/// The contract's own address.
static inline address pvm_self(void) {
    address result;
    revive_address(result.bytes);
    return result;
}
/// The value that came with the call.
static inline u256 pvm_value(void) {
    u256 result;
    revive_value_transferred((uint8_t *)&result);
    return result;
}
/// What the contract owns.
static inline u256 pvm_balance(void) {
    u256 result;
    revive_balance((uint8_t *)&result);
    return result;
}
/// What an account owns.
static inline u256 pvm_balance_of(const address *account) {
    u256 result;
    revive_balance_of(account->bytes, (uint8_t *)&result);
    return result;
}
/// The time of the block, in seconds since 1970.
static inline uint64_t pvm_time(void) {
    u256 result;
    revive_now((uint8_t *)&result);
    return result.limbs[0];
}
/// The number of the block.
static inline uint64_t pvm_block_number(void) {
    u256 result;
    revive_block_number((uint8_t *)&result);
    return result.limbs[0];
}
/// The number of the chain.
static inline uint64_t pvm_chain_id(void) {
    u256 result;
    revive_chain_id((uint8_t *)&result);
    return result.limbs[0];
}

// MARK: Storage, as Solidity lays it out
//
// A variable has a number; each value has a slot of its own. Other slots are words: those of maps' entries and of arrays' elements.
// What was never stored is zero, and zero takes no place.

u256 pvm_get_u256(uint64_t variable);
void pvm_set_u256(uint64_t variable, const u256 *value);
address pvm_get_address(uint64_t variable);
void pvm_set_address(uint64_t variable, const address *value);
static inline uint64_t pvm_get_uint64(uint64_t variable) { return pvm_get_u256(variable).limbs[0]; }
static inline void pvm_set_uint64(uint64_t variable, uint64_t value) { pvm_set_u256(variable, U256(value)); }
static inline bool pvm_get_bool(uint64_t variable) { return pvm_get_uint64(variable) != 0; }
static inline void pvm_set_bool(uint64_t variable, bool value) { pvm_set_uint64(variable, value); }
/// Bytes or text of any length.
pvm_bytes pvm_get_bytes(uint64_t variable);
void pvm_set_bytes(uint64_t variable, pvm_bytes value);

/// The slot of a variable.
static inline bytes32 pvm_slot(uint64_t variable) { return u256_to_word(U256(variable)); }
// The slot of a key's value in a variable that is a map.
bytes32 pvm_map_address(uint64_t variable, const address *key);
bytes32 pvm_map_u256(uint64_t variable, const u256 *key);
bytes32 pvm_map_word(uint64_t variable, const bytes32 *key);
static inline bytes32 pvm_map_uint64(uint64_t variable, uint64_t key) { return pvm_map_u256(variable, U256(key)); }
// The same for a map at a slot, such as an entry of a map of maps.
bytes32 pvm_entry_address(const bytes32 *map, const address *key);
bytes32 pvm_entry_u256(const bytes32 *map, const u256 *key);
bytes32 pvm_entry_word(const bytes32 *map, const bytes32 *key);
/// The slot of an element of an array at a slot, which itself holds the number of elements; that is the caller's to check.
bytes32 pvm_array_slot(const bytes32 *array, uint64_t index);

bytes32 pvm_load_word(const bytes32 *slot);
void pvm_store_word(const bytes32 *slot, const bytes32 *value);
u256 pvm_load_u256(const bytes32 *slot);
void pvm_store_u256(const bytes32 *slot, const u256 *value);
address pvm_load_address(const bytes32 *slot);
void pvm_store_address(const bytes32 *slot, const address *value);
static inline uint64_t pvm_load_uint64(const bytes32 *slot) { return pvm_load_u256(slot).limbs[0]; }
static inline void pvm_store_uint64(const bytes32 *slot, uint64_t value) { pvm_store_u256(slot, U256(value)); }
static inline bool pvm_load_bool(const bytes32 *slot) { return pvm_load_uint64(slot) != 0; }
static inline void pvm_store_bool(const bytes32 *slot, bool value) { pvm_store_uint64(slot, value); }
pvm_bytes pvm_load_bytes(const bytes32 *slot);
void pvm_store_bytes(const bytes32 *slot, pvm_bytes value);

// MARK: Memory
//
// A contract begins anew with each call, so what it takes is never given back; there are 64 KiB, or what PVM_CONTRACT_MEMORY says.
// Call data, returned data and what is encoded are there.

/// Sets the memory for call data and encoding, in bytes: PVM_CONTRACT_MEMORY(262144); outside of any function, once.
#define PVM_CONTRACT_MEMORY(bytes)                                                                                       \
    uint8_t pvm_contract_memory[bytes] __attribute__((aligned(16)));                                                     \
    const uint32_t pvm_contract_memory_size = (bytes)
extern uint8_t pvm_contract_memory[];
extern const uint32_t pvm_contract_memory_size;

/// Memory for as many bytes; panics if there is no more.
void *pvm_allocate(size_t bytes);

// MARK: Elements of arrays

/// The place of an element in the array's data; panics if there is none of that index. `size` is what an element takes there.
uint32_t pvm_element(pvm_array array, uint32_t index, uint32_t size);
u256 pvm_element_u256(pvm_array array, uint32_t index);
uint64_t pvm_element_uint64(pvm_array array, uint32_t index);
int64_t pvm_element_int64(pvm_array array, uint32_t index);
address pvm_element_address(pvm_array array, uint32_t index);
bool pvm_element_bool(pvm_array array, uint32_t index);
bytes32 pvm_element_bytes32(pvm_array array, uint32_t index);
/// Of bytes[] and string[].
pvm_bytes pvm_element_bytes(pvm_array array, uint32_t index);

// Arrays to return, to pass on or to tell.
pvm_array pvm_array_of_u256(const u256 *elements, uint32_t count);
pvm_array pvm_array_of_uint64(const uint64_t *elements, uint32_t count);
pvm_array pvm_array_of_address(const address *elements, uint32_t count);
pvm_array pvm_array_of_bool(const bool *elements, uint32_t count);
pvm_array pvm_array_of_bytes32(const bytes32 *elements, uint32_t count);
pvm_array pvm_array_of_bytes(const pvm_bytes *elements, uint32_t count);

// MARK: Other contracts

/// Calls a contract; reverts with its reason if that fails, or if there is no contract. REVIVE_CALL_… are the flags.
pvm_bytes pvm_call(uint32_t flags, const address *contract, const u256 *value, pvm_bytes input);
/// Calls a contract or account and gives REVIVE_ERROR_…; `output` gets what came back, if it is not NULL.
uint64_t pvm_try_call(uint32_t flags, const address *contract, const u256 *value, pvm_bytes input, pvm_bytes *output);
/// Sends value to an account; reverts if that fails.
void pvm_send(const address *account, const u256 *value);
/// Makes a contract of code that is on the chain; reverts with its reason if that fails. Without a salt (NULL) the number of
/// contracts that this one made decides about the address.
address pvm_create(const bytes32 *code, const u256 *value, const bytes32 *salt, pvm_bytes arguments);

// MARK: What generated code is made of

// What calls other contracts; tests have another way (pvm_contract_test.h).
#ifndef PVM_CALL_
#define PVM_CALL_ pvm_call
#define PVM_CREATE_ pvm_create
#endif

// Functions of generated headers: small, and gone where nobody calls them.
#define PVM_ERROR_ static inline __attribute__((always_inline))
#define PVM_FAILURE_ static __attribute__((noinline, cold, minsize, noreturn, unused))
#define PVM_EVENT_ static __attribute__((noinline, minsize, unused))
#define PVM_CALLER_ static __attribute__((minsize, unused))

/// A copy of the call data.
pvm_data pvm_call_data(void);
/// The first four bytes; reverts if there are fewer.
uint32_t pvm_data_selector(pvm_data data);
/// What is behind the first bytes.
pvm_data pvm_data_behind(pvm_data data, uint32_t count);
static inline pvm_data pvm_data_of(pvm_bytes bytes) { return (pvm_data){bytes.address, (uint32_t)bytes.count}; }
static inline pvm_data pvm_array_data(pvm_array array) { return (pvm_data){array.bytes, array.byte_count}; }
/// Reverts if value came with the call.
void pvm_refuse_value(void);
/// Ends a contract that does not know what it was called for.
_Noreturn void pvm_refuse(void);
/// Tells an event, and gives back its memory.
void pvm_emit(pvm_log log);
// Ends a contract with one value.
_Noreturn void pvm_return_u256(const u256 *value);
_Noreturn void pvm_return_uint(uint64_t value);
_Noreturn void pvm_return_address(const address *value);
_Noreturn void pvm_return_bytes(pvm_bytes value);

// Values at a place in data; these revert if it ends there, or if bits are set that the type does not have.
u256 pvm_read_word(pvm_data data, uint32_t place);
u256 pvm_read_u256(pvm_data data, uint32_t place, unsigned bits);
u256 pvm_read_s256(pvm_data data, uint32_t place, unsigned bits);
uint64_t pvm_read_uint(pvm_data data, uint32_t place, unsigned bits);
int64_t pvm_read_int(pvm_data data, uint32_t place, unsigned bits);
address pvm_read_address(pvm_data data, uint32_t place);
bool pvm_read_bool(pvm_data data, uint32_t place);
void pvm_read_fixed(pvm_data data, uint32_t place, void *bytes, uint32_t count);
/// The place of a value that varies in size: `place` has its distance from `start`.
uint32_t pvm_read_offset(pvm_data data, uint32_t start, uint32_t place);
pvm_bytes pvm_read_bytes(pvm_data data, uint32_t place);
/// The array that begins with its count at `place`, its elements taking `size` bytes each.
pvm_array pvm_read_array(pvm_data data, uint32_t place, uint32_t size);
/// The array of a fixed count of elements.
pvm_array pvm_read_fixed_array(pvm_data data, uint32_t place, uint32_t count, uint32_t size);

/// Where what is written next will be. Between this and pvm_written nothing else may take memory.
uint8_t *pvm_write(void);
/// The same behind a selector, which is written.
uint8_t *pvm_write_selected(uint32_t selector);
/// What was written since.
pvm_bytes pvm_written(const uint8_t *start);
/// The event whose topics and data were written since.
pvm_log pvm_written_log(const uint8_t *start, uint32_t topic_count);
/// Gives back the memory from there on.
void pvm_release(const uint8_t *start);
void pvm_write_u256(const u256 *value);
void pvm_write_uint(uint64_t value);
void pvm_write_int(int64_t value);
void pvm_write_address(const address *value);
void pvm_write_fixed(const void *bytes, uint32_t count);
/// A word for an offset, which pvm_write_offset makes that of what is written next, counted from `start`.
uint8_t *pvm_write_place(void);
uint8_t *pvm_write_places(uint32_t count);
void pvm_write_offset(uint8_t *place, const uint8_t *start);
void pvm_write_bytes(pvm_bytes value);
/// Room for as many bytes, with zeros behind them up to a whole word.
uint8_t *pvm_write_padded(size_t count);
/// An array of elements of that size, which must lie in place; `count` is that of the type, or UINT32_MAX for any.
void pvm_write_array(pvm_array value, uint32_t size, uint32_t count);

#endif

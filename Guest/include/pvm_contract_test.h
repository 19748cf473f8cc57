// Tests of contracts in C. `pvm test` gives each test a chain of its own with accounts that have a balance; the functions that
// `pvm build` generates from .abi files deploy and call contracts there.
//
//     #include <pvm_contract_test.h>   // first: it changes how the generated functions call
//     #include "token_abi.h"
//
//     PVM_TEST(transfer_moves) {
//         const address alice = pvm_account(1), bob = pvm_account(2);
//         pvm_as(&alice);
//         const address token = token_create(pvm_code(""), U256(100));
//         token_call_transfer(&token, &bob, U256(30));
//         PVM_EXPECT_EVENT(0, &token, token_log_transfer(&alice, &bob, U256(30)));
//         PVM_EXPECT_EQUAL(token_call_balance_of(&token, &bob), u256_from(30));
//         PVM_EXPECT_ERROR(token_call_transfer(&token, &bob, U256_MAX), token_error_too_much(U256(70)));
//     }

#ifndef PVM_CONTRACT_TEST_H
#define PVM_CONTRACT_TEST_H

#ifdef PVM_CONTRACT_H
#error "include pvm_contract_test.h before other headers of contracts: it changes how the functions in them call"
#endif

#define PVM_CALL_ pvm_call_in_test_
#define PVM_CREATE_ pvm_create_in_test_

#include <pvm_contract.h>
#include <pvm_revive_test.h>

// MARK: Who calls

// The last transaction, and what the next one begins with.
static struct {
    address from;
    bool has_from, may_fail;
    uint64_t status;
    pvm_bytes output;
    uint8_t buffer[REVIVE_LIMIT_RETURN_DATA_BYTES];
} pvm_transaction_;

/// One of the accounts that have a balance at the start, 0 to 9.
static inline address pvm_account(uint32_t index) {
    address result;
    pvm_test_account(index, result.bytes);
    return result;
}

/// The account that all following transactions come from; account 0 until it is called.
static inline void pvm_as(const address *account) {
    pvm_transaction_.from = *account;
    pvm_transaction_.has_from = true;
}

/// The hash of a contract's code: of the project's own for "", else of one that pvm.json names. Each pvm_code(…) in a source has a
/// place of its own for it, which is there until the block ends that it stands in.
#define pvm_code(name) pvm_code_(&(bytes32){0}, name)

static inline const bytes32 *pvm_code_(bytes32 *result, const char *name) {
    pvm_test_code(name, (uint32_t)strlen(name), result->bytes);
    return result;
}

/// Gives an account a balance.
static inline void pvm_set_balance(const address *account, const u256 *balance) {
    pvm_test_set_balance(account->bytes, (const uint8_t *)balance);
}

/// A number up to a bound, in tests of properties: of any length, so that small ones and large ones are about as many.
static inline __attribute__((unused)) u256 pvm_choose_u256(const u256 *bound) {
    u256 value;
    const unsigned bits = (unsigned)pvm_test_choose(256);
    for (int i = 0; i < 4; i++)
        value.limbs[i] = pvm_test_choose(UINT64_MAX);
    value = u256_shift_right(&value, 256 - bits);
    if (u256_at_most(&value, bound))
        return value;
    const u256 range = u256_wrapping_add(bound, U256(1));
    return u256_mod(&value, &range);
}

// MARK: What is said if a test fails

static inline void pvm_say_(const char *text) { pvm_console_write(text, strlen(text), 2); }

static __attribute__((unused)) void pvm_say_number_(u256 value) {
    char digits[80], *first = digits + sizeof digits;
    *--first = 0;
    do {
        *--first = (char)('0' + u256_mod(&value, U256(10)).limbs[0]);
        value = u256_div(&value, U256(10));
    } while (!u256_is_zero(&value));
    pvm_say_(first);
}

static __attribute__((unused)) void pvm_say_bytes_(pvm_bytes bytes) {
    const uint8_t *const data = bytes.address;
    // Error(string) as its text.
    if (bytes.count >= 68 && data[0] == 0x08 && data[1] == 0xc3 && data[2] == 0x79 && data[3] == 0xa0) {
        size_t length = (size_t)data[66] << 8 | data[67];
        pvm_say_("\"");
        pvm_console_write((const char *)data + 68, length < bytes.count - 68 ? length : bytes.count - 68, 2);
        pvm_say_("\"");
        return;
    }
    pvm_say_(bytes.count ? "0x" : "nothing");
    for (size_t i = 0; i < bytes.count && i < 200; i++) {
        const char digits[] = {"0123456789abcdef"[data[i] >> 4], "0123456789abcdef"[data[i] & 15], 0};
        pvm_say_(digits);
    }
}

static __attribute__((unused)) void pvm_say_outcome_(void) {
    static const char *const outcomes[] = {
        [PVM_TEST_SUCCESS] = "success",
        [PVM_TEST_TRAPPED] = "a trap",
        [PVM_TEST_REVERTED] = "a revert with ",
        [PVM_TEST_TRANSFER_FAILED] = "a failed transfer of value",
        [PVM_TEST_OUT_OF_GAS] = "no gas left",
    };
    pvm_say_(outcomes[pvm_transaction_.status]);
    if (pvm_transaction_.status == PVM_TEST_REVERTED)
        pvm_say_bytes_(pvm_transaction_.output);
}

// MARK: Transactions

static __attribute__((unused)) pvm_bytes pvm_finish_transaction_(uint64_t status, uint32_t count) {
    // Where a failure is expected the caller reads a result all the same.
    static const uint8_t nothing[4096];
    pvm_transaction_.status = status;
    pvm_transaction_.output = (pvm_bytes){pvm_transaction_.buffer, count};
    if (status == PVM_TEST_SUCCESS)
        return pvm_transaction_.output;
    if (!pvm_transaction_.may_fail) {
        pvm_say_("the transaction ended with ");
        pvm_say_outcome_();
        pvm_say_("\n");
        PVM_TRAP();
    }
    return (pvm_bytes){nothing, sizeof nothing};
}

static inline address pvm_sender_(void) { return pvm_transaction_.has_from ? pvm_transaction_.from : pvm_account(0); }

static __attribute__((unused)) pvm_bytes
pvm_call_in_test_(uint32_t flags, const address *contract, const u256 *value, pvm_bytes input) {
    (void)flags;
    const address from = pvm_sender_();
    uint32_t count = sizeof pvm_transaction_.buffer;
    const uint64_t status = pvm_test_call(
        from.bytes, contract->bytes, (const uint8_t *)value,
        pvm_test_pack((uint32_t)input.count, (uint32_t)(uintptr_t)input.address),
        pvm_test_pack((uint32_t)(uintptr_t)&count, (uint32_t)(uintptr_t)pvm_transaction_.buffer));
    return pvm_finish_transaction_(status, count);
}

static __attribute__((unused)) address
pvm_create_in_test_(const bytes32 *code, const u256 *value, const bytes32 *salt, pvm_bytes arguments) {
    (void)salt;
    const address from = pvm_sender_();
    uint32_t count = sizeof pvm_transaction_.buffer;
    uint8_t *const input = pvm_allocate(32 + arguments.count);
    memcpy(input, code->bytes, 32);
    memcpy(input + 32, arguments.address, arguments.count);
    address result = {0};
    const uint64_t status = pvm_test_deploy(
        from.bytes, (const uint8_t *)value,
        pvm_test_pack((uint32_t)arguments.count + 32, (uint32_t)(uintptr_t)input),
        pvm_test_pack((uint32_t)(uintptr_t)&count, (uint32_t)(uintptr_t)pvm_transaction_.buffer), result.bytes);
    pvm_finish_transaction_(status, count);
    return result;
}

/// Calls a contract with any data, or sends value to an account.
static inline pvm_bytes pvm_call_raw(const address *contract, const u256 *value, pvm_bytes input) {
    return pvm_call_in_test_(0, contract, value, input);
}

/// Makes a contract with any data.
static inline address pvm_create_raw(const bytes32 *code, const u256 *value, pvm_bytes arguments) {
    return pvm_create_in_test_(code, value, NULL, arguments);
}

// MARK: What tests expect

#define PVM_PLACE_ __FILE__ ":" PVM_TEXT_(__LINE__) ": "

/// Fails the test, and says both numbers, unless they are equal.
#define PVM_EXPECT_EQUAL(left, right) pvm_expect_equal_(left, right, PVM_PLACE_)
/// Fails the test unless the transaction in the expression reverts with the text.
#define PVM_EXPECT_REVERT(transaction, text)                                                                             \
    (pvm_transaction_.may_fail = true, (void)(transaction), pvm_expect_revert_(pvm_message_(text), PVM_PLACE_))
/// … with an error that an .abi file declares: token_error_…(…).
#define PVM_EXPECT_ERROR(transaction, error)                                                                             \
    (pvm_transaction_.may_fail = true, (void)(transaction), pvm_expect_revert_(error, PVM_PLACE_))
/// … with a panic: 0x11 overflow, 0x12 division by zero, 0x32 index out of bounds, 0x41 out of memory.
#define PVM_EXPECT_PANIC(transaction, code)                                                                              \
    (pvm_transaction_.may_fail = true, (void)(transaction), pvm_expect_revert_(pvm_panic_(code), PVM_PLACE_))
/// … without saying why: of malformed call data, a function that is not there, value that a function does not take.
#define PVM_EXPECT_REFUSAL(transaction)                                                                                  \
    (pvm_transaction_.may_fail = true, (void)(transaction), pvm_expect_revert_(pvm_no_bytes(), PVM_PLACE_))
/// … ends in any of these ways, or in another: PVM_TEST_….
#define PVM_EXPECT_STATUS(transaction, status)                                                                           \
    (pvm_transaction_.may_fail = true, (void)(transaction), pvm_expect_status_(status, PVM_PLACE_))
/// Fails the test unless the last transaction told so many events.
#define PVM_EXPECT_EVENTS(count)                                                                                         \
    pvm_expect_equal_(u256_from(pvm_test_event_count()), u256_from(count), PVM_PLACE_ "events: ")
/// Fails the test unless the event of that index, from 0, is this one: token_log_…(…).
#define PVM_EXPECT_EVENT(index, contract, log) pvm_expect_event_(index, contract, log, PVM_PLACE_)

static __attribute__((unused)) void pvm_expect_equal_(u256 left, u256 right, const char *place) {
    if (u256_equal(&left, &right))
        return;
    pvm_say_(place);
    pvm_say_number_(left);
    pvm_say_(" is not ");
    pvm_say_number_(right);
    pvm_say_("\n");
    PVM_TRAP();
}

static __attribute__((unused)) pvm_bytes pvm_message_(const char *text) {
    const uint8_t *const start = pvm_write_selected(0x08c379a0);
    pvm_write_uint(32);
    pvm_write_bytes(pvm_text(text));
    return pvm_written(start);
}

static __attribute__((unused)) pvm_bytes pvm_panic_(uint64_t code) {
    const uint8_t *const start = pvm_write_selected(0x4e487b71);
    pvm_write_uint(code);
    return pvm_written(start);
}

static __attribute__((unused)) void pvm_expect_revert_(pvm_bytes data, const char *place) {
    pvm_transaction_.may_fail = false;
    if (pvm_transaction_.status == PVM_TEST_REVERTED && pvm_bytes_equal(pvm_transaction_.output, data)) {
        if (data.count)
            pvm_release(data.address);
        return;
    }
    pvm_say_(place);
    pvm_say_("expected a revert with ");
    pvm_say_bytes_(data);
    pvm_say_(", found ");
    pvm_say_outcome_();
    pvm_say_("\n");
    PVM_TRAP();
}

static __attribute__((unused)) void pvm_expect_status_(uint64_t status, const char *place) {
    pvm_transaction_.may_fail = false;
    if (pvm_transaction_.status == status)
        return;
    pvm_say_(place);
    pvm_say_("another end of the transaction was expected than ");
    pvm_say_outcome_();
    pvm_say_("\n");
    PVM_TRAP();
}

static __attribute__((unused)) void
pvm_expect_event_(uint32_t index, const address *contract, pvm_log log, const char *place) {
    static uint8_t data[REVIVE_LIMIT_EVENT_DATA_BYTES];
    static uint8_t topics[32 * PVM_TEST_TOPICS];
    address from = {0};
    uint32_t count = sizeof data;
    const char *problem = NULL;
    if (index >= pvm_test_event_count()) {
        problem = "there is no such event\n";
    } else {
        const uint64_t topic_count = pvm_test_event(
            index, from.bytes, topics, pvm_test_pack((uint32_t)(uintptr_t)&count, (uint32_t)(uintptr_t)data));
        if (!address_equal(&from, contract))
            problem = "the event is another contract's\n";
        else if (topic_count != log.topic_count || memcmp(topics, log.topics, topic_count ? 32 : 0) != 0)
            problem = "it is another event\n";
        else if (memcmp(topics, log.topics, 32 * topic_count) != 0)
            problem = "the event has other indexed values\n";
        else if (count != log.data_count || memcmp(data, log.topics + 32 * topic_count, count) != 0)
            problem = "the event has other values\n";
    }
    pvm_release(log.topics);
    if (!problem)
        return;
    pvm_say_(place);
    pvm_say_(problem);
    PVM_TRAP();
}

#endif

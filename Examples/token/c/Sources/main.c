// Makes the calls that standard input has, one a line, and prints the answers: the whole life of a contract in one run.
//
// A call that changes something begins with the account that makes it.

#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { MOST_WORDS = 6 };

static const char *const texts[] = {
    [DONE] = "done",
    [INSUFFICIENT_BALANCE] = "error: insufficient balance",
    [INSUFFICIENT_ALLOWANCE] = "error: insufficient allowance",
    [NOT_THE_OWNER] = "error: not the owner",
    [SUPPLY_TOO_LARGE] = "error: supply too large",
    [ALREADY_DEPLOYED] = "error: already deployed",
};

// Reads a number in decimal that is at most `largest`.
static bool read_number(const char *text, amount largest, amount *number) {
    *number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        const amount digit = (amount)(*text - '0');
        if (digit > largest || *number > (largest - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

// printf has no numbers of 128 bits.
static void print_number(amount number) {
    char digits[40];
    size_t start = sizeof digits - 1;
    digits[start] = 0;
    do {
        digits[--start] = (char)('0' + (int)(number % 10));
        number /= 10;
    } while (number > 0);
    puts(digits + start);
}

// What a line says: words, and the numbers that are written for a capital N (an account) and V (an amount).
struct call {
    const char *words[MOST_WORDS];
    size_t count;
    account accounts[3];
    amount value;
};

// Whether a line has this form, and if so its numbers: "N transfer N V".
static bool has_form(struct call *call, const char *form) {
    size_t accounts = 0;
    for (size_t i = 0; i < call->count; i++) {
        const size_t length = strcspn(form, " ");
        const char *word = call->words[i];
        amount number;
        if (length == 1 && *form == 'N') {
            if (!read_number(word, UINT64_MAX, &number))
                return false;
            call->accounts[accounts++] = (account)number;
        } else if (length == 1 && *form == 'V') {
            if (!read_number(word, (amount)-1, &call->value))
                return false;
        } else if (length == 0 || strlen(word) != length || memcmp(word, form, length) != 0) {
            return false;
        }
        form += length + (form[length] == ' ');
    }
    return *form == 0;
}

static void make(struct call *call) {
    const account *accounts = call->accounts;
    enum status status;
    if (has_form(call, "total_supply"))
        return print_number(token_total_supply());
    if (has_form(call, "balance_of N"))
        return print_number(token_balance_of(accounts[0]));
    if (has_form(call, "allowance N N"))
        return print_number(token_allowance(accounts[0], accounts[1]));
    if (has_form(call, "N deploy"))
        status = token_deploy(accounts[0]);
    else if (has_form(call, "N mint N V"))
        status = token_mint(accounts[0], accounts[1], call->value);
    else if (has_form(call, "N transfer N V"))
        status = token_transfer(accounts[0], accounts[1], call->value);
    else if (has_form(call, "N approve N V"))
        status = token_approve(accounts[0], accounts[1], call->value);
    else if (has_form(call, "N transfer_from N N V"))
        status = token_transfer_from(accounts[0], accounts[1], accounts[2], call->value);
    else {
        puts("error: no such call");
        return;
    }
    puts(texts[status]);
}

int main(void) {
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, stdin)) != -1;) {
        // A line with a zero byte would end there for the functions that take it apart.
        if (memchr(line, 0, (size_t)length)) {
            puts("error: no such call");
            continue;
        }
        struct call call = {.count = 0};
        for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
            // One word more than any call has is enough to see that it is none.
            if (call.count < MOST_WORDS)
                call.words[call.count++] = word;
        }
        if (call.count > 0)
            make(&call);
    }
    free(line);
    return 0;
}

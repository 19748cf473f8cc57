// What the token offers, after ERC-20. An account is a number, an amount has 128 bits.

#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t account;
typedef unsigned __int128 amount;

// What came of a call that changes something. Only one that is done has changed anything.
enum status {
    DONE,
    INSUFFICIENT_BALANCE,
    INSUFFICIENT_ALLOWANCE,
    NOT_THE_OWNER,
    SUPPLY_TOO_LARGE,
    ALREADY_DEPLOYED,
};

enum status token_deploy(account owner);
enum status token_mint(account caller, account to, amount value);
enum status token_transfer(account caller, account to, amount value);
enum status token_approve(account caller, account spender, amount value);
enum status token_transfer_from(account caller, account from, account to, amount value);

amount token_total_supply(void);
amount token_balance_of(account holder);
amount token_allowance(account holder, account spender);

#endif

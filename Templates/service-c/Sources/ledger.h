// What the service and its tests share.

#ifndef LEDGER_H
#define LEDGER_H

#include <pvm_service.h>

#define LEDGER_ENTRIES 256       // of a payload at most
#define LEDGER_TOTAL   "total"   // the key of the sum of all accounts

#endif

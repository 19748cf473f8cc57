// What the host offers to guests, whichever the target is that they are built for. One of the macros
// PVM_TARGET_POLKAVM, PVM_TARGET_JAM, PVM_TARGET_REVIVE says it; without any it is polkavm.
//
// Generated from the files of Guest/hosts by `make headers`; changes belong there.

#ifndef PVM_HOST_H
#define PVM_HOST_H

#if defined(PVM_TARGET_POLKAVM) + defined(PVM_TARGET_JAM) + defined(PVM_TARGET_REVIVE) > 1
#error "one target at a time: PVM_TARGET_POLKAVM, PVM_TARGET_JAM, PVM_TARGET_REVIVE"
#endif

#if defined(PVM_TARGET_JAM)
#include <pvm_jam.h>
#elif defined(PVM_TARGET_REVIVE)
#include <pvm_revive.h>
#else
#include <pvm_console.h>
#endif

#endif

// What the host offers to guests for the target jam, in the version that the macro PVM_JAM_VERSION names: 702 is 0.7.2,
// 800 is 0.8.0. If it is not set: 0.7.2.
//
// Generated from the files of Guest/hosts by `make headers`; changes belong there.

#ifndef PVM_JAM_H
#define PVM_JAM_H

#ifndef PVM_JAM_VERSION
#define PVM_JAM_VERSION 702
#endif

#if PVM_JAM_VERSION == 702
#include <pvm_jam_0_7_2.h>
#elif PVM_JAM_VERSION == 800
#include <pvm_jam_0_8_0.h>
#else
#error "PVM_JAM_VERSION must be one of: 702 is 0.7.2, 800 is 0.8.0"
#endif

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
// The host's clock.

#include "host.h"

#include "i_timer.h"

int I_GetTimeMS(void) { return (int)doom_time(); }
int I_GetTime(void) { return (int)(doom_time() * TICRATE / 1000); }
void I_Sleep(int milliseconds) { doom_sleep(milliseconds > 0 ? (uint64_t)milliseconds : 0); }
void I_InitTimer(void) {}
// Pauses of the days of cathode rays, before the game quits.
void I_WaitVBL(int count) { (void)count; }

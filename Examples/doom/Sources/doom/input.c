// SPDX-License-Identifier: GPL-2.0-or-later
// The keyboard: before each tic the engine gets all that happened since the last.

#include "host.h"

#include "d_event.h"
#include "i_joystick.h"
#include "i_video.h"

int vanilla_keyboard_mapping = 1;

void I_StartTic(void) {
    for (uint64_t event; (event = doom_key()) != 0;) {
        const int key = event & 0xff;
        const bool down = event >> 8 & 1;
        // A host of another time may know keys that this game does not.
        if (event >> 9 || key == 0)
            continue;
        // The second value is the character that the key writes; names of saved games are made of them.
        event_t posted = {
            .type = down ? ev_keydown : ev_keyup, .data1 = key, .data2 = down && key >= ' ' && key < 127 ? key : 0};
        D_PostEvent(&posted);
    }
}

// No joystick.
void I_InitJoystick(void) {}
void I_ShutdownJoystick(void) {}
void I_UpdateJoystick(void) {}
void I_BindJoystickVariables(void) {}

// SPDX-License-Identifier: GPL-2.0-or-later
// The screen: the engine draws indices into a palette, and both go to the host as they are.

#include "host.h"

#include <string.h>

#include "i_video.h"
#include "tables.h"
#include "z_zone.h"

byte *I_VideoBuffer;
boolean screenvisible;
boolean screensaver_mode;
int usegamma;
// No mouse; the engine still asks for these.
float mouse_acceleration = 2.0f;
int mouse_threshold = 10;
int usemouse;

static uint8_t palette[256 * 3];

void I_InitGraphics(void) {
    I_VideoBuffer = Z_Malloc(SCREENWIDTH * SCREENHEIGHT, PU_STATIC, NULL);
    memset(I_VideoBuffer, 0, SCREENWIDTH * SCREENHEIGHT);
    screenvisible = true;
}

void I_FinishUpdate(void) { doom_video(I_VideoBuffer, palette); }

void I_SetPalette(byte *colours) {
    for (size_t index = 0; index < sizeof palette; index++)
        palette[index] = gammatable[usegamma][colours[index]];
}

void I_ReadScreen(byte *screen) { memcpy(screen, I_VideoBuffer, SCREENWIDTH * SCREENHEIGHT); }

int I_GetPaletteIndex(int red, int green, int blue) {
    int nearest = 0, least = INT32_MAX;
    for (int index = 0; index < 256; index++) {
        const int r = palette[3 * index] - red, g = palette[3 * index + 1] - green, b = palette[3 * index + 2] - blue;
        const int distance = r * r + g * g + b * b;
        if (distance < least)
            least = distance, nearest = index;
    }
    return nearest;
}

// What screens of other machines need.
void I_ShutdownGraphics(void) {}
void I_UpdateNoBlit(void) {}
void I_BeginRead(void) {}
void I_EndRead(void) {}
void I_SetWindowTitle(char *title) { (void)title; }
void I_GraphicsCheckCommandLine(void) {}
void I_SetGrabMouseCallback(grabmouse_callback_t callback) { (void)callback; }
void I_EnableLoadingDisk(void) {}
void I_BindVideoVariables(void) {}
void I_DisplayFPSDots(boolean shown) { (void)shown; }
void I_CheckIsScreensaver(void) {}

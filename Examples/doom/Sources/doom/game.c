// SPDX-License-Identifier: GPL-2.0-or-later
// The game as its host sees it: started once, then advanced by one tic and drawn whenever the host likes.
//
// D_DoomMain ends in a loop that never returns. The first thing that loop does in each round is to call I_StartFrame, which
// is ours: there the start jumps back to the host, and doom_tic and doom_draw do what the rest of a round does.

#include "host.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "d_loop.h"
#include "d_main.h"
#include "doomstat.h"
#include "i_system.h"
#include "i_video.h"
#include "m_argv.h"
#include "s_sound.h"

// Not in the engine's headers.
void D_DoomMain(void);
void D_Display(void);
void M_FindResponseFile(void);
extern boolean singletics;
extern char *defdemoname;
extern int vanilla_savegame_limit, vanilla_demo_limit;

PVM_MIN_STACK(131072);

static jmp_buf host;
static bool started;

static char *copy(const char *text) {
    char *copied = strdup(text);
    if (!copied)
        I_Error("no memory for the game's start");
    return copied;
}

void I_StartFrame(void) {
    if (started)
        return;
    // The one thing in D_DoomMain's own variables that is needed later: they end with the jump.
    if (defdemoname)
        defdemoname = copy(defdemoname);
    longjmp(host, 1);
}

// Reads the data and gets ready for the first tic. The words are those of the command line, behind the program's name.
PVM_EXPORT(void, doom_start, uint64_t argc, char **argv) {
    // The host's words lie on the stack of this call; the engine looks at them until the end.
    myargc = (int)argc;
    myargv = calloc(argc + 1, sizeof *myargv);
    if (!myargv)
        I_Error("no memory for the game's start");
    for (int index = 0; index < myargc; index++)
        myargv[index] = copy(argv[index]);
    // Levels of today do not fit into what the game of 1993 could save.
    vanilla_savegame_limit = 0;
    vanilla_demo_limit = 0;
    // One tic for each call: the host has the clock.
    singletics = true;
    if (!setjmp(host)) {
        M_FindResponseFile();
        D_DoomMain();
    }
    started = true;
}

// Advances the game by 1/35 of a second.
PVM_EXPORT(void, doom_tic) {
    if (!started)
        PVM_TRAP();
    TryRunTics();
    S_UpdateSounds(players[consoleplayer].mo);
}

// Draws what is to be seen now: one picture, or, where the screen melts into the next, as many as that takes.
PVM_EXPORT(void, doom_draw) {
    if (!started)
        PVM_TRAP();
    if (screenvisible)
        D_Display();
}

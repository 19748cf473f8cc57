// SPDX-License-Identifier: GPL-2.0-or-later
// What the game asks of its host: a picture, keys, sounds, a clock, files, and to be ended.
//
// The game's exports are in game.c. On any other machine than the PVM these are ordinary declarations (native/native.c).

#ifndef HOST_H
#define HOST_H

// The engine has booleans of its own, and must see their names before <stdbool.h> makes macros of them.
#include "doomtype.h"

#include <pvm.h>
#include <string.h>

// Shows a picture: 320 × 200 indices into a palette of 256 colours, three bytes each: red, green, blue.
PVM_IMPORT(void, doom_video, const uint8_t *pixels, const uint8_t *palette);

// The next event of the keyboard, 0 if there is none: the key in bits 0 to 7 (doomkeys.h), bit 8 set if it went down.
PVM_IMPORT(uint64_t, doom_key);

// Milliseconds since the game began, and waiting so many of them.
PVM_IMPORT(uint64_t, doom_time);
PVM_IMPORT(void, doom_sleep, uint64_t milliseconds);

// Plays unsigned 8-bit samples on a channel in place of what it played before. Volume 0 to 127, separation 0 (left) to 254.
PVM_IMPORT(
    void, doom_sound_start, uint64_t channel, const uint8_t *samples, uint64_t count, uint64_t rate, uint64_t volume,
    uint64_t separation);
PVM_IMPORT(void, doom_sound_change, uint64_t channel, uint64_t volume, uint64_t separation);
PVM_IMPORT(void, doom_sound_stop, uint64_t channel);

enum doom_file_mode { DOOM_FILE_READ = 0, DOOM_FILE_WRITE = 1 };

// Files: the game's data, which is only read, and what the game saves. Names have no folders; lengths do not count a zero byte.
// Results below 0 say that it can not be done. Reading and writing may do less than asked; reading 0 bytes is the end. A file
// that is written replaces one of the same name when it is closed.
PVM_IMPORT(int64_t, doom_file_open, const char *name, uint64_t length, enum doom_file_mode mode);
PVM_IMPORT(int64_t, doom_file_size, uint64_t file);
PVM_IMPORT(int64_t, doom_file_read, uint64_t file, uint64_t offset, void *buffer, uint64_t count);
PVM_IMPORT(int64_t, doom_file_write, uint64_t file, uint64_t offset, const void *bytes, uint64_t count);
PVM_IMPORT(int64_t, doom_file_close, uint64_t file);
PVM_IMPORT(int64_t, doom_file_remove, const char *name, uint64_t length);
PVM_IMPORT(int64_t, doom_file_rename, const char *from, uint64_t from_length, const char *to, uint64_t to_length);

// What the host calls a file by its path.
static inline const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

// Ends the game, and does not return. Without a message the player wanted it so.
PVM_IMPORT(void, doom_end, const char *message, uint64_t length);

#endif

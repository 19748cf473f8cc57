// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the game's data (WAD files) from the host, straight to where the engine wants it.

#include "host.h"

#include <string.h>

#include "i_system.h"
#include "w_file.h"
#include "z_zone.h"

// The engine knows its way of reading files by this name.
extern wad_file_class_t stdc_wad_file;

struct data_file {
    wad_file_t wad;
    uint64_t file;
};

static wad_file_t *open_data(char *path) {
    const char *name = name_of(path);
    const int64_t file = doom_file_open(name, strlen(name), DOOM_FILE_READ);
    if (file < 0)
        return NULL;
    const int64_t size = doom_file_size((uint64_t)file);
    if (size < 0 || size > INT32_MAX)
        I_Error("%s: %lld bytes are no size for a file of data", name, (long long)size);
    struct data_file *data = Z_Malloc(sizeof *data, PU_STATIC, NULL);
    *data = (struct data_file){{&stdc_wad_file, NULL, (unsigned)size}, (uint64_t)file};
    return &data->wad;
}

static void close_data(wad_file_t *wad) {
    doom_file_close(((struct data_file *)wad)->file);
    Z_Free(wad);
}

// The engine does not look at how much it gets, so that nobody but us can say that the data ends too early.
static size_t read_data(wad_file_t *wad, unsigned offset, void *buffer, size_t count) {
    size_t done = 0;
    while (done < count) {
        const int64_t read = doom_file_read(
            ((struct data_file *)wad)->file, (uint64_t)offset + done, (uint8_t *)buffer + done, count - done);
        if (read <= 0 || (uint64_t)read > count - done)
            I_Error(
                "the game's data is damaged: %zu bytes at offset %u were asked for, and %zu are there", count, offset, done);
        done += (size_t)read;
    }
    return done;
}

wad_file_class_t stdc_wad_file = {open_data, close_data, read_data};

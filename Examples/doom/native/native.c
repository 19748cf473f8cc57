// SPDX-License-Identifier: GPL-2.0-or-later
// The same game on this machine: the host's functions over the C library, without window and sound, to compare with.
//
//     build/native/doom DATA TICS [WORD…]
//
// Prints a line for each tic, as `pvm-doom --hash` does: the tic, how many pictures there were so far, a hash of those of this
// tic, the state of the game. What the game saves goes to the working folder. The words go to the game.

#include <host.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void doom_start(uint64_t argc, char **argv);
void doom_tic(void);
void doom_draw(void);
uint64_t doom_state(void);

static uint64_t tics, slept, pictures;

static const uint64_t BASIS = UINT64_C(0xcbf29ce484222325);
static uint64_t hash;

// FNV-1a.
static void mix(const uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++)
        hash = (hash ^ bytes[index]) * UINT64_C(0x100000001b3);
}

void doom_video(const uint8_t *pixels, const uint8_t *palette) {
    mix(pixels, 320 * 200);
    mix(palette, 3 * 256);
    pictures++;
}

// No clock of the machine: time goes on with the tics and with what the game sleeps.
uint64_t doom_time(void) { return tics * 1000 / 35 + slept; }
void doom_sleep(uint64_t milliseconds) { slept += milliseconds; }

uint64_t doom_key(void) { return 0; }
void doom_sound_start(
    uint64_t channel, const uint8_t *samples, uint64_t count, uint64_t rate, uint64_t volume, uint64_t separation) {
    (void)channel, (void)samples, (void)count, (void)rate, (void)volume, (void)separation;
}
void doom_sound_change(uint64_t channel, uint64_t volume, uint64_t separation) {
    (void)channel, (void)volume, (void)separation;
}
void doom_sound_stop(uint64_t channel) { (void)channel; }

// The engine saves through the C library, which has files here: only the data comes this way.
static const char *data_path;
static FILE *data;

int64_t doom_file_open(const char *name, uint64_t length, enum doom_file_mode mode) {
    const char *slash = strrchr(data_path, '/'), *data_name = slash ? slash + 1 : data_path;
    if (mode != DOOM_FILE_READ || strlen(data_name) != length || memcmp(name, data_name, length))
        return -1;
    data = fopen(data_path, "rb");
    return data ? 0 : -1;
}

int64_t doom_file_size(uint64_t file) {
    (void)file;
    return fseek(data, 0, SEEK_END) ? -1 : ftell(data);
}

int64_t doom_file_read(uint64_t file, uint64_t offset, void *buffer, uint64_t count) {
    (void)file;
    return fseek(data, (long)offset, SEEK_SET) ? -1 : (int64_t)fread(buffer, 1, count, data);
}

int64_t doom_file_close(uint64_t file) { return (void)file, fclose(data); }
int64_t doom_file_write(uint64_t file, uint64_t offset, const void *bytes, uint64_t count) {
    return (void)file, (void)offset, (void)bytes, (void)count, -1;
}
int64_t doom_file_remove(const char *name, uint64_t length) { return (void)name, (void)length, -1; }
int64_t doom_file_rename(const char *from, uint64_t from_length, const char *to, uint64_t to_length) {
    return (void)from, (void)from_length, (void)to, (void)to_length, -1;
}

void doom_end(const char *message, uint64_t length) {
    if (length)
        fprintf(stderr, "doom: %.*s\n", (int)length, message);
    exit(length ? EXIT_FAILURE : EXIT_SUCCESS);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: doom DATA TICS [WORD…]\n");
        return 64;
    }
    data_path = argv[1];
    const uint64_t count = strtoull(argv[2], NULL, 10);
    // What the engine says while it starts is not what is compared.
    FILE *lines = fdopen(3, "w");
    if (!lines)
        lines = stdout;
    char *words[64] = {"doom", "-iwad", argv[1]};
    int word_count = 3;
    for (int index = 3; index < argc && word_count < 63; index++)
        words[word_count++] = argv[index];
    doom_start((uint64_t)word_count, words);
    while (tics < count) {
        tics++;
        hash = BASIS;
        doom_tic();
        doom_draw();
        fprintf(lines, "%" PRIu64 " %" PRIu64 " %016" PRIx64 " %016" PRIx64 "\n", tics, pictures, hash, doom_state());
    }
    fclose(lines);
    return 0;
}

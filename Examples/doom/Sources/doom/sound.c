// SPDX-License-Identifier: GPL-2.0-or-later
// Sound effects, which the host plays. There is no music.
//
// The game asks whether a channel still plays before it uses it again. The answer comes from the length of the sound and the
// clock, not from the loudspeaker, so that a game without sound takes the same course.

#include "host.h"

#include <stdio.h>

#include "i_sound.h"
#include "i_timer.h"
#include "w_wad.h"
#include "z_zone.h"

int snd_samplerate = 44100;
int snd_cachesize = 64 * 1024 * 1024;
int snd_maxslicetime_ms = 28;
char *snd_musiccmd = "";
int snd_musicdevice = SNDDEVICE_NONE;
int snd_sfxdevice = SNDDEVICE_SB;

enum {
    CHANNELS = 32,
    // A sound in the data: format 3, rate, count (2, 2, 4 bytes), then samples with 16 more at either end.
    HEADER = 8,
    PADDING = 16,
    FORMAT = 3,
};

// When the sound of each channel is over, in milliseconds.
static int64_t ends[CHANNELS];

static bool is_channel(int channel) { return channel >= 0 && channel < CHANNELS; }
static int within(int value, int most) { return value < 0 ? 0 : value > most ? most : value; }

int I_GetSfxLumpNum(sfxinfo_t *sound) {
    char name[9];
    snprintf(name, sizeof name, "ds%s", (sound->link ? sound->link : sound)->name);
    return W_CheckNumForName(name);
}

int I_StartSound(sfxinfo_t *sound, int channel, int volume, int separation) {
    if (!is_channel(channel) || sound->lumpnum < 0)
        return -1;
    const size_t size = (size_t)W_LumpLength(sound->lumpnum);
    if (size <= HEADER + 2 * PADDING)
        return -1;
    const uint8_t *lump = W_CacheLumpNum(sound->lumpnum, PU_STATIC);
    const unsigned format = lump[0] | lump[1] << 8, rate = lump[2] | lump[3] << 8;
    const size_t claimed = lump[4] | lump[5] << 8 | lump[6] << 16 | (size_t)lump[7] << 24;
    const bool is_sound = format == FORMAT && rate != 0 && claimed > 2 * PADDING && claimed <= size - HEADER;
    if (is_sound) {
        const size_t count = claimed - 2 * PADDING;
        doom_sound_start(
            (uint64_t)channel, lump + HEADER + PADDING, count, rate, (uint64_t)within(volume, 127),
            (uint64_t)within(separation, 254));
        ends[channel] = I_GetTimeMS() + (int64_t)(count * 1000 / rate);
    }
    W_ReleaseLumpNum(sound->lumpnum);
    return is_sound ? channel : -1;
}

void I_UpdateSoundParams(int channel, int volume, int separation) {
    if (is_channel(channel))
        doom_sound_change((uint64_t)channel, (uint64_t)within(volume, 127), (uint64_t)within(separation, 254));
}

void I_StopSound(int channel) {
    if (!is_channel(channel))
        return;
    ends[channel] = 0;
    doom_sound_stop((uint64_t)channel);
}

boolean I_SoundIsPlaying(int channel) { return is_channel(channel) && I_GetTimeMS() < ends[channel]; }

void I_InitSound(boolean uses_prefix) { (void)uses_prefix; }
void I_ShutdownSound(void) {}
void I_UpdateSound(void) {}
void I_PrecacheSounds(sfxinfo_t *sounds, int count) { (void)sounds, (void)count; }
void I_BindSoundVariables(void) {}

void I_InitMusic(void) {}
void I_ShutdownMusic(void) {}
void I_SetMusicVolume(int volume) { (void)volume; }
void I_PauseSong(void) {}
void I_ResumeSong(void) {}
void *I_RegisterSong(void *data, int length) { return (void)data, (void)length, NULL; }
void I_UnRegisterSong(void *song) { (void)song; }
void I_PlaySong(void *song, boolean loops) { (void)song, (void)loops; }
void I_StopSong(void) {}
boolean I_MusicIsPlaying(void) { return false; }

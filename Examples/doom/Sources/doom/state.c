// SPDX-License-Identifier: GPL-2.0-or-later
// The state of the game as a number, by which two runs are compared. It is made of what the rules of the game work with, never
// of addresses, so that it is the same on every machine.

#include "host.h"

#include "doomstat.h"
#include "m_random.h"
#include "p_local.h"
#include "p_mobj.h"
#include "r_state.h"

// Not in the engine's headers.
extern int prndindex;

// FNV-1a, a 32-bit number at a time: http://www.isthe.com/chongo/tech/comp/fnv/
static uint64_t mix(uint64_t hash, uint32_t value) { return (hash ^ value) * UINT64_C(0x100000001b3); }
static const uint64_t BASIS = UINT64_C(0xcbf29ce484222325);

// Without what is worked out anew from where a thing is (floorz, ceilingz).
static uint64_t mix_thing(uint64_t hash, const mobj_t *thing) {
    const uint32_t values[] = {
        (uint32_t)thing->x, (uint32_t)thing->y, (uint32_t)thing->z, thing->angle, (uint32_t)thing->momx,
        (uint32_t)thing->momy, (uint32_t)thing->momz, (uint32_t)thing->radius, (uint32_t)thing->height,
        (uint32_t)thing->type, (uint32_t)thing->sprite, (uint32_t)thing->frame, (uint32_t)thing->tics,
        (uint32_t)(thing->state - states), (uint32_t)thing->flags, (uint32_t)thing->health, (uint32_t)thing->movedir,
        (uint32_t)thing->movecount, (uint32_t)thing->reactiontime, (uint32_t)thing->threshold, (uint32_t)thing->lastlook,
    };
    for (size_t index = 0; index < sizeof values / sizeof *values; index++)
        hash = mix(hash, values[index]);
    return hash;
}

static uint64_t mix_player(uint64_t hash, const player_t *player) {
    const uint32_t values[] = {
        (uint32_t)player->playerstate, (uint32_t)player->viewz, (uint32_t)player->viewheight,
        (uint32_t)player->deltaviewheight, (uint32_t)player->health, (uint32_t)player->armorpoints,
        (uint32_t)player->armortype, (uint32_t)player->backpack, (uint32_t)player->readyweapon,
        (uint32_t)player->pendingweapon, (uint32_t)player->attackdown, (uint32_t)player->usedown,
        (uint32_t)player->cheats, (uint32_t)player->refire, (uint32_t)player->killcount, (uint32_t)player->itemcount,
        (uint32_t)player->secretcount, (uint32_t)player->damagecount, (uint32_t)player->bonuscount,
    };
    for (size_t index = 0; index < sizeof values / sizeof *values; index++)
        hash = mix(hash, values[index]);
    for (int index = 0; index < NUMPOWERS; index++)
        hash = mix(hash, (uint32_t)player->powers[index]);
    for (int index = 0; index < NUMCARDS; index++)
        hash = mix(hash, (uint32_t)player->cards[index]);
    for (int index = 0; index < NUMWEAPONS; index++)
        hash = mix(hash, (uint32_t)player->weaponowned[index]);
    for (int index = 0; index < NUMAMMO; index++)
        hash = mix(mix(hash, (uint32_t)player->ammo[index]), (uint32_t)player->maxammo[index]);
    for (int index = 0; index < NUMPSPRITES; index++) {
        const pspdef_t *sprite = &player->psprites[index];
        hash = mix(mix(hash, (uint32_t)sprite->tics), (uint32_t)sprite->sx);
        hash = mix(mix(hash, (uint32_t)sprite->sy), sprite->state ? (uint32_t)(sprite->state - states) : UINT32_MAX);
    }
    return hash;
}

// The level with all that is in it: what a saved game must bring back.
PVM_EXPORT(uint64_t, doom_level_state) {
    uint64_t hash = mix(BASIS, (uint32_t)gamestate);
    hash = mix(mix(mix(hash, (uint32_t)gameskill), (uint32_t)gameepisode), (uint32_t)gamemap);
    if (gamestate != GS_LEVEL)
        return hash;
    hash = mix(hash, (uint32_t)leveltime);
    for (const thinker_t *thinker = thinkercap.next; thinker && thinker != &thinkercap; thinker = thinker->next)
        if (thinker->function.acp1 == (actionf_p1)P_MobjThinker)
            hash = mix_thing(hash, (const mobj_t *)thinker);
    for (int index = 0; index < numsectors; index++) {
        const sector_t *sector = &sectors[index];
        hash = mix(mix(hash, (uint32_t)sector->floorheight), (uint32_t)sector->ceilingheight);
        hash = mix(mix(hash, (uint32_t)sector->floorpic), (uint32_t)sector->ceilingpic);
        hash = mix(mix(hash, (uint32_t)sector->lightlevel), (uint32_t)sector->special);
    }
    for (int index = 0; index < MAXPLAYERS; index++)
        if (playeringame[index])
            hash = mix_player(hash, &players[index]);
    return hash;
}

// Everything that decides how the game goes on: the level, the clock, the random numbers.
PVM_EXPORT(uint64_t, doom_state) {
    uint64_t hash = mix(doom_level_state(), (uint32_t)gametic);
    return mix(mix(hash, (uint32_t)prndindex), (uint32_t)rndindex);
}

// Asks the host how warm rooms are.

#include <pvm.h>

#include "rooms.h"

// The temperature in a room, in degrees; rooms are counted from 0.
PVM_IMPORT(int32_t, thermometer_read, uint64_t room);

uint64_t warmest_of(uint64_t rooms, int32_t (*temperature_in)(uint64_t room)) {
    uint64_t warmest = 0;
    int32_t highest = INT32_MIN;
    for (uint64_t room = 0; room < rooms; room++) {
        const int32_t temperature = temperature_in(room);
        if (temperature <= highest) continue;
        highest = temperature;
        warmest = room;
    }
    return warmest;
}

PVM_EXPORT(uint64_t, warmest, uint64_t rooms) { return warmest_of(rooms, thermometer_read); }

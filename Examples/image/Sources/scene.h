// What there is to see.

#ifndef SCENE_H
#define SCENE_H

#include "fixed.h"

// What falls on a pixel, as amounts of red, green and blue light. The place is measured in pixels, and need not be the
// middle of one.
vector light_at(fixed x, fixed y, int width, int height);

#endif

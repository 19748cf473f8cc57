// Draws a picture and hands it to the host as a PNG file.

#include <pvm.h>
#include <stdlib.h>

#include "png.h"
#include "scene.h"

// The host takes a file; 0 if it could not.
PVM_IMPORT(bool, image_write, const uint8_t *bytes, size_t count);

enum { WIDTH = 300, HEIGHT = 200, SAMPLES = 2 };

// Light as a byte. Half of the light looks more than half as bright: the root is close to what screens expect.
static uint8_t shade(fixed light) {
    const fixed value = square_root(light) * 255 + ONE / 2;
    return value >= (fixed)255 << FRACTION_BITS ? 255 : (uint8_t)(value >> FRACTION_BITS);
}

// The average of a few rays through one pixel, so that edges are smooth.
static void draw_pixel(uint8_t *pixel, int x, int y) {
    vector sum = {0, 0, 0};
    for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const fixed right = (2 * (sample % SAMPLES) + 1) * ONE / (2 * SAMPLES);
        const fixed down = (2 * (sample / SAMPLES) + 1) * ONE / (2 * SAMPLES);
        const vector light =
            light_at(((fixed)x << FRACTION_BITS) + right, ((fixed)y << FRACTION_BITS) + down, WIDTH, HEIGHT);
        sum = add(sum, light);
    }
    pixel[0] = shade(sum.x / (SAMPLES * SAMPLES));
    pixel[1] = shade(sum.y / (SAMPLES * SAMPLES));
    pixel[2] = shade(sum.z / (SAMPLES * SAMPLES));
}

// Draws the picture. Returns how many bytes the host got, 0 if memory was missing or the host could not take them.
PVM_EXPORT(uint64_t, render) {
    uint8_t *pixels = malloc(WIDTH * HEIGHT * 3);
    if (!pixels) return 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) draw_pixel(pixels + (y * WIDTH + x) * 3, x, y);
    }
    size_t count = 0;
    uint8_t *file = png_file(pixels, WIDTH, HEIGHT, &count);
    free(pixels);
    const uint64_t written = file && image_write(file, count) ? count : 0;
    free(file);
    return written;
}

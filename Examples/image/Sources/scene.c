// Spheres on a chequered floor under an evening sky, seen by following rays of light backwards from the eye.

#include "scene.h"

#include <stdbool.h>
#include <stddef.h>

#define VECTOR(x, y, z) {FIXED(x), FIXED(y), FIXED(z)}

typedef struct {
    vector centre;
    fixed radius;
    vector colour;
    fixed mirror;  // how much of what falls on it straight it reflects, 0 to 1; at a slant it reflects more
} sphere;

static const sphere spheres[] = {
    {VECTOR(0, 1.15, 0), FIXED(1.15), VECTOR(0.80, 0.82, 0.86), FIXED(0.82)},
    {VECTOR(-1.95, 0.45, -0.75), FIXED(0.45), VECTOR(0.80, 0.05, 0.04), FIXED(0.06)},
    {VECTOR(-1.05, 0.38, -1.75), FIXED(0.38), VECTOR(0.95, 0.30, 0.02), FIXED(0.06)},
    {VECTOR(0.10, 0.32, -1.95), FIXED(0.32), VECTOR(0.95, 0.66, 0.04), FIXED(0.06)},
    {VECTOR(1.10, 0.38, -1.55), FIXED(0.38), VECTOR(0.06, 0.48, 0.12), FIXED(0.06)},
    {VECTOR(1.95, 0.47, -0.55), FIXED(0.47), VECTOR(0.03, 0.18, 0.75), FIXED(0.06)},
    {VECTOR(2.35, 0.75, 1.45), FIXED(0.75), VECTOR(0.30, 0.05, 0.48), FIXED(0.10)},
    {VECTOR(-2.55, 0.85, 1.35), FIXED(0.85), VECTOR(0.90, 0.62, 0.36), FIXED(0.45)},
};
enum { SPHERE_COUNT = sizeof spheres / sizeof spheres[0], MOST_REFLECTIONS = 4 };

static const vector eye = VECTOR(0.55, 1.75, -6.2), looking_at = VECTOR(0, 0.78, 0);
static const vector sun_colour = VECTOR(1.02, 0.86, 0.66), sky_light = VECTOR(0.15, 0.18, 0.26);
static const fixed nearest = FIXED(0.0005), farthest = FIXED(1000);

static vector towards_sun(void) {
    static vector direction;
    if (direction.y == 0) direction = unit((vector)VECTOR(-0.62, 0.66, -0.60));
    return direction;
}

static vector sky(vector direction) {
    static const vector horizon = VECTOR(0.95, 0.62, 0.40), middle = VECTOR(0.30, 0.46, 0.76);
    static const vector zenith = VECTOR(0.04, 0.13, 0.38);
    const fixed height = direction.y < 0 ? 0 : direction.y, low = FIXED(0.28);
    if (height < low) return mix(horizon, middle, divide(height, low));
    return mix(middle, zenith, square_root(divide(height - low, ONE - low)));
}

// How far along a ray a sphere is, `farthest` if it is not there. Directions have length one.
static fixed distance_to(const sphere *sphere, vector from, vector direction) {
    const vector offset = subtract(sphere->centre, from);
    const fixed middle = dot(offset, direction), squared = multiply(sphere->radius, sphere->radius);
    const fixed inside = squared - dot(offset, offset) + multiply(middle, middle);
    if (inside < 0) return farthest;
    const fixed half = square_root(inside);
    if (middle - half > nearest) return middle - half;
    return middle + half > nearest ? middle + half : farthest;
}

static bool is_in_shadow(vector place) {
    for (size_t index = 0; index < SPHERE_COUNT; index++) {
        if (distance_to(&spheres[index], place, towards_sun()) < farthest) return true;
    }
    return false;
}

static fixed fifth_power(fixed number) {
    const fixed square = multiply(number, number);
    return multiply(multiply(square, square), number);
}

// Light on a surface that faces `normal`: from the sun, unless something is in the way, and from the sky.
static vector lit(vector colour, vector place, vector normal) {
    vector light = scale(sky_light, FIXED(0.62) + multiply(normal.y, FIXED(0.38)));
    const fixed slant = dot(normal, towards_sun());
    if (slant > 0 && !is_in_shadow(place)) light = add(light, scale(sun_colour, slant));
    return (vector){multiply(colour.x, light.x), multiply(colour.y, light.y), multiply(colour.z, light.z)};
}

// The sun itself as it is seen in something smooth.
static fixed glint(vector direction, vector place) {
    fixed power = dot(direction, towards_sun());
    if (power < FIXED(0.8) || is_in_shadow(place)) return 0;
    for (int doubling = 0; doubling < 7; doubling++) power = multiply(power, power);
    return power;
}

static vector floor_colour(vector place) {
    static const vector dark = VECTOR(0.10, 0.11, 0.14), bright = VECTOR(0.82, 0.79, 0.72);
    return ((place.x >> FRACTION_BITS) + (place.z >> FRACTION_BITS)) & 1 ? dark : bright;
}

// The light that comes along a ray from where it began.
static vector trace(vector from, vector direction, int reflections) {
    fixed distance = farthest;
    const sphere *hit = NULL;
    for (size_t index = 0; index < SPHERE_COUNT; index++) {
        const fixed next = distance_to(&spheres[index], from, direction);
        if (next < distance) {
            distance = next;
            hit = &spheres[index];
        }
    }
    bool is_floor = false;
    if (direction.y < FIXED(-0.0005)) {
        const fixed next = divide(-from.y, direction.y);
        if (next > nearest && next < distance) {
            distance = next;
            is_floor = true;
        }
    }
    if (!is_floor && !hit) return sky(direction);

    const vector place = add(from, scale(direction, distance));
    const vector normal = is_floor ? (vector)VECTOR(0, 1, 0)
                                   : scale(subtract(place, hit->centre), divide(ONE, hit->radius));
    const fixed facing = dot(normal, direction);
    vector light = lit(is_floor ? floor_colour(place) : hit->colour, place, normal);
    const vector mirrored = subtract(direction, scale(normal, 2 * facing));
    const fixed least = is_floor ? FIXED(0.05) : hit->mirror;
    const fixed share = least + multiply(ONE - least, fifth_power(ONE - (facing < 0 ? -facing : 0)));
    // What can not be seen in the end is not followed.
    if (reflections > 0 && share > FIXED(0.01)) light = mix(light, trace(place, mirrored, reflections - 1), share);
    if (!is_floor) light = add(light, scale(sun_colour, glint(mirrored, place)));
    if (is_floor) {
        // Far away the floor fades into the sky.
        const fixed far = divide(distance, distance + FIXED(22));
        light = mix(light, sky((vector){0, 0, 0}), multiply(far, far));
    }
    return light;
}

vector light_at(fixed x, fixed y, int width, int height) {
    static vector forward, right, up;
    if (forward.z == 0) {
        forward = unit(subtract(looking_at, eye));
        right = unit((vector){forward.z, 0, -forward.x});
        up = (vector){
            multiply(forward.y, right.z) - multiply(forward.z, right.y),
            multiply(forward.z, right.x) - multiply(forward.x, right.z),
            multiply(forward.x, right.y) - multiply(forward.y, right.x),
        };
    }
    // The picture is 0.78 high at a distance of 1.2.
    const fixed size = FIXED(0.78) / height;
    const fixed across = multiply(x - ((fixed)width << FRACTION_BITS) / 2, size);
    const fixed above = multiply(((fixed)height << FRACTION_BITS) / 2 - y, size);
    const vector direction = add(scale(forward, FIXED(1.2)), add(scale(right, across), scale(up, above)));
    return trace(eye, unit(direction), MOST_REFLECTIONS);
}

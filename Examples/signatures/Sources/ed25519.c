// Ed25519: points of the curve -x² + y² = 1 + d x² y² in extended coordinates, and numbers modulo the order of the base point.

#include "ed25519.h"
#include "field.h"
#include "sha512.h"
#include <string.h>

/// x = X / Z, y = Y / Z, x y = T / Z.
typedef struct {
    field x, y, z, t;
} point;

static const field curve_d = {{0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
static const field twice_d = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
static const field root_of_minus_one = {
    {0x61b274a0ea0b0, 0xd5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};
static const point base = {
    .x = {{0x62d608f25d51a, 0x412a4b4f6592a, 0x75b7171a4b31d, 0x1ff60527118fe, 0x216936d3cd6e5}},
    .y = {{0x6666666666658, 0x4cccccccccccc, 0x1999999999999, 0x3333333333333, 0x6666666666666}},
    .z = {{1, 0, 0, 0, 0}},
    .t = {{0x68ab3a5b7dda3, 0xeea2a5eadbb, 0x2af8df483c27e, 0x332b375274732, 0x67875f0fd78b7}},
};

// The base point's order, 2^252 + 27742317777372353535851937790883648493.
static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};

// MARK: Points

static point sum(const point *p, const point *q) {
    const field p_low = field_difference(&p->y, &p->x), q_low = field_difference(&q->y, &q->x);
    const field p_high = field_sum(&p->y, &p->x), q_high = field_sum(&q->y, &q->x);
    const field a = field_product(&p_low, &q_low), b = field_product(&p_high, &q_high);
    const field tt = field_product(&p->t, &q->t), c = field_product(&tt, &twice_d);
    const field zz = field_product(&p->z, &q->z), d = field_sum(&zz, &zz);
    const field e = field_difference(&b, &a), f = field_difference(&d, &c);
    const field g = field_sum(&d, &c), h = field_sum(&b, &a);
    return (point){field_product(&e, &f), field_product(&g, &h), field_product(&f, &g), field_product(&e, &h)};
}

static point doubled(const point *p) {
    const field a = field_square(&p->x), b = field_square(&p->y);
    const field zz = field_square(&p->z), c = field_sum(&zz, &zz);
    const field xy = field_sum(&p->x, &p->y), square = field_square(&xy);
    // Both signs of the usual formula turned around, which makes no difference.
    const field h = field_sum(&a, &b), e = field_difference(&h, &square);
    const field g = field_difference(&a, &b), f = field_sum(&c, &g);
    return (point){field_product(&e, &f), field_product(&g, &h), field_product(&f, &g), field_product(&e, &h)};
}

/// Reads a point; false if the bytes are none.
static bool read_point(point *result, const uint8_t bytes[32]) {
    if (!field_read(&result->y, bytes)) return false;
    // x² = (y² - 1) / (d y² + 1) = u / v, and its root is u v³ (u v⁷)^((p - 5) / 8), perhaps times the root of -1.
    const field yy = field_square(&result->y), u = field_difference(&yy, &field_one);
    const field dyy = field_product(&curve_d, &yy), v = field_sum(&dyy, &field_one);
    const field v2 = field_square(&v), v3 = field_product(&v2, &v), v6 = field_square(&v3);
    const field v7 = field_product(&v6, &v), uv7 = field_product(&u, &v7), uv3 = field_product(&u, &v3);
    const field power = field_root_power(&uv7);
    result->x = field_product(&uv3, &power);
    const field xx = field_square(&result->x), vxx = field_product(&v, &xx);
    if (!field_equal(&vxx, &u)) {
        const field minus_u = field_difference(&field_zero, &u);
        if (!field_equal(&vxx, &minus_u)) return false;
        result->x = field_product(&result->x, &root_of_minus_one);
    }
    uint8_t x[32];
    field_write(&result->x, x);
    const bool is_odd = x[0] & 1, wants_odd = bytes[31] >> 7;
    if (field_equal(&result->x, &field_zero)) {
        if (wants_odd) return false;
    } else if (is_odd != wants_odd) {
        result->x = field_difference(&field_zero, &result->x);
    }
    result->z = field_one;
    result->t = field_product(&result->x, &result->y);
    return true;
}

static void write_point(const point *p, uint8_t bytes[32]) {
    const field inverse = field_inverse(&p->z);
    const field x = field_product(&p->x, &inverse), y = field_product(&p->y, &inverse);
    uint8_t x_bytes[32];
    field_write(&x, x_bytes);
    field_write(&y, bytes);
    bytes[31] |= (uint8_t)((x_bytes[0] & 1) << 7);
}

// MARK: Numbers modulo the order

static bool is_reduced(const uint64_t a[4]) {
    for (int i = 3; i >= 0; i--) {
        if (a[i] != order[i]) return a[i] < order[i];
    }
    return false;
}

/// The remainder of a number of 64 bytes: a bit after the other, the highest first.
static void reduce(const uint8_t bytes[64], uint64_t result[4]) {
    memset(result, 0, 32);
    for (int bit = 511; bit >= 0; bit--) {
        uint64_t carry = bytes[bit / 8] >> (bit % 8) & 1;
        for (unsigned i = 0; i < 4; i++) {
            const uint64_t top = result[i] >> 63;
            result[i] = result[i] << 1 | carry;
            carry = top;
        }
        if (is_reduced(result)) continue;
        uint64_t borrow = 0;
        for (unsigned i = 0; i < 4; i++) {
            uint64_t part;
            const bool first = __builtin_sub_overflow(result[i], order[i], &part);
            borrow = first | __builtin_sub_overflow(part, borrow, &result[i]);
        }
    }
}

/// Four bits of a number.
static unsigned digit(const uint64_t a[4], unsigned index) { return a[index / 16] >> 4 * (index % 16) & 15; }

/// 1 to 15 times a point; the place of 0 stays empty.
static void multiples(const point *p, point table[16]) {
    table[1] = *p;
    for (unsigned i = 2; i < 16; i++) table[i] = i % 2 ? sum(&table[i - 1], p) : doubled(&table[i / 2]);
}

bool ed25519_verify(const uint8_t signature[64], const uint8_t key[32], const void *message, size_t count) {
    uint64_t s[4];
    memcpy(s, signature + 32, sizeof s);
    point a;
    if (!is_reduced(s) || !read_point(&a, key)) return false;

    struct sha512 hash;
    uint8_t digest[64];
    sha512_begin(&hash);
    sha512_add(&hash, signature, 32);
    sha512_add(&hash, key, 32);
    sha512_add(&hash, message, count);
    sha512_end(&hash, digest);
    uint64_t k[4];
    reduce(digest, k);

    // s B - k A must be the point of which the signature has the bytes. Both products together, four bits at a time.
    a.x = field_difference(&field_zero, &a.x);
    a.t = field_difference(&field_zero, &a.t);
    static point of_base[16], of_key[16];
    if (of_base[1].z.limbs[0] == 0) multiples(&base, of_base);
    multiples(&a, of_key);
    point r = {field_zero, field_one, field_one, field_zero};
    for (int i = 63; i >= 0; i--) {
        for (unsigned j = 0; j < 4; j++) r = doubled(&r);
        const unsigned of_s = digit(s, (unsigned)i), of_k = digit(k, (unsigned)i);
        if (of_s) r = sum(&r, &of_base[of_s]);
        if (of_k) r = sum(&r, &of_key[of_k]);
    }
    uint8_t bytes[32];
    write_point(&r, bytes);
    return memcmp(bytes, signature, sizeof bytes) == 0;
}

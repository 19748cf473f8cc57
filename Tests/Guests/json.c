// JSON: a parser that makes a tree and says where it failed, and a serializer, compact or indented. Documents by hand and by
// chance go through both, and must come out as they went in.

#include "transcript.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

PVM_MIN_STACK(65536);

// MARK: Values

typedef enum { NOTHING, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT } kind;

typedef struct value value;
struct value {
    kind kind;
    bool boolean;
    double number;
    // The text of a string, which may hold zero bytes.
    char *text;
    size_t length;
    // The elements of an array or, each with its key, the members of an object.
    value **items;
    value **keys;
    size_t count, capacity;
};

static value *new_value(kind kind) {
    value *v = calloc(1, sizeof *v);
    v->kind = kind;
    return v;
}

static value *new_string(const char *text, size_t length) {
    value *v = new_value(STRING);
    v->text = malloc(length + 1);
    memcpy(v->text, text, length);
    v->text[length] = 0;
    v->length = length;
    return v;
}

static void append(value *container, value *key, value *item) {
    if (container->count == container->capacity) {
        container->capacity = container->capacity ? 2 * container->capacity : 4;
        container->items = realloc(container->items, container->capacity * sizeof *container->items);
        container->keys = realloc(container->keys, container->capacity * sizeof *container->keys);
    }
    container->keys[container->count] = key;
    container->items[container->count++] = item;
}

static void delete(value *v) {
    if (!v)
        return;
    for (size_t i = 0; i < v->count; i++) {
        delete(v->keys[i]);
        delete(v->items[i]);
    }
    free(v->keys);
    free(v->items);
    free(v->text);
    free(v);
}

static bool equal(const value *a, const value *b) {
    if (a->kind != b->kind || a->count != b->count || a->length != b->length || a->boolean != b->boolean || a->number != b->number)
        return false;
    if (a->kind == STRING)
        return !memcmp(a->text, b->text, a->length);
    for (size_t i = 0; i < a->count; i++)
        if (!equal(a->items[i], b->items[i]) || (a->kind == OBJECT && !equal(a->keys[i], b->keys[i])))
            return false;
    return true;
}

static const value *member(const value *object, const char *name) {
    for (size_t i = 0; object && object->kind == OBJECT && i < object->count; i++)
        if (!strcmp(object->keys[i]->text, name))
            return object->items[i];
    return NULL;
}

// MARK: Text that grows

typedef struct { char *bytes; size_t length, capacity; } buffer;

static void put(buffer *out, const char *bytes, size_t count) {
    if (out->length + count + 1 > out->capacity) {
        out->capacity = 2 * out->capacity + count + 16;
        out->bytes = realloc(out->bytes, out->capacity);
    }
    memcpy(out->bytes + out->length, bytes, count);
    out->length += count;
    out->bytes[out->length] = 0;
}

static void put_character(buffer *out, char c) { put(out, &c, 1); }

__attribute__((format(printf, 2, 3))) static void put_formatted(buffer *out, const char *format, ...) {
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(out, text, (size_t)length);
}

static void put_utf8(buffer *out, uint32_t code) {
    if (code < 0x80) {
        put_character(out, (char)code);
    } else if (code < 0x800) {
        put_character(out, (char)(0xc0 | code >> 6));
        put_character(out, (char)(0x80 | (code & 63)));
    } else if (code < 0x10000) {
        put_character(out, (char)(0xe0 | code >> 12));
        put_character(out, (char)(0x80 | (code >> 6 & 63)));
        put_character(out, (char)(0x80 | (code & 63)));
    } else {
        put_character(out, (char)(0xf0 | code >> 18));
        put_character(out, (char)(0x80 | (code >> 12 & 63)));
        put_character(out, (char)(0x80 | (code >> 6 & 63)));
        put_character(out, (char)(0x80 | (code & 63)));
    }
}

// MARK: Parser

enum { DEEPEST = 64 };

typedef struct {
    const char *start, *position, *end;
    // The first error, and where it was.
    const char *error;
    const char *error_position;
    int depth;
} parser;

static value *parse_value(parser *p);

static void *fail(parser *p, const char *what) {
    if (!p->error) {
        p->error = what;
        p->error_position = p->position;
    }
    return NULL;
}

static int peek(const parser *p) { return p->position < p->end ? (unsigned char)*p->position : -1; }

static void skip_space(parser *p) {
    while (peek(p) == ' ' || peek(p) == '\t' || peek(p) == '\n' || peek(p) == '\r')
        p->position++;
}

static bool accept(parser *p, char c) {
    skip_space(p);
    if (peek(p) != (unsigned char)c)
        return false;
    p->position++;
    return true;
}

static bool parse_hex(parser *p, uint32_t *code) {
    *code = 0;
    for (int i = 0; i < 4; i++, p->position++) {
        const int c = peek(p);
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return fail(p, "four hexadecimal digits expected"), false;
        *code = *code << 4 | (uint32_t)digit;
    }
    return true;
}

// What follows a backslash.
static bool parse_escape(parser *p, buffer *out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const int c = peek(p);
    const char *letter = c > 0 ? strchr(letters, c) : NULL;
    if (letter) {
        put_character(out, meanings[letter - letters]);
        p->position++;
        return true;
    }
    if (c != 'u')
        return fail(p, "no such escape"), false;
    p->position++;
    uint32_t code, low;
    if (!parse_hex(p, &code))
        return false;
    if (code >= 0xdc00 && code < 0xe000)
        return fail(p, "second half of a pair without the first"), false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (p->end - p->position < 2 || p->position[0] != '\\' || p->position[1] != 'u')
            return fail(p, "second half of a pair expected"), false;
        p->position += 2;
        if (!parse_hex(p, &low))
            return false;
        if (low < 0xdc00 || low >= 0xe000)
            return fail(p, "not the second half of a pair"), false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    put_utf8(out, code);
    return true;
}

static value *parse_string(parser *p) {
    if (!accept(p, '"'))
        return fail(p, "string expected");
    buffer text = {0};
    put(&text, "", 0);
    for (;;) {
        const int c = peek(p);
        if (c == '"')
            break;
        if (c < 0x20) {
            fail(p, c < 0 ? "string without end" : "control character in a string");
            break;
        }
        p->position++;
        if (c != '\\')
            put_character(&text, (char)c);
        else if (!parse_escape(p, &text))
            break;
    }
    value *v = p->error ? NULL : new_string(text.bytes, text.length);
    free(text.bytes);
    p->position++;
    return v;
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

// Looks at the form here, since strtod takes more than JSON allows.
static value *parse_number(parser *p) {
    const char *start = p->position;
    if (peek(p) == '-')
        p->position++;
    if (!is_digit(peek(p)))
        return fail(p, "value expected");
    const bool is_zero = peek(p) == '0';
    p->position++;
    if (is_zero && is_digit(peek(p)))
        return fail(p, "number with a zero in front");
    while (is_digit(peek(p)))
        p->position++;
    if (peek(p) == '.') {
        p->position++;
        if (!is_digit(peek(p)))
            return fail(p, "digit expected after the point");
        while (is_digit(peek(p)))
            p->position++;
    }
    if (peek(p) == 'e' || peek(p) == 'E') {
        p->position++;
        if (peek(p) == '+' || peek(p) == '-')
            p->position++;
        if (!is_digit(peek(p)))
            return fail(p, "digit expected in the exponent");
        while (is_digit(peek(p)))
            p->position++;
    }
    value *v = new_value(NUMBER);
    v->number = strtod(start, NULL);
    return v;
}

static value *parse_container(parser *p, kind kind, char close) {
    value *container = new_value(kind);
    if (++p->depth > DEEPEST)
        fail(p, "nested too deeply");
    p->position++;
    if (!p->error && !accept(p, close)) {
        do {
            skip_space(p);
            value *key = kind == OBJECT ? parse_string(p) : NULL;
            if (kind == OBJECT && !p->error && !accept(p, ':'))
                fail(p, "colon expected");
            value *item = p->error ? NULL : parse_value(p);
            append(container, key, item);
        } while (!p->error && accept(p, ','));
        if (!p->error && !accept(p, close))
            fail(p, kind == OBJECT ? "comma or } expected" : "comma or ] expected");
    }
    p->depth--;
    if (!p->error)
        return container;
    delete(container);
    return NULL;
}

static value *parse_word(parser *p, const char *word, value *v) {
    const size_t length = strlen(word);
    if ((size_t)(p->end - p->position) >= length && !memcmp(p->position, word, length)) {
        p->position += length;
        return v;
    }
    delete(v);
    return fail(p, "value expected");
}

static value *parse_value(parser *p) {
    skip_space(p);
    switch (peek(p)) {
    case '{': return parse_container(p, OBJECT, '}');
    case '[': return parse_container(p, ARRAY, ']');
    case '"': return parse_string(p);
    case 'n': return parse_word(p, "null", new_value(NOTHING));
    case 'f': return parse_word(p, "false", new_value(BOOLEAN));
    case 't': {
        value *v = new_value(BOOLEAN);
        v->boolean = true;
        return parse_word(p, "true", v);
    }
    default: return parse_number(p);
    }
}

static value *parse(const char *text, parser *p) {
    *p = (parser){.start = text, .position = text, .end = text + strlen(text)};
    value *v = parse_value(p);
    skip_space(p);
    if (v && p->position != p->end) {
        fail(p, "something follows the document");
        delete(v);
        return NULL;
    }
    return v;
}

// MARK: Serializer

static void write_string(buffer *out, const value *v) {
    put_character(out, '"');
    for (size_t i = 0; i < v->length; i++) {
        const unsigned char c = (unsigned char)v->text[i];
        switch (c) {
        case '"': put(out, "\\\"", 2); break;
        case '\\': put(out, "\\\\", 2); break;
        case '\n': put(out, "\\n", 2); break;
        case '\t': put(out, "\\t", 2); break;
        default:
            if (c < 0x20)
                put_formatted(out, "\\u%04x", c);
            else
                put_character(out, (char)c);
        }
    }
    put_character(out, '"');
}

static void new_line(buffer *out, int indentation) {
    if (indentation < 0)
        return;
    put_character(out, '\n');
    for (int i = 0; i < indentation; i++)
        put(out, "  ", 2);
}

// Indentation below zero: everything in one line.
static void write_value(buffer *out, const value *v, int indentation) {
    switch (v->kind) {
    case NOTHING: put(out, "null", 4); break;
    case BOOLEAN: put_formatted(out, "%s", v->boolean ? "true" : "false"); break;
    case STRING: write_string(out, v); break;
    case NUMBER:
        if (v->number == floor(v->number) && fabs(v->number) < 1e15)
            put_formatted(out, "%.0f", v->number);
        else
            put_formatted(out, "%.15g", v->number);
        break;
    case ARRAY:
    case OBJECT: {
        const int inner = indentation < 0 ? indentation : indentation + 1;
        put_character(out, v->kind == ARRAY ? '[' : '{');
        for (size_t i = 0; i < v->count; i++) {
            if (i)
                put_character(out, ',');
            new_line(out, inner);
            if (v->kind == OBJECT) {
                write_string(out, v->keys[i]);
                put(out, ": ", indentation < 0 ? 1 : 2);
            }
            write_value(out, v->items[i], inner);
        }
        if (v->count)
            new_line(out, indentation);
        put_character(out, v->kind == ARRAY ? ']' : '}');
    }
    }
}

static char *written(const value *v, int indentation) {
    buffer out = {0};
    write_value(&out, v, indentation);
    return out.bytes;
}

// MARK: Documents

static const char sample[] =
    "{\n"
    "  \"name\": \"pvm\", \"year\": 2024, \"ratio\": 0.125, \"huge\": -1.5e+200, \"tiny\": 25E-3,\n"
    "  \"flags\": [true, false, null, []],\n"
    "  \"nested\": {\"a\": {\"b\": {\"c\": [1, [2, [3, {}]]]}}, \"\": \"empty key\"},\n"
    "  \"text\": \"tab\\t quote\\\" slash\\/ backslash\\\\ unicode \\u00e9\\u20ac \\uD83D\\uDC18 nul\\u0000 raw \xc3\xbc\",\n"
    "  \"long\": [0, -0, 1, -1, 10, 100, 1000000, 123456789, 3.14159, 2.5e-7, 1e15, 1e21]\n"
    "}\n";

static const char *const broken[] = {"", "  ", "{", "[1, 2", "[1 2]", "{\"a\" 1}", "{\"a\": }", "{a: 1}", "[1,]", "01", "-", "1.", "1e", ".5",
    "+1", "tru", "nulll", "\"open", "\"bad \\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "[] []", "NaN",
    "{\"a\": [1, {\"b\": tru}]}", "]"};

static value *random_value(uint64_t *state, int depth) {
    const uint64_t r = next(state);
    value *v;
    switch (r % (depth ? 7 : 4)) {
    case 0: return new_value(NOTHING);
    case 1:
        v = new_value(BOOLEAN);
        v->boolean = r >> 8 & 1;
        return v;
    case 2:
        v = new_value(NUMBER);
        // A few digits, so that printing and parsing give the same number.
        v->number = (double)((int64_t)(r >> 20) % 1000000) / (double)(1 << (r >> 8 & 7));
        return v;
    case 3: {
        char text[20];
        const size_t length = r >> 8 & 15;
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(next(state) >> 30 & 0x7f);
        return new_string(text, length);
    }
    case 4:
    case 5:
        v = new_value(ARRAY);
        for (size_t count = r >> 8 & 7; count; count--)
            append(v, NULL, random_value(state, depth - 1));
        return v;
    default:
        v = new_value(OBJECT);
        for (size_t count = r >> 8 & 7; count; count--) {
            char key[24];
            const int length = snprintf(key, sizeof key, "key%u", (unsigned)(next(state) % 1000));
            append(v, new_string(key, (size_t)length), random_value(state, depth - 1));
        }
        return v;
    }
}

static uint64_t round_trip(uint64_t sum, const value *v) {
    for (int indentation = -1; indentation <= 0; indentation++) {
        char *text = written(v, indentation);
        parser p;
        value *again = parse(text, &p);
        sum = mix_text(sum, text);
        if (!again || !equal(v, again))
            sum = mix(0, 404);
        delete(again);
        free(text);
    }
    return sum;
}

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t state = n + 113, sum = n;
    parser p;
    value *document = parse(sample, &p);
    if (!document)
        return 1;
    sum = round_trip(sum, document);
    sum = mix(sum, bits_of(member(document, "ratio")->number));
    sum = mix(sum, member(member(document, "nested"), "")->length);
    sum = mix_bytes(sum, member(document, "text")->text, member(document, "text")->length);
    sum = mix(sum, member(document, "missing") == NULL);
    delete(document);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        value *v = parse(broken[i], &p);
        if (v)
            return 2;
        sum = mix_text(sum, p.error);
        sum = mix(sum, (uint64_t)(p.error_position - p.start));
    }
    char deep[2 * DEEPEST + 8];
    memset(deep, '[', DEEPEST + 1);
    deep[DEEPEST + 1] = 0;
    sum = mix(sum, parse(deep, &p) == NULL);
    sum = mix_text(sum, p.error);
    for (uint64_t i = 0; i < n; i++) {
        value *v = random_value(&state, 4);
        sum = round_trip(sum, v);
        delete(v);
    }
    return sum;
}

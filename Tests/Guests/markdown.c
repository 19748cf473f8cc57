// Markdown to HTML, the better part of CommonMark: headings of both kinds, paragraphs, quotes, lists that nest, fenced and
// indented code, rules; emphasis, code, links, images, automatic links, escapes, entities and breaks in lines.
//
// Blocks are found by taking their prefix off each of their lines and rendering the rest as a document of its own.

#include "transcript.h"
#include <ctype.h>
#include <stdlib.h>

PVM_MIN_STACK(131072);

// MARK: Text

typedef struct { const char *start, *end; } span;
typedef struct { char *bytes; size_t length, capacity; } buffer;

static void put_bytes(buffer *out, const char *bytes, size_t count) {
    if (out->length + count + 1 > out->capacity) {
        out->capacity = 2 * out->capacity + count + 64;
        out->bytes = realloc(out->bytes, out->capacity);
    }
    if (count)
        memcpy(out->bytes + out->length, bytes, count);
    out->length += count;
    out->bytes[out->length] = 0;
}

static void put(buffer *out, const char *text) { put_bytes(out, text, strlen(text)); }
static void put_span(buffer *out, span s) { put_bytes(out, s.start, (size_t)(s.end - s.start)); }

static void put_escaped_character(buffer *out, char c) {
    switch (c) {
    case '&': put(out, "&amp;"); break;
    case '<': put(out, "&lt;"); break;
    case '>': put(out, "&gt;"); break;
    case '"': put(out, "&quot;"); break;
    default: put_bytes(out, &c, 1);
    }
}

static void put_escaped(buffer *out, span s) {
    for (const char *p = s.start; p < s.end; p++)
        put_escaped_character(out, *p);
}

static size_t length_of(span s) { return (size_t)(s.end - s.start); }
static bool begins(span s, const char *text) { return length_of(s) >= strlen(text) && !memcmp(s.start, text, strlen(text)); }

static span trimmed(span s) {
    while (s.start < s.end && isspace((unsigned char)*s.start))
        s.start++;
    while (s.start < s.end && isspace((unsigned char)s.end[-1]))
        s.end--;
    return s;
}

static bool is_blank(span line) { return length_of(trimmed(line)) == 0; }

static size_t run_length(const char *p, const char *end) {
    size_t count = 0;
    for (const char c = *p; p + count < end && p[count] == c;)
        count++;
    return count;
}

// MARK: Inside of lines

static void render_inline(buffer *out, span text);

// A run of the same backticks ends a code span.
static const char *render_code(buffer *out, span text) {
    const size_t ticks = run_length(text.start, text.end);
    const char *start = text.start + ticks;
    for (const char *p = start; p < text.end;) {
        if (*p != '`') {
            p++;
            continue;
        }
        const size_t count = run_length(p, text.end);
        if (count == ticks) {
            span code = {start, p};
            // One space on both sides makes room for backticks.
            if (length_of(code) > 2 && *code.start == ' ' && code.end[-1] == ' ' && !is_blank(code))
                code.start++, code.end--;
            put(out, "<code>");
            for (const char *c = code.start; c < code.end; c++)
                put_escaped_character(out, *c == '\n' ? ' ' : *c);
            put(out, "</code>");
            return p + count;
        }
        p += count;
    }
    put_bytes(out, text.start, ticks);
    return start;
}

// Where the bracket at the start ends, or NULL.
static const char *closing(span text, char open, char close) {
    int depth = 0;
    for (const char *p = text.start; p < text.end; p++) {
        if (*p == '\\' && p + 1 < text.end)
            p++;
        else if (*p == '`')
            p += run_length(p, text.end) - 1;
        else if (*p == open)
            depth++;
        else if (*p == close && !--depth)
            return p;
    }
    return NULL;
}

static void put_plain(buffer *out, span text) {
    for (const char *p = text.start; p < text.end; p++)
        if (!strchr("*_`[]", *p))
            put_escaped_character(out, *p);
}

// [label](destination "title"), or an image with ! before it.
static const char *render_link(buffer *out, span text, bool is_image) {
    const char *const label_end = closing(text, '[', ']');
    if (!label_end || label_end + 1 >= text.end || label_end[1] != '(')
        return NULL;
    const char *const end = closing((span){label_end + 1, text.end}, '(', ')');
    if (!end)
        return NULL;
    const span label = {text.start + 1, label_end};
    span destination = trimmed((span){label_end + 2, end}), title = {NULL, NULL};
    if (length_of(destination) && destination.end[-1] == '"') {
        const char *quote = memchr(destination.start, '"', length_of(destination));
        if (quote < destination.end - 1) {
            title = (span){quote + 1, destination.end - 1};
            destination = trimmed((span){destination.start, quote});
        }
    }
    if (length_of(destination) >= 2 && *destination.start == '<' && destination.end[-1] == '>')
        destination.start++, destination.end--;
    put(out, is_image ? "<img src=\"" : "<a href=\"");
    put_escaped(out, destination);
    if (is_image) {
        put(out, "\" alt=\"");
        put_plain(out, label);
    }
    put(out, "\"");
    if (title.start) {
        put(out, " title=\"");
        put_escaped(out, title);
        put(out, "\"");
    }
    put(out, is_image ? " />" : ">");
    if (!is_image) {
        render_inline(out, label);
        put(out, "</a>");
    }
    return end + 1;
}

// <https://example.org> or <someone@example.org>
static const char *render_automatic_link(buffer *out, span text) {
    const char *const end = memchr(text.start, '>', length_of(text));
    if (!end)
        return NULL;
    const span address = {text.start + 1, end};
    bool is_mail = false, is_url = false;
    for (const char *p = address.start; p < address.end; p++) {
        if (isspace((unsigned char)*p) || *p == '<')
            return NULL;
        is_mail |= *p == '@';
        is_url |= *p == ':' && p > address.start;
    }
    if (!is_mail && !is_url)
        return NULL;
    put(out, is_url ? "<a href=\"" : "<a href=\"mailto:");
    put_escaped(out, address);
    put(out, "\">");
    put_escaped(out, address);
    put(out, "</a>");
    return end + 1;
}

static bool can_open(span text, const char *p, size_t count) {
    if (p + count >= text.end || isspace((unsigned char)p[count]))
        return false;
    // An underscore inside of a word is a letter.
    return *p == '*' || p == text.start || !isalnum((unsigned char)p[-1]);
}

static bool can_close(span text, const char *p, size_t count) {
    if (p == text.start || isspace((unsigned char)p[-1]))
        return false;
    return *p == '*' || p + count >= text.end || !isalnum((unsigned char)p[count]);
}

// *emphasis*, **strong**, ***both***, and the same with underscores. Looks for the next run that closes as many.
static const char *render_emphasis(buffer *out, span text, const char *p) {
    const size_t count = run_length(p, text.end);
    if (count > 3 || !can_open(text, p, count))
        return NULL;
    for (const char *q = p + count; q < text.end;) {
        if (*q == '\\') {
            q += 2;
        } else if (*q == '`') {
            q += run_length(q, text.end);
        } else if (*q == *p) {
            const size_t closers = run_length(q, text.end);
            if (closers >= count && can_close(text, q, closers) && !(closers > count && can_open(text, q, closers))) {
                static const char *const opening[] = {"<em>", "<strong>", "<em><strong>"};
                static const char *const ending[] = {"</em>", "</strong>", "</strong></em>"};
                // Of more than are needed the last ones belong to this.
                const char *const end = q + (closers - count);
                put(out, opening[count - 1]);
                render_inline(out, (span){p + count, end});
                put(out, ending[count - 1]);
                return end + count;
            }
            q += closers;
        } else {
            q++;
        }
    }
    return NULL;
}

// &name; and &#number; stay as they are.
static size_t entity_length(span text) {
    const char *p = text.start + 1;
    if (p < text.end && *p == '#')
        p++;
    const char *const start = p;
    while (p < text.end && isalnum((unsigned char)*p))
        p++;
    return p > start && p < text.end && *p == ';' ? (size_t)(p - text.start) + 1 : 0;
}

static void render_inline(buffer *out, span text) {
    const char *p = text.start;
    while (p < text.end) {
        const span rest = {p, text.end};
        const char *next = NULL;
        switch (*p) {
        case '\\':
            if (p + 1 < text.end && ispunct((unsigned char)p[1])) {
                put_escaped_character(out, p[1]);
                next = p + 2;
            } else if (p + 1 < text.end && p[1] == '\n') {
                put(out, "<br />");
                next = p + 1;
            }
            break;
        case '`': next = render_code(out, rest); break;
        case '[': next = render_link(out, rest, false); break;
        case '!':
            if (p + 1 < text.end && p[1] == '[')
                next = render_link(out, (span){p + 1, text.end}, true);
            break;
        case '<': next = render_automatic_link(out, rest); break;
        case '*':
        case '_':
            next = render_emphasis(out, text, p);
            if (!next) {
                // None of the run opens anything.
                const size_t count = run_length(p, text.end);
                put_bytes(out, p, count);
                next = p + count;
            }
            break;
        case '&': {
            const size_t length = entity_length(rest);
            put_bytes(out, p, length);
            next = length ? p + length : NULL;
            break;
        }
        case ' ': {
            // Spaces before the end of a line go; two of them break it.
            const size_t count = run_length(p, text.end);
            if (p + count < text.end && p[count] == '\n') {
                put(out, count >= 2 ? "<br />" : "");
                next = p + count;
            }
            break;
        }
        case '\n':
            put(out, "\n");
            for (next = p + 1; next < text.end && *next == ' ';)
                next++;
            break;
        }
        if (!next)
            put_escaped_character(out, *p++);
        else
            p = next;
    }
}

// MARK: Blocks

typedef struct { const char *position, *end; } reader;

// The line that comes next, without its end; it stays to be read.
static span peek_line(const reader *r) {
    const char *end = memchr(r->position, '\n', (size_t)(r->end - r->position));
    return (span){r->position, end ? end : r->end};
}

static void skip_line(reader *r) {
    const span line = peek_line(r);
    r->position = line.end < r->end ? line.end + 1 : r->end;
}

static size_t indentation(span line) {
    size_t count = 0;
    while (line.start + count < line.end && line.start[count] == ' ')
        count++;
    return count;
}

static span without(span line, size_t count) {
    const size_t blanks = indentation(line);
    line.start += blanks < count ? blanks : count;
    return line;
}

// The level of a heading with number signs, else 0.
static size_t heading_level(span line) {
    line = without(line, 3);
    if (!length_of(line) || *line.start != '#')
        return 0;
    const size_t level = run_length(line.start, line.end);
    return level <= 6 && (line.start + level == line.end || line.start[level] == ' ') ? level : 0;
}

static bool is_rule(span line) {
    size_t count = 0;
    const char mark = length_of(trimmed(line)) ? *trimmed(line).start : 0;
    if (indentation(line) > 3 || (mark != '*' && mark != '-' && mark != '_'))
        return false;
    for (const char *p = line.start; p < line.end; p++) {
        if (*p == mark)
            count++;
        else if (*p != ' ')
            return false;
    }
    return count >= 3;
}

static size_t fence_length(span line) {
    line = without(line, 3);
    if (!begins(line, "```") && !begins(line, "~~~"))
        return 0;
    return run_length(line.start, line.end);
}

// How a list's item begins.
typedef struct { size_t width; char mark; unsigned long number; } marker;

static marker list_marker(span line) {
    const size_t indent = indentation(line);
    const span rest = without(line, indent);
    marker m = {0};
    if (indent > 3 || !length_of(rest) || is_rule(line))
        return m;
    const char *p = rest.start;
    if (*p == '-' || *p == '*' || *p == '+') {
        p++;
    } else {
        while (p < rest.end && isdigit((unsigned char)*p) && p - rest.start < 9)
            p++;
        if (p == rest.start || p == rest.end || (*p != '.' && *p != ')'))
            return m;
        m.number = strtoul(rest.start, NULL, 10);
        p++;
    }
    if (p < rest.end && *p != ' ')
        return m;
    m.mark = p[-1];
    size_t spaces = indentation((span){p, rest.end});
    // Code in an item, or an empty one: the item begins one space behind the mark.
    if (spaces > 4 || p + spaces == rest.end)
        spaces = 1;
    m.width = indent + (size_t)(p - rest.start) + spaces;
    return m;
}

// Whether a line can not go on with a paragraph.
static bool ends_paragraph(span line) {
    const marker m = list_marker(line);
    return is_blank(line) || heading_level(line) || is_rule(line) || fence_length(line) || begins(without(line, 3), ">") ||
        (m.width && (m.number == 1 || !isdigit((unsigned char)*without(line, 3).start)));
}

static void render_blocks(buffer *out, span text, bool is_tight);

static void render_heading(buffer *out, span line, size_t level) {
    span title = trimmed((span){without(line, 3).start + level, line.end});
    // Number signs at the end go, if a space is before them.
    const char *p = title.end;
    while (p > title.start && p[-1] == '#')
        p--;
    if (p == title.start || p[-1] == ' ')
        title.end = p;
    const char digit[2] = {(char)('0' + level), 0};
    put(out, "<h"), put(out, digit), put(out, ">");
    render_inline(out, trimmed(title));
    put(out, "</h"), put(out, digit), put(out, ">\n");
}

static void render_fence(buffer *out, reader *r) {
    const span opening = peek_line(r);
    const size_t indent = indentation(opening), length = fence_length(opening);
    const char mark = *without(opening, 3).start;
    const span language = trimmed((span){without(opening, 3).start + length, opening.end});
    put(out, "<pre><code");
    if (length_of(language)) {
        const char *space = memchr(language.start, ' ', length_of(language));
        put(out, " class=\"language-");
        put_escaped(out, (span){language.start, space ? space : language.end});
        put(out, "\"");
    }
    put(out, ">");
    for (skip_line(r); r->position < r->end; skip_line(r)) {
        const span line = peek_line(r), inner = without(line, 3);
        if (fence_length(line) >= length && *inner.start == mark && is_blank((span){inner.start + fence_length(line), line.end})) {
            skip_line(r);
            break;
        }
        put_escaped(out, without(line, indent));
        put(out, "\n");
    }
    put(out, "</code></pre>\n");
}

static void render_indented_code(buffer *out, reader *r) {
    // Blank lines are part of it only if more code follows.
    size_t blanks = 0;
    put(out, "<pre><code>");
    for (; r->position < r->end; skip_line(r)) {
        const span line = peek_line(r);
        if (is_blank(line)) {
            blanks++;
            continue;
        }
        if (indentation(line) < 4)
            break;
        for (; blanks; blanks--)
            put(out, "\n");
        put_escaped(out, without(line, 4));
        put(out, "\n");
    }
    put(out, "</code></pre>\n");
}

static void render_quote(buffer *out, reader *r) {
    buffer inner = {0};
    put(&inner, "");
    for (bool in_paragraph = false; r->position < r->end; skip_line(r)) {
        const span line = peek_line(r);
        span content = without(line, 3);
        if (begins(content, ">")) {
            content.start++;
            content = without(content, 1);
            in_paragraph = !ends_paragraph(content);
        } else if (!in_paragraph || ends_paragraph(line)) {
            break;
        }
        put_span(&inner, content);
        put(&inner, "\n");
    }
    put(out, "<blockquote>\n");
    render_blocks(out, (span){inner.bytes, inner.bytes + inner.length}, false);
    put(out, "</blockquote>\n");
    free(inner.bytes);
}

// Collects the lines of one item, without their indentation; says whether a blank line lies between two of its blocks.
static bool read_item(buffer *inner, reader *r, size_t width) {
    bool is_loose = false, was_blank = false;
    span first = peek_line(r);
    first.start = length_of(first) < width ? first.end : first.start + width;
    put_span(inner, first);
    put(inner, "\n");
    for (skip_line(r); r->position < r->end; skip_line(r)) {
        const span line = peek_line(r);
        if (is_blank(line)) {
            was_blank = true;
            continue;
        }
        if (indentation(line) < width && (was_blank || ends_paragraph(line) || list_marker(line).width))
            break;
        if (was_blank) {
            is_loose = true;
            put(inner, "\n");
        }
        was_blank = false;
        put_span(inner, without(line, width));
        put(inner, "\n");
    }
    return is_loose;
}

static void render_list(buffer *out, reader *r) {
    enum { MOST = 64 };
    buffer items[MOST] = {0};
    size_t count = 0;
    const marker first = list_marker(peek_line(r));
    bool is_loose = false;
    while (r->position < r->end && count < MOST) {
        const marker m = list_marker(peek_line(r));
        if (!m.width || m.mark != first.mark)
            break;
        // A blank line before this item.
        if (count && r->position[-1] == '\n' && r->position[-2] == '\n')
            is_loose = true;
        is_loose |= read_item(&items[count++], r, m.width);
    }
    const bool is_numbered = first.mark == '.' || first.mark == ')';
    put(out, is_numbered ? "<ol" : "<ul");
    if (is_numbered && first.number != 1) {
        char digits[24], *digit = digits + sizeof digits;
        *--digit = 0;
        for (unsigned long left = first.number; left || !*digit; left /= 10)
            *--digit = (char)('0' + left % 10);
        put(out, " start=\""), put(out, digit), put(out, "\"");
    }
    put(out, ">\n");
    for (size_t i = 0; i < count; i++) {
        put(out, "<li>");
        render_blocks(out, (span){items[i].bytes, items[i].bytes + items[i].length}, !is_loose);
        put(out, "</li>\n");
        free(items[i].bytes);
    }
    put(out, is_numbered ? "</ol>\n" : "</ul>\n");
}

// A paragraph, or a heading if a line of = or - is under it.
static void render_paragraph(buffer *out, reader *r, bool is_tight) {
    const char *const start = r->position;
    const char *end = start;
    const char *tag = "p";
    do {
        end = peek_line(r).end;
        skip_line(r);
        const span line = peek_line(r), under = trimmed(line);
        const bool is_line = length_of(under) && indentation(line) < 4 && run_length(under.start, under.end) == length_of(under);
        if (is_line && (*under.start == '=' || *under.start == '-')) {
            tag = *under.start == '=' ? "h1" : "h2";
            skip_line(r);
            break;
        }
    } while (r->position < r->end && !ends_paragraph(peek_line(r)));
    const bool has_tag = !is_tight || *tag == 'h';
    if (has_tag)
        put(out, "<"), put(out, tag), put(out, ">");
    render_inline(out, trimmed((span){start, end}));
    if (has_tag)
        put(out, "</"), put(out, tag), put(out, ">\n");
}

static void render_blocks(buffer *out, span text, bool is_tight) {
    reader r = {text.start, text.end};
    bool after_text = false;
    while (r.position < r.end) {
        const span line = peek_line(&r);
        if (is_blank(line)) {
            skip_line(&r);
            continue;
        }
        // In a tight list the text of an item has no tags that would set it off from what follows.
        if (after_text)
            put(out, "\n");
        after_text = false;
        const size_t level = heading_level(line);
        if (level) {
            render_heading(out, line, level);
            skip_line(&r);
        } else if (indentation(line) >= 4) {
            render_indented_code(out, &r);
        } else if (is_rule(line)) {
            put(out, "<hr />\n");
            skip_line(&r);
        } else if (fence_length(line)) {
            render_fence(out, &r);
        } else if (begins(without(line, 3), ">")) {
            render_quote(out, &r);
        } else if (list_marker(line).width) {
            render_list(out, &r);
        } else {
            render_paragraph(out, &r, is_tight);
            after_text = is_tight;
        }
    }
}

// MARK: A document

static const char sample[] =
    "A title\n=======\n\nThe first *paragraph* has **strong text**, `code with <angles>`, and ***both***.\nIt goes on here.  \n"
    "After a break, snake_case_words stay & entities &amp; &#169; too.\n\n## Lists ##\n\n- one\n- two with\n  a second line\n"
    "  - nested *one*\n  - nested two\n    1. deep\n    2. deeper\n- three\n\n7) seven\n8) eight\n\n* loose\n\n* items\n\n"
    "      code in an item\n\n### Code\n\n```swift extra words\nlet x = a < b && c > \"d\"\n  indented\n```\n\n    four spaces\n\n"
    "    and again\n\n~~~\n``` not the end\n~~~\n\n> A quote with\nlazy continuation\n>\n> - and a list\n>   > nested\n\n***\n\n"
    "Links: [a *link*](https://example.org/?a=1&b=2 \"The title\"), [empty](), [with (parentheses)](a(b)c), ![an *image*](pic.png),\n"
    "<https://example.org>, <me@example.org>, not a link: [x] (y), a < b, and \\*no emphasis\\*, ``a ` tick``, 2 * 3 * 4.\n\n"
    "Second heading\n---\n\n#hashtag\n\n######  Sixth\n\n**unclosed and `unclosed\n\nlast line\\\nbroken";

PVM_EXPORT(uint64_t, run, uint64_t n) {
    uint64_t sum = n, state = n + 127;
    buffer out = {0};
    render_blocks(&out, (span){sample, sample + sizeof sample - 1}, false);
    sum = mix_text(sum, out.bytes);
    out.length = 0;
    // Pieces of the document in any order, and marks where none should be, make documents that nobody would write.
    char page[600];
    for (uint64_t i = 0; i < n; i++) {
        size_t length = 0;
        while (length < 400) {
            const uint64_t r = next(&state);
            const size_t from = (r >> 8) % (sizeof sample - 40), count = r >> 40 & 31;
            memcpy(page + length, sample + from, count);
            length += count;
            if (r & 3)
                page[length++] = "\n*_`[]()<>#-> \\1.~&!"[(r >> 2 & 63) % 20];
        }
        render_blocks(&out, (span){page, page + length}, false);
        sum = mix_text(sum, out.bytes);
        out.length = 0;
    }
    free(out.bytes);
    return sum;
}

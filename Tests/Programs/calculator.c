// A calculator: each line of the input is an expression or an assignment, NAME = EXPRESSION. Prints what it comes to; errors go
// to the other stream, with the line, and the exit status is how many there were. The argument is the number of digits.

#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *position;
static unsigned long line_number;
static jmp_buf failed;
static double variables[26];

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "line %lu: ", line_number);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    longjmp(failed, 1);
}

static void skip_space(void) {
    while (isspace((unsigned char)*position))
        position++;
}

static int accept(char c) {
    skip_space();
    return *position == c ? position++, 1 : 0;
}

static double sum(void);

static const struct { const char *name; double (*function)(double); } functions[] = {
    {"sqrt", sqrt}, {"abs", fabs}, {"floor", floor}, {"ceil", ceil}, {"round", round}, {"exp", exp}, {"log", log}, {"sin", sin}, {"cos", cos}};

static double named(void) {
    char name[16];
    size_t length = 0;
    while (isalpha((unsigned char)*position) && length < sizeof name - 1)
        name[length++] = *position++;
    name[length] = 0;
    if (accept('(')) {
        const double x = sum();
        if (!accept(')'))
            fail("missing ) after %s", name);
        for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
            if (!strcmp(functions[i].name, name))
                return functions[i].function(x);
        fail("no function '%s'", name);
    }
    if (length != 1)
        fail("no variable '%s'", name);
    return variables[tolower((unsigned char)*name) - 'a'];
}

static double operand(void) {
    if (accept('-'))
        return -operand();
    if (accept('(')) {
        const double x = sum();
        if (!accept(')'))
            fail("missing )");
        return x;
    }
    if (isalpha((unsigned char)*position))
        return named();
    char *end;
    const double x = strtod(position, &end);
    if (end == position)
        fail(*position ? "unexpected '%c'" : "unexpected end", *position);
    position = end;
    return x;
}

// To the right: 2 ^ 3 ^ 2 is 2 ^ 9.
static double power(void) {
    const double x = operand();
    return accept('^') ? pow(x, power()) : x;
}

static double product(void) {
    double x = power();
    for (;;) {
        if (accept('*')) {
            x *= power();
        } else if (accept('/')) {
            const double y = power();
            if (y == 0)
                fail("division by zero");
            x /= y;
        } else if (accept('%')) {
            x = fmod(x, power());
        } else {
            return x;
        }
    }
}

static double sum(void) {
    double x = product();
    for (;;) {
        if (accept('+'))
            x += product();
        else if (accept('-'))
            x -= product();
        else
            return x;
    }
}

int main(int argc, char **argv) {
    const int digits = argc > 1 ? atoi(argv[1]) : 10;
    char line[200];
    volatile int errors = 0;
    while (fgets(line, sizeof line, stdin)) {
        line_number++;
        position = line;
        skip_space();
        if (!*position || *position == '#')
            continue;
        if (setjmp(failed)) {
            errors++;
            continue;
        }
        double *target = NULL;
        const char *rest = position + 1 + strspn(position + 1, " ");
        if (isalpha((unsigned char)*position) && *rest == '=') {
            target = &variables[tolower((unsigned char)*position) - 'a'];
            position = rest + 1;
        }
        const double result = sum();
        skip_space();
        if (*position)
            fail("'%.*s' left over", (int)strcspn(position, "\n"), position);
        if (target)
            *target = result;
        printf("%.*g\n", digits, result);
    }
    return errors;
}

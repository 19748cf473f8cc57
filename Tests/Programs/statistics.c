// Mean, deviation, median and a histogram of the numbers in its input; what is no number is named on the other stream and skipped.

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    const int bars = argc > 1 ? (int)strtol(argv[1], NULL, 0) : 5;
    double *values = NULL;
    size_t count = 0, capacity = 0;
    int status = 0;
    for (char word[40]; scanf("%39s", word) == 1;) {
        char *end;
        const double x = strtod(word, &end);
        if (*end || !isfinite(x)) {
            fprintf(stderr, "no number: %s\n", word);
            status = 1;
            continue;
        }
        if (count == capacity)
            values = realloc(values, (capacity = 2 * capacity + 4) * sizeof *values);
        values[count++] = x;
    }
    if (!count) {
        fprintf(stderr, "nothing to count\n");
        return 3;
    }
    qsort(values, count, sizeof *values, compare);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    const double deviation = sqrt(squares / (double)count);
    printf("%-10s%12zu\n%-10s%12.4f\n%-10s%12.4e\n", "count", count, "mean", mean, "deviation", deviation);
    printf("%-10s%12.4g\n%-10s%+12.3f\n%-10s% 12.3f\n", "median", values[count / 2], "least", values[0], "greatest", values[count - 1]);
    const double low = values[0], width = (values[count - 1] - low) / bars;
    size_t next = 0;
    for (int bar = 0; bar < bars; bar++) {
        const double end = bar == bars - 1 ? DBL_MAX : low + width * (bar + 1);
        const size_t first = next;
        while (next < count && values[next] < end)
            next++;
        printf("%10.2f ", low + width * bar);
        for (size_t i = first; i < next; i++)
            putchar('#');
        printf(" %zu\n", next - first);
    }
    free(values);
    return status;
}

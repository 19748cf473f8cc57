// Numbers the lines of its input and tells how long they are, however long: lines [DELIMITER].

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

int main(int argc, char **argv) {
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    unsigned long number = 0;
    const int delimiter = argc > 1 ? argv[1][0] : '\n';
    while ((length = argc > 1 ? getdelim(&line, &size, delimiter, stdin) : getline(&line, &size, stdin)) != -1) {
        const int ends = length > 0 && line[length - 1] == delimiter;
        printf("%lu: %zd, %zu, %s\n", ++number, length, strlen(line), ends ? "whole" : "last");
        if (length < 100)
            fwrite(line, 1, (size_t)length, stdout);
    }
    printf("%lu lines, end %d, room %d\n", number, feof(stdin) != 0, number == 0 || size > 0);
    free(line);
    return (int)number;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Texts that grow, and memory for the program.
 *
 * A command line program that runs out of memory for a few names can do nothing but say so and
 * end; files are then as they were, since they are put in place last.
 */
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *cli_alloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (memory == NULL) {
        exit(cli_fail(CLI_FAILED, "not enough memory for %zu items of %zu bytes", count, size));
    }
    return memory;
}

char *cli_copy_length(const char *text, size_t length)
{
    char *copy = cli_alloc(length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

char *cli_copy(const char *text)
{
    return cli_copy_length(text, strlen(text));
}

static void add(cli_text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int needed = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (needed < 0) {
        return;
    }
    const size_t size = text->length + (size_t)needed + 1;
    if (size > text->capacity) {
        const size_t capacity = size > SIZE_MAX / 2 ? size : 2 * size;
        char *grown = cli_alloc(capacity, 1);
        if (text->text != NULL) {
            memcpy(grown, text->text, text->length);
        }
        free(text->text);
        text->text = grown;
        text->capacity = capacity;
    }
    (void)vsnprintf(text->text + text->length, (size_t)needed + 1, format, arguments);
    text->length += (size_t)needed;
}

void cli_text_add(cli_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(text, format, arguments);
    va_end(arguments);
}

char *cli_text_take(cli_text *text)
{
    char *taken = text->text != NULL ? text->text : cli_copy("");
    *text = (cli_text){0};
    return taken;
}

char *cli_format(const char *format, ...)
{
    cli_text text = {0};
    va_list arguments;
    va_start(arguments, format);
    add(&text, format, arguments);
    va_end(arguments);
    return cli_text_take(&text);
}

char *cli_read_text(const char *path)
{
    cli_text text = {0};
    char line[4096];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    size_t got = 0;
    while ((got = fread(line, 1, sizeof line, file)) > 0) {
        for (size_t k = 0; k < got; k++) {
            // A NUL would hide what follows it.
            line[k] = line[k] == '\0' ? '?' : line[k];
        }
        cli_text_add(&text, "%.*s", (int)got, line);
    }
    (void)fclose(file);
    return cli_text_take(&text);
}

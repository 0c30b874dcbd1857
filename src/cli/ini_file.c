// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scenario files: INI with known sections and keys, read with inih.
 *
 * inih splits long lines in silence, takes an indented line for more of the value before it, and
 * drops what follows a section's ']'. So lines reach it through our own reader, without blanks in
 * front and checked; the first fault ends the reading. What is known is checked in ini_known.c.
 */
#include "ini_file.h"

#include "ini_known.h"
#include "text.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Bytes of a line with its NUL that inih takes without splitting.
#define MAX_LINE 200
#define TOO_LONG "a line of 200 bytes or more; shorten it"

struct cli_ini {
    char *path;
    const cli_ini_known *known;
    cli_ini_entry *entries;
    size_t count;
    size_t capacity;
};

// A file on its way through inih.
typedef struct reader {
    cli_ini *ini;
    FILE *file;
    size_t line; // the one inih has now, or that of the first fault
    int code;
    char *message;
    size_t size;
} reader;

static int say(char *message, size_t size, int code, const char *format, ...) CLI_PRINTF(4, 5);

static int say(char *message, size_t size, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, size, format, arguments);
    va_end(arguments);
    return code;
}

// Note a fault of the line that inih has.
static void fault(reader *r, int code, const char *what)
{
    r->code = say(r->message, r->size, code, "%s:%zu: %s", r->ini->path, r->line, what);
}

static cli_ini_entry *find(const cli_ini *ini, const char *section, const char *key)
{
    for (size_t i = 0; i < ini->count; i++) {
        if (strcmp(ini->entries[i].section, section) == 0 &&
            strcmp(ini->entries[i].key, key) == 0) {
            return &ini->entries[i];
        }
    }
    return NULL;
}

static void append(cli_ini *ini, const char *section, const char *key, const char *value,
                   size_t line)
{
    if (ini->count == ini->capacity) {
        ini->capacity = 2 * ini->capacity + 16;
        cli_ini_entry *grown = cli_alloc(ini->capacity, sizeof *grown);
        if (ini->count > 0) {
            memcpy(grown, ini->entries, ini->count * sizeof *grown);
        }
        free(ini->entries);
        ini->entries = grown;
    }
    ini->entries[ini->count++] =
        (cli_ini_entry){cli_copy(section), cli_copy(key), cli_copy(value), line};
}

// A "[section]" with nothing but a comment after it, and known.
static void check_heading(reader *r, const char *text)
{
    char name[MAX_LINE];
    const char *end = strchr(text, ']');
    if (end == NULL) {
        return; // inih refuses it
    }
    const char *after = end + 1 + strspn(end + 1, " \t");
    if (*after != '\0' && *after != ';' && *after != '#') {
        fault(r, CLI_INVALID, "text after the section's ]; put it on a line of its own");
        return;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)(end - text - 1), text + 1);
    char place[CLI_INI_MESSAGE];
    (void)snprintf(place, sizeof place, "%s:%zu", r->ini->path, r->line);
    if (!cli_ini_section_known(r->ini->known, place, name, r->message, r->size)) {
        r->code = CLI_INVALID;
    }
}

// The next byte, CRLF as LF.
static int next(FILE *file)
{
    const int c = getc(file);
    if (c == '\r') {
        const int after = getc(file);
        if (after == '\n') {
            return after;
        }
        (void)ungetc(after, file); // of EOF does nothing
    }
    return c;
}

// Read one line into buffer [room], without blanks in front, the line feed and comment lines.
// Returns false at the end of the file, or at a fault.
static bool read_text(reader *r, char *buffer, size_t room)
{
    size_t length = 0;
    bool any = false;
    bool comment = false;
    int c = next(r->file);
    for (; c != EOF && c != '\n'; c = next(r->file)) {
        const bool blank = c == ' ' || c == '\t';
        any = true;
        if ((c < 0x20 && !blank) || c == 0x7F) {
            fault(r, CLI_INVALID, "a control character; save the file as plain text");
            return false;
        }
        if (comment || (length == 0 && blank)) {
            continue;
        }
        comment = length == 0 && (c == ';' || c == '#');
        if (!comment && length + 1 == room) {
            fault(r, CLI_INVALID, TOO_LONG);
            return false;
        }
        if (!comment) {
            buffer[length++] = (char)c;
        }
    }
    buffer[length] = '\0';
    if (ferror(r->file)) {
        fault(r, CLI_INVALID, strerror(errno));
        return false;
    }
    return any || c == '\n';
}

// The reader that inih calls, in the manner of fgets().
static char *read_line(char *buffer, int size, void *stream)
{
    reader *r = stream;
    if (r->code != CLI_OK) {
        return NULL;
    }
    r->line++;
    const size_t room = (size_t)size < MAX_LINE ? (size_t)size : MAX_LINE;
    if (!read_text(r, buffer, room)) {
        return NULL;
    }
    const char *text =
        strncmp(buffer, "\xEF\xBB\xBF", 3) == 0 && r->line == 1 ? buffer + 3 : buffer;
    if (!cli_ini_is_utf8(text)) {
        fault(r, CLI_INVALID, "not UTF-8; save the file as UTF-8");
    } else if (*text == '[') {
        check_heading(r, text);
    }
    return r->code == CLI_OK ? buffer : NULL;
}

// What inih calls for each key. Returns 0 for a fault, as inih wants it.
static int take(void *user, const char *section, const char *key, const char *value)
{
    reader *r = user;
    char place[CLI_INI_MESSAGE];
    (void)snprintf(place, sizeof place, "%s:%zu", r->ini->path, r->line);
    if (r->code == CLI_OK &&
        !cli_ini_key_known(r->ini->known, place, section, key, r->message, r->size)) {
        r->code = CLI_INVALID;
    }
    if (r->code != CLI_OK) {
        return 0;
    }
    const cli_ini_entry *before = find(r->ini, section, key);
    if (before != NULL) {
        r->code = say(r->message, r->size, CLI_INVALID,
                      "%s: [%s] %s is given again; line %zu has it already, keep one of them",
                      place, section, key, before->line);
        return 0;
    }
    append(r->ini, section, key, value, r->line);
    return 1;
}

static int read_file(reader *r)
{
    r->file = fopen(r->ini->path, "rb");
    if (r->file == NULL) {
        return say(r->message, r->size, CLI_INVALID, "%s: cannot be opened: %s; check the name",
                   r->ini->path, strerror(errno));
    }
    const int line = ini_parse_stream(read_line, r, take, r);
    (void)fclose(r->file); // nothing was written
    // inih goes on after a line that it cannot read, so that ours may be a later fault.
    if (line > 0 && (r->code == CLI_OK || (size_t)line < r->line)) {
        r->line = (size_t)line;
        fault(r, CLI_INVALID, "neither [section] nor key = value; comments begin with ';' or '#'");
    }
    return r->code;
}

int cli_ini_load(cli_ini **out, const char *path, const cli_ini_known *known, char *message,
                 size_t size)
{
    cli_ini *ini = cli_alloc(1, sizeof *ini);
    ini->path = cli_copy(path);
    ini->known = known;
    reader r = {.ini = ini, .code = CLI_OK, .message = message, .size = size};
    const int code = read_file(&r);
    if (code != CLI_OK) {
        cli_ini_free(ini);
        ini = NULL;
    }
    *out = ini;
    return code;
}

// The text from begin to end without blanks around it, to be freed.
static char *trimmed(const char *begin, const char *end)
{
    while (begin < end && strchr(" \t", *begin) != NULL) {
        begin++;
    }
    while (end > begin && strchr(" \t", end[-1]) != NULL) {
        end--;
    }
    return cli_copy_length(begin, (size_t)(end - begin));
}

static int set(cli_ini *ini, const char *section, const char *key, char *value, char *message,
               size_t size)
{
    char place[CLI_INI_MESSAGE];
    (void)snprintf(place, sizeof place, "--set %s.%s", section, key);
    if (!cli_ini_key_known(ini->known, place, section, key, message, size)) {
        return CLI_INVALID;
    }
    if (!cli_ini_is_utf8(value) || strpbrk(value, "\r\n") != NULL) {
        return say(message, size, CLI_INVALID, "%s: the value is not one line of UTF-8", place);
    }
    cli_ini_entry *entry = find(ini, section, key);
    if (entry == NULL) {
        append(ini, section, key, value, 0);
        return CLI_OK;
    }
    if (entry->line == 0) {
        return say(message, size, CLI_INVALID, "%s is given twice; keep one of them", place);
    }
    free(entry->value);
    entry->value = cli_copy(value);
    entry->line = 0;
    return CLI_OK;
}

// Take a key out, as if the file had none.
static void drop(cli_ini *ini, const char *section, const char *key)
{
    for (size_t k = 0; k < ini->count; k++) {
        cli_ini_entry *entry = &ini->entries[k];
        if (strcmp(entry->section, section) == 0 && strcmp(entry->key, key) == 0) {
            free(entry->section);
            free(entry->key);
            free(entry->value);
            memmove(entry, entry + 1, (ini->count - k - 1) * sizeof *entry);
            ini->count--;
            return;
        }
    }
}

int cli_ini_set(cli_ini *ini, const char *assignment, char *message, size_t size)
{
    const char *equals = strchr(assignment, '=');
    const char *point = strchr(assignment, '.');
    if (equals == NULL || point == NULL || point > equals) {
        return say(message, size, CLI_INVALID, "--set %s: write it as section.key=value",
                   assignment);
    }
    char *section = trimmed(assignment, point);
    char *key = trimmed(point + 1, equals);
    char *value = trimmed(equals + 1, equals + strlen(equals));
    const int code = set(ini, section, key, value, message, size);
    if (code == CLI_OK && value[0] == '\0') {
        drop(ini, section, key);
    }
    free(section);
    free(key);
    free(value);
    return code;
}

const char *cli_ini_get(const cli_ini *ini, const char *section, const char *key)
{
    const cli_ini_entry *entry = find(ini, section, key);
    return entry == NULL ? NULL : entry->value;
}

size_t cli_ini_line(const cli_ini *ini, const char *section, const char *key)
{
    const cli_ini_entry *entry = find(ini, section, key);
    return entry == NULL ? 0 : entry->line;
}

const char *cli_ini_where(const cli_ini *ini, const char *section, const char *key, char *out,
                          size_t size)
{
    const cli_ini_entry *entry = find(ini, section, key);
    if (entry == NULL) {
        (void)snprintf(out, size, "%s: [%s] %s", ini->path, section, key);
    } else if (entry->line == 0) {
        (void)snprintf(out, size, "--set %s.%s", section, key);
    } else {
        (void)snprintf(out, size, "%s:%zu: [%s] %s", ini->path, entry->line, section, key);
    }
    return out;
}

const cli_ini_entry *cli_ini_entries(const cli_ini *ini, size_t *count)
{
    *count = ini->count;
    return ini->entries;
}

void cli_ini_free(cli_ini *ini)
{
    if (ini != NULL) {
        for (size_t i = 0; i < ini->count; i++) {
            free(ini->entries[i].section);
            free(ini->entries[i].key);
            free(ini->entries[i].value);
        }
        free(ini->entries);
        free(ini->path);
        free(ini);
    }
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Which sections and keys a scenario may have, and "did you mean" for those it may not.
 *
 * A key that another section has is not a slip but misplaced, so that is looked at first. Without
 * anything near, the message lists what there is.
 */
#include "ini_known.h"

#include "nearest.h"
#include "text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_ini_known *find_section(const cli_ini_known *known, const char *section)
{
    for (; known->section != NULL; known++) {
        if (strcmp(known->section, section) == 0) {
            return known;
        }
    }
    return NULL;
}

static bool has_key(const cli_ini_known *section, const char *key)
{
    for (size_t k = 0; section->keys != NULL && section->keys[k] != NULL; k++) {
        if (strcmp(section->keys[k], key) == 0) {
            return true;
        }
    }
    return false;
}

// The nearest of words [count], letter case apart, or NULL.
static const char *nearest(const char *word, size_t count, const char *const *words)
{
    char *lower = cli_copy(word);
    for (char *c = lower; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    const char *found = cli_nearest(lower, count, words);
    free(lower);
    return found;
}

static const char *nearest_section(const cli_ini_known *known, const char *section)
{
    size_t count = 0;
    while (known[count].section != NULL) {
        count++;
    }
    const char **words = cli_alloc(count, sizeof *words);
    for (size_t k = 0; k < count; k++) {
        words[k] = known[k].section;
    }
    const char *found = nearest(section, count, words);
    free(words);
    return found;
}

static const char *nearest_key(const cli_ini_known *section, const char *key)
{
    size_t count = 0;
    while (section->keys[count] != NULL) {
        count++;
    }
    return nearest(key, count, section->keys);
}

// Put the text, which is released, into the message; returns false.
static bool refuse(cli_text *text, char *message, size_t size)
{
    char *whole = cli_text_take(text);
    (void)snprintf(message, size, "%s", whole);
    free(whole);
    return false;
}

bool cli_ini_section_known(const cli_ini_known *known, const char *place, const char *section,
                           char *message, size_t size)
{
    if (find_section(known, section) != NULL) {
        return true;
    }
    const char *best = nearest_section(known, section);
    cli_text text = {0};
    cli_text_add(&text, "%s: unknown section [%s]; ", place, section);
    if (best != NULL) {
        cli_text_add(&text, "did you mean [%s]?", best);
        return refuse(&text, message, size);
    }
    cli_text_add(&text, "there are");
    for (const cli_ini_known *s = known; s->section != NULL; s++) {
        cli_text_add(&text, " [%s]", s->section);
    }
    return refuse(&text, message, size);
}

// What to do about a key that its section does not have.
static void add_remedy(cli_text *text, const cli_ini_known *known, const cli_ini_known *section,
                       const char *key)
{
    for (const cli_ini_known *s = known; s->section != NULL; s++) {
        if (has_key(s, key)) {
            cli_text_add(text, "it belongs to [%s]", s->section);
            return;
        }
    }
    const char *best = nearest_key(section, key);
    if (best != NULL) {
        cli_text_add(text, "did you mean %s?", best);
        return;
    }
    cli_text_add(text, "there are");
    for (size_t k = 0; section->keys[k] != NULL; k++) {
        cli_text_add(text, " %s", section->keys[k]);
    }
}

bool cli_ini_key_known(const cli_ini_known *known, const char *place, const char *section,
                       const char *key, char *message, size_t size)
{
    if (*section == '\0') {
        (void)snprintf(message, size, "%s: %s stands in no section; put a [section] before it",
                       place, key);
        return false;
    }
    if (!cli_ini_section_known(known, place, section, message, size)) {
        return false;
    }
    const cli_ini_known *found = find_section(known, section);
    if (found->keys == NULL || has_key(found, key)) {
        return true;
    }
    cli_text text = {0};
    cli_text_add(&text, "%s: [%s] has no key \"%s\"; ", place, section, key);
    add_remedy(&text, known, found, key);
    return refuse(&text, message, size);
}

bool cli_ini_is_utf8(const char *text)
{
    json_t *string = json_string(text); // NULL for what is not UTF-8
    json_decref(string);
    return string != NULL;
}

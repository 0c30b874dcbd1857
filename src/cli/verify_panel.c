// SPDX-License-Identifier: BSD-3-Clause
/*
 * The folder of jko panel: its record, and the checksums of all its files, those of its steps
 * included. The steps themselves are runs.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT "jko-panel-1"

static int bad(const char *folder, const char *name, const char *what)
{
    return cli_fail(CLI_FAILED, "%s/%s: %s", folder, name, what);
}

json_t *verify_panel_load(const char *folder)
{
    json_error_t ignored;
    char *path = run_path(folder, RUN_JSON);
    json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, &ignored);
    free(path);
    const char *format = json_string_value(json_object_get(record, "format"));
    if (format == NULL || strcmp(format, FORMAT) != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}

// A name within the folder or a folder of it, and nowhere else.
static bool is_inside(const char *name)
{
    const char *slash = name != NULL ? strchr(name, '/') : NULL;
    return name != NULL && name[0] != '/' && name[0] != '.' &&
           (slash == NULL ||
            (slash[1] != '.' && slash[1] != '\0' && strchr(slash + 1, '/') == NULL));
}

static int check_steps(const char *folder, const json_t *record)
{
    const json_t *steps = json_object_get(record, "steps");
    for (size_t k = 0; k < json_array_size(steps); k++) {
        const char *name = json_string_value(json_array_get(steps, k));
        if (!is_inside(name) || strchr(name, '/') != NULL) {
            return bad(folder, RUN_JSON, "a step is no name of a folder in it");
        }
    }
    return CLI_OK;
}

int verify_panel_sums(const char *folder, const json_t *record)
{
    const json_t *outputs = json_object_get(record, "outputs");
    const size_t count = json_array_size(outputs);
    const char **names = cli_alloc(count + 2, sizeof *names);
    int code = check_steps(folder, record);
    for (size_t k = 0; k < count && code == CLI_OK; k++) {
        names[k] = json_string_value(json_object_get(json_array_get(outputs, k), "file"));
        code = is_inside(names[k])
                   ? CLI_OK
                   : bad(folder, RUN_JSON, "an output is no name of a file in the folder");
    }
    names[count] = RUN_JSON;
    char *now = code == CLI_OK ? run_sums(folder, names) : NULL;
    char *path = run_path(folder, RUN_SUMS);
    FILE *file = now != NULL ? fopen(path, "rb") : NULL;
    code = code == CLI_OK && now == NULL ? CLI_FAILED : code;
    if (code == CLI_OK && file == NULL) {
        code = bad(folder, RUN_SUMS, "cannot be read");
    }
    // Line by line, so that the first file at fault is named.
    size_t k = 0;
    for (char *line = now; code == CLI_OK && *line != '\0'; k++) {
        char listed[4096] = "";
        const size_t length = strcspn(line, "\n") + 1;
        if (fgets(listed, sizeof listed, file) == NULL || strncmp(listed, line, length) != 0) {
            code = bad(folder, names[k],
                       "does not have the checksum that " RUN_SUMS
                       " lists: it was changed after the run");
        }
        line += length;
    }
    if (code == CLI_OK && fgetc(file) != EOF) {
        code = bad(folder, RUN_SUMS, "lists more files than " RUN_JSON);
    }
    for (k = 0; k < count && code == CLI_OK; k++) {
        const char *sum = json_string_value(json_object_get(json_array_get(outputs, k), "sha256"));
        char *line = cli_format("%s  %s\n", sum != NULL ? sum : "", names[k]);
        code = strstr(now, line) != NULL
                   ? CLI_OK
                   : bad(folder, names[k], "does not have the checksum that " RUN_JSON " lists");
        free(line);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    free(path);
    free(now);
    free(names);
    return code;
}

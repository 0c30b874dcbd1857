// SPDX-License-Identifier: BSD-3-Clause
/*
 * The folder of another command than jko flow and jko panel: its checksums, and in words what there is
 * to check besides.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *format;
    const char *command;
    const char *table; // its own
    const char *advice;
} others[] = {
    {"jko-run-pde-1", "jko pde", "times.csv",
     "it claims no more than CVODE's error control, and nothing of\n"
     "it is recomputed. jko compare shows how far it is from a certified run of jko flow"},
    {"jko-run-rest-1", "jko rest", "catalogue.csv",
     "its states are not recomputed. The same scenario, --starts and\n"
     "--seed give the same files: run it again and compare"},
    {"jko-run-compare-1", "jko compare", "compare.csv",
     "it is not recomputed. Run jko verify on the two runs, and\n"
     "compare them again"},
    {"jko-run-paper-1", "jko paper", "claims.csv",
     "its numbers are not recomputed. What held is in claims.csv; run\n"
     "it again and compare"},
};
#define OTHERS (sizeof others / sizeof others[0])

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int bad(const char *folder, const char *name, const char *what)
{
    return cli_fail(CLI_FAILED, "%s/%s: %s", folder, name, what);
}

// Whether a list of checksums has a line.
static bool has_line(const char *list, const char *line, size_t length)
{
    for (const char *at = list; *at != '\0'; at += strcspn(at, "\n") + 1) {
        if (strncmp(at, line, length) == 0) {
            return true;
        }
        if (at[strcspn(at, "\n")] == '\0') {
            break;
        }
    }
    return false;
}

// The files, names with a NULL at the end, against their checksums in both lists.
static int check_lines(const char *folder, const json_t *record, const char *const *names,
                       const char *listed)
{
    const json_t *outputs = json_object_get(record, "outputs");
    char *now = run_sums(folder, names);
    int code = now != NULL ? CLI_OK : CLI_FAILED;
    size_t length = 0;
    size_t k = 0;
    for (const char *line = now; code == CLI_OK && *line != '\0'; line += length, k++) {
        const char *sum = text_of(json_array_get(outputs, k), "sha256");
        length = strcspn(line, "\n") + 1;
        if (!has_line(listed, line, length) || strncmp(sum, line, strlen(sum)) != 0) {
            code = bad(folder, names[k],
                       "does not have the checksum that " RUN_SUMS " or " RUN_JSON
                       " lists: it was changed after the run");
        }
    }
    if (code == CLI_OK && strlen(now) != strlen(listed)) {
        code = bad(folder, RUN_SUMS, "lists other files than " RUN_JSON);
    }
    free(now);
    return code;
}

static int check_sums(const char *folder, const json_t *record, const char *table)
{
    const json_t *outputs = json_object_get(record, "outputs");
    const size_t count = json_array_size(outputs);
    const char **names = cli_alloc(count + 2, sizeof *names);
    cli_run_files files = {.folder = cli_copy(folder)};
    char *path = run_path(folder, RUN_SUMS);
    char *listed = cli_read_text(path);
    int code = listed != NULL ? CLI_OK : bad(folder, RUN_SUMS, "cannot be read");
    for (size_t k = 0; k < count && code == CLI_OK; k++) {
        names[k] = text_of(json_array_get(outputs, k), "file");
        if (names[k][0] == '\0' || names[k][0] == '.' || strchr(names[k], '/') != NULL) {
            code = bad(folder, RUN_JSON, "an output is no name of a file in the folder");
        }
    }
    names[count] = RUN_JSON;
    bool own = false;
    for (size_t k = 0; k < count && code == CLI_OK; k++) {
        own = own || strcmp(names[k], table) == 0;
    }
    if (code == CLI_OK && !own) {
        code =
            bad(folder, table, "is not among the outputs, so that the format is not what it says");
    }
    code = code != CLI_OK ? code : check_lines(folder, record, names, listed);
    code = code != CLI_OK ? code : run_files_check_foreign(&files, names);
    free(listed);
    free(path);
    free(files.folder);
    free(names);
    return code;
}

bool verify_other(const char *folder, int *code)
{
    json_error_t ignored;
    char *path = run_path(folder, RUN_JSON);
    json_t *record = json_load_file(path, JSON_REJECT_DUPLICATES, &ignored);
    free(path);
    size_t k = 0;
    while (k < OTHERS && strcmp(text_of(record, "format"), others[k].format) != 0) {
        k++;
    }
    if (k < OTHERS) {
        *code = check_sums(folder, record, others[k].table);
    }
    if (k < OTHERS && *code == CLI_OK) {
        printf("%s: all checksums match\na result of %s: %s\n", folder, others[k].command,
               others[k].advice);
    }
    json_decref(record);
    return k < OTHERS;
}

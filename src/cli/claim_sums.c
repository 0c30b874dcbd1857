// SPDX-License-Identifier: BSD-3-Clause
/*
 * The checksums of a run's folder: the list, the files, and what run.json says of them.
 */
#include "claim.h"

#include "run.h"
#include "text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad(const cli_run_files *files, const char *name, const char *what)
{
    return cli_fail(CLI_FAILED, "%s/%s: %s", files->folder, name, what);
}

int run_files_check_foreign(const cli_run_files *files, const char *const *names)
{
    DIR *dir = opendir(files->folder);
    int code = dir != NULL ? CLI_OK : bad(files, "", "cannot be read as a folder");
    for (const struct dirent *e = dir != NULL ? readdir(dir) : NULL; e != NULL && code == CLI_OK;
         e = readdir(dir)) {
        bool known = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
                     strcmp(e->d_name, RUN_SUMS) == 0;
        for (size_t k = 0; names[k] != NULL; k++) {
            known = known || strcmp(names[k], e->d_name) == 0;
        }
        code = known ? CLI_OK : bad(files, e->d_name, "is not in " RUN_SUMS ": no file of the run");
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return code;
}

// The checksums as listed must be those of the files now, to the byte.
int run_files_check_sums(const cli_run_files *files)
{
    const char *names[16] = {NULL};
    size_t count = 0;
    char *path = run_path(files->folder, RUN_SUMS);
    char *listed = cli_read_text(path);
    free(path);
    if (listed == NULL) {
        return bad(files, RUN_SUMS, "cannot be read; is this the folder of a run?");
    }
    char *copy = cli_copy(listed);
    for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *name = strlen(line) > 66 ? line + 66 : NULL;
        if (name == NULL || strchr(name, '/') != NULL ||
            count + 1 == sizeof names / sizeof *names) {
            free(copy);
            free(listed);
            return bad(files, RUN_SUMS, "is not a list of checksums");
        }
        names[count++] = name;
    }
    char *now = run_sums(files->folder, names);
    int code = now == NULL ? CLI_FAILED : CLI_OK;
    if (code == CLI_OK && strcmp(now, listed) != 0) {
        const char *at_fault = RUN_SUMS;
        size_t line = 0;
        // Name the first file whose line differs.
        for (const char *a = now, *b = listed; line < count; line++) {
            const size_t length = strcspn(a, "\n") + 1;
            if (strncmp(a, b, length) != 0) {
                at_fault = names[line];
                break;
            }
            a += length;
            b += length;
        }
        code = bad(files, at_fault,
                   "does not have the checksum that " RUN_SUMS " lists: it was "
                   "changed after the run");
    }
    code = code != CLI_OK ? code : run_files_check_foreign(files, names);
    const char *const needed[] = {RUN_TRAJECTORY, RUN_STEPS, RUN_STATES, RUN_LOG, RUN_JSON};
    for (size_t k = 0; code == CLI_OK && k < sizeof needed / sizeof *needed; k++) {
        bool there = false;
        for (size_t i = 0; i < count; i++) {
            there = there || strcmp(names[i], needed[k]) == 0;
        }
        code = there ? CLI_OK
                     : bad(files, RUN_SUMS,
                           "does not list all that jko flow writes; give "
                           "the folder of a run of jko flow or jko panel");
    }
    free(now);
    free(copy);
    free(listed);
    return code;
}

// How often a text holds a line feed, which is the number of its lines.
static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

int run_files_check_outputs(const cli_run_files *files)
{
    char *path = run_path(files->folder, RUN_SUMS);
    char *listed = cli_read_text(path);
    free(path);
    if (listed == NULL) {
        return bad(files, RUN_SUMS, "cannot be read");
    }
    const json_t *outputs = json_object_get(files->json, "outputs");
    // run.json cannot hold its own checksum.
    int code = json_array_size(outputs) + 1 == lines_of(listed)
                   ? CLI_OK
                   : bad(files, RUN_JSON, "does not list the same files as " RUN_SUMS);
    for (size_t k = 0; k < json_array_size(outputs) && code == CLI_OK; k++) {
        const json_t *output = json_array_get(outputs, k);
        const char *name = json_string_value(json_object_get(output, "file"));
        const char *sum = json_string_value(json_object_get(output, "sha256"));
        char *line = cli_format("%s  %s\n", sum != NULL ? sum : "", name != NULL ? name : "");
        if (strstr(listed, line) == NULL) {
            code = cli_fail(CLI_FAILED,
                            "%s/" RUN_JSON ": the checksum of %s is not the one in " RUN_SUMS,
                            files->folder, name != NULL ? name : "an output");
        }
        free(line);
    }
    free(listed);
    return code;
}

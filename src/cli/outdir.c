// SPDX-License-Identifier: BSD-3-Clause
/*
 * An output folder that appears whole or not at all.
 *
 * All renames stay within one folder, so each is atomic. An earlier result changes places with the
 * new one, and only then is it deleted. Where the system cannot exchange two names, it is renamed
 * aside first, and back again if putting the new one in place fails. A result has at most folders of
 * files in it, so deleting never goes deeper. Folders
 * above the target are made where they are missing, and removed again if there is no result.
 */
#define _GNU_SOURCE // realpath; renameat2 where there is one

#include "outdir.h"

#include "run.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Names tried: one is taken by each run at work there, and by each left by a killed one.
#define MAX_TRIES 1000

// Every version of the format of run.json begins so.
#define FORMAT "jko-run-"
#define PANEL_FORMAT "jko-panel-"

// What stands under the target's name.
typedef enum content {
    CONTENT_NONE,
    CONTENT_EMPTY,
    CONTENT_RESULT,
    CONTENT_REFUSED,
} content;

struct cli_outdir {
    char *shown;     // target as the user gave it
    char *target;    // the same, links resolved, without '/' at the end
    char *parent;    // folder of the target
    char *made;      // first of the folders above the target that were made for it, or NULL
    char *temporary; // folder that is written to, NULL once it is in place
};

static int say(char *message, size_t size, int code, const char *format, ...) CLI_PRINTF(4, 5);

static int say(char *message, size_t size, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, size, format, arguments);
    va_end(arguments);
    return code;
}

// Whether the record of an earlier result lists a file of that name, or with prefix files in a
// folder of that name.
static bool has_output(const json_t *result, const char *name, bool prefix)
{
    const json_t *outputs = json_object_get(result, "outputs");
    const size_t length = strlen(name);
    for (size_t k = 0; k < json_array_size(outputs); k++) {
        const char *output = json_string_value(json_object_get(json_array_get(outputs, k), "file"));
        if (output != NULL && (prefix ? strncmp(output, name, length) == 0 && output[length] == '/'
                                      : strcmp(output, name) == 0)) {
            return true;
        }
    }
    return false;
}

// Whether a folder within a result holds files that the record lists and nothing else.
static bool is_listed_folder(const json_t *result, const char *path, const char *name)
{
    DIR *dir = has_output(result, name, true) ? opendir(path) : NULL;
    bool listed = dir != NULL;
    for (const struct dirent *e = listed ? readdir(dir) : NULL; e != NULL && listed;
         e = readdir(dir)) {
        struct stat info;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        char *inner = cli_format("%s/%s", name, e->d_name);
        char *whole = cli_format("%s/%s", path, e->d_name);
        listed =
            has_output(result, inner, false) && lstat(whole, &info) == 0 && S_ISREG(info.st_mode);
        free(inner);
        free(whole);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return listed;
}

// Whether a folder entry is a file that the record of an earlier result lists, or a folder of such
// files.
static bool is_listed(const json_t *result, const char *folder, const char *name)
{
    struct stat info;
    char *path = cli_format("%s/%s", folder, name);
    bool listed = lstat(path, &info) == 0;
    if (listed && S_ISDIR(info.st_mode)) {
        listed = is_listed_folder(result, path, name);
    } else {
        listed = listed && S_ISREG(info.st_mode) &&
                 (strcmp(name, RUN_JSON) == 0 || strcmp(name, RUN_SUMS) == 0 ||
                  has_output(result, name, false));
    }
    free(path);
    return listed;
}

// The record of the result in a folder, or NULL.
static json_t *load_record(const char *folder)
{
    json_error_t ignored;
    char *path = cli_format("%s/%s", folder, RUN_JSON);
    json_t *result = json_load_file(path, JSON_REJECT_DUPLICATES, &ignored);
    free(path);
    const char *format = json_string_value(json_object_get(result, "format"));
    if (format == NULL || (strncmp(format, FORMAT, strlen(FORMAT)) != 0 &&
                           strncmp(format, PANEL_FORMAT, strlen(PANEL_FORMAT)) != 0)) {
        json_decref(result);
        return NULL;
    }
    return result;
}

// What a folder holds; something foreign is named in message.
static content look_into(const cli_outdir *outdir, DIR *dir, const json_t *result, char *message,
                         size_t size)
{
    content found = CONTENT_EMPTY;
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        if (!is_listed(result, outdir->target, e->d_name)) {
            (void)say(message, size, 0,
                      "%s: holds %s, which is no part of an earlier result; name a new or empty "
                      "folder",
                      outdir->shown, e->d_name);
            return CONTENT_REFUSED;
        }
        if (result == NULL) {
            (void)say(message, size, 0,
                      "%s: holds files, but no readable " RUN_JSON
                      " of an earlier result; name a new or empty folder",
                      outdir->shown);
            return CONTENT_REFUSED;
        }
        found = CONTENT_RESULT;
    }
    return found;
}

// What stands under the target's name; refusals have a message.
static content look(const cli_outdir *outdir, char *message, size_t size)
{
    struct stat info;
    if (lstat(outdir->target, &info) != 0 && errno == ENOENT) {
        return CONTENT_NONE;
    }
    DIR *dir = opendir(outdir->target);
    if (dir == NULL) {
        (void)say(message, size, 0, "%s: cannot be used as a folder: %s; name another one",
                  outdir->shown, strerror(errno));
        return CONTENT_REFUSED;
    }
    json_t *result = load_record(outdir->target);
    const content found = look_into(outdir, dir, result, message, size);
    json_decref(result);
    (void)closedir(dir);
    return found;
}

// Delete the files of a folder, and with inner those of the folders in it.
static void delete_files(const char *folder, bool inner)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return;
    }
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        const bool dots = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
        if (!dots && unlinkat(dirfd(dir), e->d_name, 0) != 0 && inner) {
            char *path = cli_format("%s/%s", folder, e->d_name);
            delete_files(path, false);
            free(path);
        }
    }
    (void)closedir(dir);
    (void)rmdir(folder);
}

static void delete_folder(const char *folder)
{
    delete_files(folder, true);
}

static void sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); // on failure only a power cut can still undo the renames
        (void)close(fd);
    }
}

// A name beside the target that is not taken, to be freed; or NULL with errno set. With make, a
// folder of that name is made.
static char *free_name(const cli_outdir *outdir, const char *suffix, bool make)
{
    for (int k = 0; k < MAX_TRIES; k++) {
        struct stat info;
        char *name = cli_format("%s/.jko-%ld-%d.%s", outdir->parent, (long)getpid(), k, suffix);
        if (make ? mkdir(name, 0777) == 0 : lstat(name, &info) != 0 && errno == ENOENT) {
            return name;
        }
        const int error = make ? errno : EEXIST;
        free(name);
        errno = error;
        if (error != EEXIST) {
            break;
        }
    }
    return NULL;
}

// Take target apart. Returns false for a name that no new folder can have.
static bool split_target(cli_outdir *outdir, const char *target)
{
    char *resolved = realpath(target, NULL); // NULL where there is nothing yet
    outdir->target = cli_copy(resolved != NULL ? resolved : target);
    free(resolved);
    size_t length = strlen(outdir->target);
    while (length > 1 && outdir->target[length - 1] == '/') {
        outdir->target[--length] = '\0';
    }
    const char *slash = strrchr(outdir->target, '/');
    const char *name = slash == NULL ? outdir->target : slash + 1;
    outdir->parent = slash == NULL ? cli_copy(".")
                     : slash == outdir->target
                         ? cli_copy("/")
                         : cli_copy_length(outdir->target, (size_t)(slash - outdir->target));
    return *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

// Make the folders above the target that are not there; stops at the first that cannot be made.
static void make_parents(cli_outdir *outdir)
{
    char *path = cli_copy(outdir->parent);
    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = '\0';
        }
        if (mkdir(path, 0777) == 0 && outdir->made == NULL) {
            outdir->made = cli_copy(path);
        }
        if (slash == NULL) {
            break;
        }
        *slash = '/';
    }
    free(path);
}

// Remove the folders that were made above the target and are still empty.
static void remove_parents(cli_outdir *outdir)
{
    const size_t first = outdir->made != NULL ? strlen(outdir->made) : 0;
    while (outdir->made != NULL && strlen(outdir->parent) >= first && rmdir(outdir->parent) == 0) {
        char *slash = strrchr(outdir->parent, '/');
        if (slash == NULL || slash == outdir->parent) {
            break;
        }
        *slash = '\0';
    }
}

static int begin(cli_outdir *outdir, const char *target, char *message, size_t size)
{
    if (!split_target(outdir, target)) {
        return say(message, size, CLI_INVALID, "\"%s\" is no name for a new folder", target);
    }
    if (look(outdir, message, size) == CONTENT_REFUSED) {
        return CLI_INVALID;
    }
    make_parents(outdir);
    outdir->temporary = free_name(outdir, "tmp", true);
    if (outdir->temporary == NULL) {
        return say(message, size, CLI_FAILED,
                   "%s: no folder can be made in %s: %s; name one in a folder that can be written",
                   outdir->shown, outdir->parent, strerror(errno));
    }
    return CLI_OK;
}

int cli_outdir_create(cli_outdir **out, const char *target, char *message, size_t size)
{
    cli_outdir *outdir = cli_alloc(1, sizeof *outdir);
    outdir->shown = cli_copy(target);
    const int code = begin(outdir, target, message, size);
    if (code != CLI_OK) {
        cli_outdir_free(outdir);
        outdir = NULL;
    }
    *out = outdir;
    return code;
}

bool cli_outdir_replaces(const cli_outdir *outdir)
{
    char ignored[1];
    return look(outdir, ignored, sizeof ignored) == CONTENT_RESULT;
}

const char *cli_outdir_path(const cli_outdir *outdir)
{
    return outdir->temporary != NULL ? outdir->temporary : outdir->target;
}

// Rename the new folder over the target: nothing, or an empty folder. Returns 0 or an errno.
static int put(cli_outdir *outdir)
{
    if (rename(outdir->temporary, outdir->target) != 0) {
        return errno;
    }
    free(outdir->temporary);
    outdir->temporary = NULL;
    return 0;
}

// Put the new folder in the place of an earlier result. Returns 0 or an errno.
static int replace(cli_outdir *outdir)
{
#ifdef RENAME_EXCHANGE
    // The two change places at once, so that even a killed program leaves the one or the other.
    if (renameat2(AT_FDCWD, outdir->temporary, AT_FDCWD, outdir->target, RENAME_EXCHANGE) == 0) {
        delete_folder(outdir->temporary);
        free(outdir->temporary);
        outdir->temporary = NULL;
        return 0;
    }
#endif
    char *aside = free_name(outdir, "old", false);
    if (aside == NULL || rename(outdir->target, aside) != 0) {
        const int error = errno;
        free(aside);
        return error;
    }
    const int error = put(outdir);
    if (error != 0) {
        (void)rename(aside, outdir->target);
    } else {
        delete_folder(aside);
    }
    free(aside);
    return error;
}

int cli_outdir_commit(cli_outdir *outdir, char *message, size_t size)
{
    if (outdir->temporary == NULL) {
        return CLI_OK;
    }
    const content found = look(outdir, message, size);
    if (found == CONTENT_REFUSED) {
        return CLI_INVALID;
    }
    sync_folder(outdir->temporary);
    const int error = found == CONTENT_RESULT ? replace(outdir) : put(outdir);
    if (error != 0) {
        return say(message, size, CLI_FAILED, "%s: the result cannot be put in place: %s",
                   outdir->shown, strerror(error));
    }
    sync_folder(outdir->parent);
    return CLI_OK;
}

void cli_outdir_free(cli_outdir *outdir)
{
    if (outdir != NULL) {
        if (outdir->temporary != NULL) {
            delete_folder(outdir->temporary);
        }
        remove_parents(outdir); // does nothing once the target is in them
        free(outdir->made);
        free(outdir->temporary);
        free(outdir->parent);
        free(outdir->target);
        free(outdir->shown);
        free(outdir);
    }
}

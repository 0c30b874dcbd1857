// SPDX-License-Identifier: BSD-3-Clause
/*
 * Where the text of a file goes until it is whole.
 *
 * A regular file, or nothing yet: to a new file in the same folder. The folder is held open, so
 * that the program may change its own meanwhile. A symbolic link stays, its target is replaced.
 * What is there and no regular file, such as /dev/stdout or a pipe, cannot be replaced and is
 * written directly.
 */
#define _XOPEN_SOURCE 700 // openat, fdopen, realpath

#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Names tried for the temporary file: one is taken by each writer of this process at work in the
// folder, and by each left behind by a killed one of the same number.
#define MAX_TRIES 1000

// Whether a path names what a process has open, or a device.
static bool is_stream(const char *path)
{
    return (strncmp(path, "/dev/", 5) == 0 && strncmp(path, "/dev/shm/", 9) != 0) ||
           strncmp(path, "/proc/", 6) == 0;
}

// Resolve path; *info is of what is there now, st_mode 0 for nothing. Returns 0 or an errno.
static int resolve(jko_writer *writer, const char *path, struct stat *info)
{
    *info = (struct stat){0};
    if (strlen(path) >= sizeof writer->path) {
        return ENAMETOOLONG;
    }
    strcpy(writer->path, path);
    if (is_stream(path)) {
        // A stream of this process under another name: what is behind it must not be replaced.
        return stat(path, info) == 0 ? 0 : errno;
    }
    if (lstat(path, info) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    if (S_ISLNK(info->st_mode) &&
        (realpath(path, writer->path) == NULL || stat(writer->path, info) != 0)) {
        return errno;
    }
    if (S_ISDIR(info->st_mode)) {
        return EISDIR;
    }
    return access(writer->path, W_OK) == 0 ? 0 : errno;
}

// Open the folder of writer->path and find the last part of the name. Returns 0 or an errno.
static int open_folder(jko_writer *writer)
{
    char *slash = strrchr(writer->path, '/');
    writer->base = slash == NULL ? writer->path : slash + 1;
    if (*writer->base == '\0') {
        return *writer->path == '\0' ? ENOENT : EISDIR;
    }
    const char *folder = ".";
    if (slash == writer->path) {
        folder = "/";
    } else if (slash != NULL) {
        *slash = '\0';
        folder = writer->path;
    }
    writer->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return writer->folder >= 0 ? 0 : errno;
}

// A new file in the folder. The mode is that of the file to be replaced, or what the umask leaves.
static int open_temporary(jko_writer *writer, mode_t mode)
{
    for (int k = 0; k < MAX_TRIES; k++) {
        (void)snprintf(writer->temporary, sizeof writer->temporary, ".jko-%ld-%d.tmp",
                       (long)getpid(), k);
        const int fd = openat(writer->folder, writer->temporary,
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0) {
            return fd;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    writer->temporary[0] = '\0';
    return -1;
}

int jko_i_writer_open(jko_writer *writer, const char *path)
{
    struct stat info;
    int error = resolve(writer, path, &info);
    if (error != 0) {
        return error;
    }
    int fd = -1;
    if (is_stream(writer->path) || (info.st_mode != 0 && !S_ISREG(info.st_mode))) {
        fd = open(writer->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    } else {
        error = open_folder(writer);
        if (error != 0) {
            return error;
        }
        const mode_t kept = info.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
        fd = open_temporary(writer, info.st_mode != 0 ? kept : 0666);
        if (fd >= 0 && info.st_mode != 0) {
            (void)fchmod(fd, kept); // against the umask; not every file system has modes
        }
    }
    if (fd >= 0) {
        writer->file = fdopen(fd, "wb");
    }
    if (writer->file == NULL) {
        error = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
    }
    return error;
}

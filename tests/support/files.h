// SPDX-License-Identifier: BSD-3-Clause
/* Temporary folders and whole files for tests. Include after <cmocka.h>; the including file
   defines _POSIX_C_SOURCE 200809L before its first include. */
#ifndef JKO_TESTS_SUPPORT_FILES_H
#define JKO_TESTS_SUPPORT_FILES_H

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JKO_T_PATH 512

/* A new folder under TMPDIR or /tmp; folder gets its name. */
static inline void jko_t_folder_create(char folder[JKO_T_PATH])
{
    const char *parent = getenv("TMPDIR");
    for (int k = 0; k < 1000; k++) {
        (void)snprintf(folder, JKO_T_PATH, "%s/jko-test-%ld-%d", parent != NULL ? parent : "/tmp",
                       (long)getpid(), k);
        if (mkdir(folder, 0777) == 0) {
            return;
        }
        assert_int_equal(errno, EEXIST);
    }
    fail_msg("no temporary folder");
}

/* path = folder/name. Returns path. */
static inline const char *jko_t_join(char path[JKO_T_PATH], const char *folder, const char *name)
{
    const int length = snprintf(path, JKO_T_PATH, "%s/%s", folder, name);
    assert_true(length > 0 && length < JKO_T_PATH);
    return path;
}

/* Number of entries of a folder, . and .. not counted. */
static inline size_t jko_t_folder_count(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    size_t count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(dir);
    return count;
}

/* Delete a folder and all that is in it. */
static inline void jko_t_folder_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            char path[JKO_T_PATH];
            (void)jko_t_join(path, folder, entry->d_name);
            struct stat info;
            assert_int_equal(lstat(path, &info), 0);
            if (S_ISDIR(info.st_mode)) {
                jko_t_folder_remove(path);
            } else {
                assert_int_equal(unlink(path), 0);
            }
        }
    }
    (void)closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

/* Write a file of the given bytes. */
static inline void jko_t_file_write(const char *path, size_t length, const void *bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* Read at most size bytes of a file; returns how many it has (at most size). */
static inline size_t jko_t_file_read(const char *path, size_t size, void *bytes)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t length = fread(bytes, 1, size, file);
    assert_int_equal(fclose(file), 0);
    return length;
}

/* Fail unless the file holds exactly the text. */
static inline void jko_t_file_holds(const char *path, const char *text)
{
    static char found[1 << 16];
    const size_t length = jko_t_file_read(path, sizeof found - 1, found);
    found[length] = '\0';
    assert_string_equal(found, text);
}

/* Fail unless text contains part; both are printed. */
static inline void jko_t_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
    }
}

#endif

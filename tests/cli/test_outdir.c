// SPDX-License-Identifier: BSD-3-Clause
/*
 * Result folders: whole or not at all, and nobody's files are lost.
 */
#define _XOPEN_SOURCE 700 // symlink, mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "outdir.h"

#include "cli.h"
#include "support/files.h"

// Each test has a folder of its own, and out in it is the target.
static char folder[JKO_T_PATH];
static char target[JKO_T_PATH];
static char message[512];

static int create_folder(void **state)
{
    (void)state;
    jko_t_folder_create(folder);
    (void)jko_t_join(target, folder, "out");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    jko_t_folder_remove(folder);
    return 0;
}

static void write_text(const char *in, const char *name, const char *text)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, in, name), strlen(text), text);
}

static void assert_holds(const char *in, const char *name, const char *text)
{
    char path[JKO_T_PATH];
    jko_t_file_holds(jko_t_join(path, in, name), text);
}

static const char result_record[] =
    "{\"format\": \"jko-run-1\", \"outputs\": [{\"file\": \"steps.csv\", \"sha256\": \"0\"}]}";

// What a run writes: a record, and a file that says which run it was.
static void write_result(const char *in, const char *steps)
{
    write_text(in, "run.json", result_record);
    write_text(in, "SHA256SUMS", "sums");
    write_text(in, "steps.csv", steps);
}

static cli_outdir *begin(const char *name)
{
    cli_outdir *outdir = NULL;
    if (cli_outdir_create(&outdir, name, message, sizeof message) != CLI_OK) {
        fail_msg("%s", message);
    }
    return outdir;
}

static void assert_refused(const char *name, int want, const char *part)
{
    cli_outdir *outdir = (cli_outdir *)&outdir;
    assert_int_equal(cli_outdir_create(&outdir, name, message, sizeof message), want);
    assert_null(outdir);
    jko_t_contains(message, part);
}

static void outdir_new_folder_appears_with_the_commit(void **state)
{
    (void)state;
    cli_outdir *outdir = begin(target);
    assert_int_equal(access(target, F_OK), -1);
    assert_int_equal(jko_t_folder_count(folder), 1);
    write_result(cli_outdir_path(outdir), "new");
    assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
    assert_string_equal(cli_outdir_path(outdir), target);
    cli_outdir_free(outdir);
    assert_holds(target, "steps.csv", "new");
    assert_int_equal(jko_t_folder_count(target), 3);
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_without_commit_leaves_nothing(void **state)
{
    (void)state;
    cli_outdir *outdir = begin(target);
    write_result(cli_outdir_path(outdir), "new");
    write_text(cli_outdir_path(outdir), ".hidden", "x");
    cli_outdir_free(outdir);
    assert_int_equal(jko_t_folder_count(folder), 0);
    cli_outdir_free(NULL);
}

static void outdir_empty_folder_and_earlier_result_are_replaced(void **state)
{
    (void)state;
    assert_int_equal(mkdir(target, 0777), 0);
    for (int k = 0; k < 3; k++) {
        const char *const texts[] = {"0", "1", "2"};
        char slashed[JKO_T_PATH];
        (void)snprintf(slashed, sizeof slashed, "%.500s//", target);
        cli_outdir *outdir = begin(k == 2 ? slashed : target);
        if (k > 0) {
            assert_holds(target, "steps.csv", texts[k - 1]); // the old one until the commit
        }
        write_result(cli_outdir_path(outdir), texts[k]);
        assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
        cli_outdir_free(outdir);
        assert_holds(target, "steps.csv", texts[k]);
        assert_int_equal(jko_t_folder_count(folder), 1);
        assert_int_equal(jko_t_folder_count(target), 3);
    }
    // Given up: the result stays.
    cli_outdir *outdir = begin(target);
    write_result(cli_outdir_path(outdir), "never");
    cli_outdir_free(outdir);
    assert_holds(target, "steps.csv", "2");
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_folder_with_anything_else_is_refused(void **state)
{
    (void)state;
    char path[JKO_T_PATH];
    assert_int_equal(mkdir(target, 0777), 0);
    write_text(target, "thesis.tex", "work of years");
    assert_refused(target, CLI_INVALID,
                   "out: holds thesis.tex, which is no part of an earlier result; name a new or "
                   "empty folder");
    write_result(target, "old"); // beside a result too
    assert_refused(target, CLI_INVALID, "out: holds thesis.tex, which is no part");
    assert_int_equal(unlink(jko_t_join(path, target, "thesis.tex")), 0);
    cli_outdir_free(begin(target));

    // A folder or a link under the name of an output is none.
    assert_int_equal(unlink(jko_t_join(path, target, "steps.csv")), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_refused(target, CLI_INVALID, "out: holds steps.csv, which is no part");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("../elsewhere", path), 0);
    assert_refused(target, CLI_INVALID, "out: holds steps.csv, which is no part");
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_record_that_is_not_ours_does_not_count(void **state)
{
    (void)state;
    static const char *const records[] = {
        "",
        "not JSON",
        "[]",
        "{}",
        "{\"format\": 1}",
        "{\"format\": \"other-1\"}",
        "{\"format\": \"jko-run-1\", \"format\": \"jko-run-1\"}",
    };
    assert_int_equal(mkdir(target, 0777), 0);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        write_text(target, "run.json", records[i]);
        assert_refused(target, CLI_INVALID,
                       "out: holds files, but no readable run.json of an earlier result; name a "
                       "new or empty folder");
    }
    write_text(target, "run.json", "{\"format\": \"jko-run-1\", \"outputs\": 3}");
    cli_outdir_free(begin(target)); // a record alone
    write_text(target, "steps.csv", "x");
    assert_refused(target, CLI_INVALID, "out: holds steps.csv, which is no part");
}

static void outdir_target_that_cannot_be_a_folder_is_refused(void **state)
{
    (void)state;
    char path[JKO_T_PATH];
    write_text(folder, "file", "old");
    assert_refused(jko_t_join(path, folder, "file"), CLI_INVALID,
                   "file: cannot be used as a folder: Not a directory; name another one");
    assert_refused(jko_t_join(path, folder, "file/out"), CLI_INVALID, "Not a directory");
    assert_refused("/proc/none/out", CLI_FAILED, "/proc/none/out: no folder can be made in ");
    jko_t_contains(message, "/none: No such file or directory; name one in a folder that can be");
    assert_refused("", CLI_INVALID, "\"\" is no name for a new folder");
    assert_refused("/", CLI_INVALID, "\"/\" is no name for a new folder");
    assert_refused("new/..", CLI_INVALID, "\"new/..\" is no name for a new folder");
    assert_holds(folder, "file", "old");
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_missing_folders_above_are_made_and_taken_back(void **state)
{
    (void)state;
    char path[JKO_T_PATH];
    cli_outdir *outdir = begin(jko_t_join(path, folder, "a/b/out"));
    assert_int_equal(jko_t_folder_count(folder), 1);
    cli_outdir_free(outdir); // no commit: nothing stays
    assert_int_equal(jko_t_folder_count(folder), 0);

    outdir = begin(path);
    write_text(cli_outdir_path(outdir), "run.json", result_record);
    assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
    cli_outdir_free(outdir);
    assert_holds(path, "run.json", result_record);
}

static void outdir_parent_without_permission_is_refused(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        skip(); // permissions do not bind this user
    }
    assert_int_equal(chmod(folder, 0555), 0);
    cli_outdir *outdir = NULL;
    const int code = cli_outdir_create(&outdir, target, message, sizeof message);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(code, CLI_FAILED);
    jko_t_contains(message, "Permission denied; name one in a folder that can be written");
}

static void outdir_link_to_a_folder_stays(void **state)
{
    (void)state;
    char link[JKO_T_PATH];
    assert_int_equal(mkdir(target, 0777), 0);
    assert_int_equal(symlink("out", jko_t_join(link, folder, "link")), 0);
    for (int k = 0; k < 2; k++) {
        cli_outdir *outdir = begin(link);
        write_result(cli_outdir_path(outdir), "new");
        assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
        cli_outdir_free(outdir);
        assert_holds(target, "steps.csv", "new");
        struct stat info;
        assert_int_equal(lstat(link, &info), 0);
        assert_true(S_ISLNK(info.st_mode));
        assert_int_equal(jko_t_folder_count(folder), 2);
    }
}

static void outdir_two_runs_at_once_do_not_meet(void **state)
{
    (void)state;
    cli_outdir *first = begin(target);
    cli_outdir *second = begin(target);
    assert_string_not_equal(cli_outdir_path(first), cli_outdir_path(second));
    write_result(cli_outdir_path(first), "first");
    write_result(cli_outdir_path(second), "second");
    assert_int_equal(cli_outdir_commit(second, message, sizeof message), CLI_OK);
    assert_holds(target, "steps.csv", "second");
    assert_int_equal(cli_outdir_commit(first, message, sizeof message), CLI_OK);
    assert_holds(target, "steps.csv", "first");
    cli_outdir_free(first);
    cli_outdir_free(second);
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_target_filled_meanwhile_is_kept(void **state)
{
    (void)state;
    cli_outdir *outdir = begin(target);
    write_result(cli_outdir_path(outdir), "new");
    assert_int_equal(mkdir(target, 0777), 0);
    write_text(target, "thesis.tex", "work of years");
    assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_INVALID);
    jko_t_contains(message, "holds thesis.tex");
    cli_outdir_free(outdir);
    assert_holds(target, "thesis.tex", "work of years");
    assert_int_equal(jko_t_folder_count(folder), 1);
}

// The new folder has gone when it is to be put in place: the old result comes back.
static void outdir_commit_that_fails_restores_the_old_result(void **state)
{
    (void)state;
    cli_outdir *outdir = begin(target);
    write_result(cli_outdir_path(outdir), "old");
    assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
    cli_outdir_free(outdir);

    outdir = begin(target);
    assert_int_equal(rmdir(cli_outdir_path(outdir)), 0);
    assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_FAILED);
    jko_t_contains(message, "out: the result cannot be put in place: No such file or directory");
    cli_outdir_free(outdir);
    assert_holds(target, "steps.csv", "old");
    assert_int_equal(jko_t_folder_count(target), 3);
    assert_int_equal(jko_t_folder_count(folder), 1);
}

// A result with a folder of files in it, as jko panel writes.
static void write_deep_result(const char *in, const char *text)
{
    char path[JKO_T_PATH];
    write_text(in, "run.json",
               "{\"format\": \"jko-panel-1\", \"outputs\": [{\"file\": \"forecast.csv\"}, "
               "{\"file\": \"test/steps.csv\"}]}");
    write_text(in, "forecast.csv", text);
    assert_int_equal(mkdir(jko_t_join(path, in, "test"), 0777), 0);
    write_text(path, "steps.csv", text);
}

static void outdir_result_with_folders_is_replaced_and_taken_back(void **state)
{
    (void)state;
    char inner[JKO_T_PATH];
    for (int k = 0; k < 2; k++) {
        cli_outdir *outdir = begin(target);
        write_deep_result(cli_outdir_path(outdir), k == 0 ? "0" : "1");
        assert_int_equal(cli_outdir_commit(outdir, message, sizeof message), CLI_OK);
        cli_outdir_free(outdir);
        assert_holds(jko_t_join(inner, target, "test"), "steps.csv", k == 0 ? "0" : "1");
        assert_int_equal(jko_t_folder_count(folder), 1);
        assert_int_equal(jko_t_folder_count(target), 3);
    }
    cli_outdir *outdir = begin(target);
    write_deep_result(cli_outdir_path(outdir), "never");
    cli_outdir_free(outdir);
    assert_holds(inner, "steps.csv", "1");
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void outdir_foreign_file_in_a_folder_of_a_result_is_kept(void **state)
{
    (void)state;
    char inner[JKO_T_PATH];
    char deeper[JKO_T_PATH];
    assert_int_equal(mkdir(target, 0777), 0);
    write_deep_result(target, "old");
    write_text(jko_t_join(inner, target, "test"), "thesis.tex", "work of years");
    assert_refused(target, CLI_INVALID, "out: holds test, which is no part of an earlier result");
    assert_holds(inner, "thesis.tex", "work of years");
    assert_int_equal(unlink(jko_t_join(deeper, inner, "thesis.tex")), 0);
    assert_int_equal(mkdir(jko_t_join(deeper, inner, "steps"), 0777), 0);
    assert_refused(target, CLI_INVALID, "out: holds test,");
    assert_int_equal(rmdir(deeper), 0);
    assert_int_equal(mkdir(jko_t_join(deeper, target, "train"), 0777), 0);
    assert_refused(target, CLI_INVALID, "out: holds train,");
    assert_int_equal(rmdir(deeper), 0);
    cli_outdir_free(begin(target)); // nothing foreign is left
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(outdir_new_folder_appears_with_the_commit),
        TEST(outdir_without_commit_leaves_nothing),
        TEST(outdir_empty_folder_and_earlier_result_are_replaced),
        TEST(outdir_folder_with_anything_else_is_refused),
        TEST(outdir_record_that_is_not_ours_does_not_count),
        TEST(outdir_target_that_cannot_be_a_folder_is_refused),
        TEST(outdir_missing_folders_above_are_made_and_taken_back),
        TEST(outdir_parent_without_permission_is_refused),
        TEST(outdir_link_to_a_folder_stays),
        TEST(outdir_two_runs_at_once_do_not_meet),
        TEST(outdir_target_filled_meanwhile_is_kept),
        TEST(outdir_commit_that_fails_restores_the_old_result),
        TEST(outdir_result_with_folders_is_replaced_and_taken_back),
        TEST(outdir_foreign_file_in_a_folder_of_a_result_is_kept),
    };
    return cmocka_run_group_tests_name("cli/outdir", tests, NULL, NULL);
}

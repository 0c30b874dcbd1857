// SPDX-License-Identifier: BSD-3-Clause
/*
 * Writing whole files: what is written, what can go wrong, and what is left behind then.
 */
#define _XOPEN_SOURCE 700 // symlink, setrlimit, mkfifo

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"
#include "support/files.h"

#include <fcntl.h>
#include <jko/io.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

// Each test has a folder of its own, and the mask 022.
static int create_folder(void **state)
{
    static char folder[JKO_T_PATH];
    (void)umask(022);
    jko_t_folder_create(folder);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    jko_t_folder_remove(*state);
    return 0;
}

static jko_writer *begin(const char *path)
{
    jko_writer *writer = NULL;
    const jko_status status = jko_writer_create(&writer, path);
    if (status != JKO_OK) {
        fail_msg("%s: %s", jko_status_name(status), jko_error_detail());
    }
    return writer;
}

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (unsigned)info.st_mode & 0777U;
}

static void writer_commit_puts_the_text_in_place(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *writer = begin(jko_t_join(path, *state, "a.csv"));
    assert_int_equal(access(path, F_OK), -1); // not before the commit
    assert_int_equal(jko_writer_text(writer, "x="), JKO_OK);
    assert_int_equal(jko_writer_number(writer, 0.25), JKO_OK);
    assert_int_equal(jko_writer_bytes(writer, 3, "\ny;"), JKO_OK);
    assert_int_equal(jko_writer_number(writer, (double)-INFINITY), JKO_OK);
    assert_int_equal(jko_writer_bytes(writer, 0, NULL), JKO_OK);
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_t_file_holds(path, "x=0.25\ny;-inf");
    jko_writer_free(writer);
    jko_t_file_holds(path, "x=0.25\ny;-inf");
    assert_int_equal(jko_t_folder_count(*state), 1); // nothing beside it
    assert_int_equal(mode_of(path), 0644);
}

static void writer_free_without_commit_leaves_what_was_there(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *writer = begin(jko_t_join(path, *state, "a.csv"));
    assert_int_equal(jko_writer_text(writer, "new"), JKO_OK);
    jko_writer_free(writer);
    assert_int_equal(jko_t_folder_count(*state), 0);

    jko_t_file_write(path, 3, "old");
    writer = begin(path);
    assert_int_equal(jko_writer_text(writer, "new"), JKO_OK);
    jko_writer_free(writer);
    jko_t_file_holds(path, "old");
    assert_int_equal(jko_t_folder_count(*state), 1);
    jko_writer_free(NULL);
}

static void writer_two_at_once_do_not_meet(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *first = begin(jko_t_join(path, *state, "a"));
    jko_writer *second = begin(path);
    assert_int_equal(jko_writer_text(first, "first"), JKO_OK);
    assert_int_equal(jko_writer_text(second, "second"), JKO_OK);
    assert_int_equal(jko_writer_commit(second), JKO_OK);
    jko_t_file_holds(path, "second");
    assert_int_equal(jko_writer_commit(first), JKO_OK);
    jko_t_file_holds(path, "first");
    jko_writer_free(first);
    jko_writer_free(second);
    assert_int_equal(jko_t_folder_count(*state), 1);
}

static void writer_permissions_follow_the_umask_or_the_old_file(void **state)
{
    char path[JKO_T_PATH];
    (void)umask(027);
    jko_writer *writer = begin(jko_t_join(path, *state, "new"));
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_writer_free(writer);
    assert_int_equal(mode_of(path), 0640);

    static const mode_t modes[] = {0600, 0666, 0755};
    for (size_t i = 0; i < 3; i++) {
        jko_t_file_write(jko_t_join(path, *state, "old"), 3, "old");
        assert_int_equal(chmod(path, modes[i]), 0);
        writer = begin(path);
        assert_int_equal(jko_writer_text(writer, "new"), JKO_OK);
        assert_int_equal(jko_writer_commit(writer), JKO_OK);
        jko_writer_free(writer);
        jko_t_file_holds(path, "new");
        assert_int_equal(mode_of(path), modes[i]);
    }
}

static void writer_symbolic_link_stays_and_its_target_is_replaced(void **state)
{
    char folder[JKO_T_PATH];
    char target[JKO_T_PATH];
    char link[JKO_T_PATH];
    assert_int_equal(mkdir(jko_t_join(folder, *state, "sub"), 0777), 0);
    jko_t_file_write(jko_t_join(target, *state, "sub/target"), 3, "old");
    assert_int_equal(symlink("sub/target", jko_t_join(link, *state, "link")), 0);
    jko_writer *writer = begin(link);
    assert_int_equal(jko_writer_text(writer, "new"), JKO_OK);
    assert_int_equal(jko_t_folder_count(folder), 2); // the temporary file is beside the target
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_writer_free(writer);
    jko_t_file_holds(target, "new");
    struct stat info;
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(jko_t_folder_count(folder), 1);
}

static void writer_goes_on_when_the_program_changes_its_folder(void **state)
{
    char path[JKO_T_PATH];
    char before[JKO_T_PATH];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(*state), 0);
    jko_writer *writer = begin("a");
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(jko_writer_text(writer, "text"), JKO_OK);
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_writer_free(writer);
    assert_int_equal(chdir(before), 0);
    jko_t_file_holds(jko_t_join(path, *state, "a"), "text");
}

static void writer_pipe_is_written_directly(void **state)
{
    char path[JKO_T_PATH];
    assert_int_equal(mkfifo(jko_t_join(path, *state, "pipe"), 0666), 0);
    const int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    jko_writer *writer = begin(path);
    assert_int_equal(jko_writer_text(writer, "text"), JKO_OK);
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_writer_free(writer);
    char got[8] = "";
    assert_int_equal(read(fd, got, 4), 4);
    assert_string_equal(got, "text");
    assert_int_equal(close(fd), 0);
    assert_int_equal(jko_t_folder_count(*state), 1);
}

static void assert_create_fails(const char *path, const char *part)
{
    jko_writer *writer = (jko_writer *)&writer;
    assert_int_equal(jko_writer_create(&writer, path), JKO_ERR_FILE);
    assert_null(writer);
    jko_t_contains(jko_error_detail(), part);
}

// As root too: none of these is a matter of permissions.
static void writer_create_where_no_file_can_be_is_a_file_error(void **state)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "file"), 3, "old");
    assert_create_fails(jko_t_join(path, *state, "file/a.csv"),
                        "file/a.csv: cannot be written: Not a directory; check the folder");
    assert_create_fails(jko_t_join(path, *state, "none/a.csv"),
                        "none/a.csv: cannot be written: No such file or directory");
    assert_create_fails(*state, "cannot be written: Is a directory");
    assert_create_fails(jko_t_join(path, *state, "new/"), "Is a directory");
    assert_create_fails("/", "Is a directory");
    assert_create_fails("", "No such file or directory");
    assert_int_equal(symlink("nowhere", jko_t_join(path, *state, "dangling")), 0);
    assert_create_fails(path, "No such file or directory");

    static char name[300];
    memset(name, 'n', sizeof name - 1);
    assert_create_fails(jko_t_join(path, *state, name), "File name too long");
    static char longest[5000];
    memset(longest, 'n', sizeof longest - 1);
    assert_create_fails(longest, "File name too long");
    assert_int_equal(jko_t_folder_count(*state), 2); // file and dangling
}

static void writer_file_or_folder_without_permission_is_refused(void **state)
{
    if (geteuid() == 0) {
        skip(); // permissions do not bind this user
    }
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "old"), 3, "old");
    assert_int_equal(chmod(path, 0444), 0);
    assert_create_fails(path, "Permission denied");
    assert_int_equal(chmod(*state, 0555), 0);
    assert_create_fails(jko_t_join(path, *state, "new"), "Permission denied");
    assert_int_equal(chmod(*state, 0755), 0);
}

static void writer_full_disk_fails_the_commit(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        skip(); // a system without it
    }
    jko_writer *writer = begin("/dev/full");
    assert_int_equal(jko_writer_text(writer, "text"), JKO_OK); // still in the buffer
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_FILE);
    assert_string_equal(jko_error_detail(),
                        "/dev/full: cannot be written: No space left on device; check the folder, "
                        "its permissions and the disk");
    assert_int_equal(jko_writer_text(writer, "more"), JKO_ERR_FILE);
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_FILE);
    jko_writer_free(writer);
    struct stat info;
    assert_int_equal(stat("/dev/full", &info), 0);
    assert_true(S_ISCHR(info.st_mode)); // not replaced by a file
}

// A limit on the size of files makes one write short and the next ones fail.
static void writer_short_write_keeps_the_old_file(void **state)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "a"), 3, "old");
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {10000, before.rlim_max};
    static const char block[1000] = {'x'};

    for (int blocks = 9; blocks <= 30; blocks++) {
        jko_writer *writer = begin(path);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        jko_status status = JKO_OK;
        for (int k = 0; k < blocks; k++) {
            const jko_status block_status = jko_writer_bytes(writer, sizeof block, block);
            status = block_status < 0 ? block_status : status;
        }
        const jko_status commit = jko_writer_commit(writer);
        char detail[200];
        (void)snprintf(detail, sizeof detail, "%.199s", jko_error_detail());
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        jko_writer_free(writer);
        assert_int_equal(jko_t_folder_count(*state), 1);
        if (blocks <= 10) {
            assert_int_equal(commit, JKO_OK);
            static char found[20000];
            assert_int_equal(jko_t_file_read(path, sizeof found, found), blocks * 1000);
            jko_t_file_write(path, 3, "old");
            continue;
        }
        assert_true(status == JKO_OK || status == JKO_ERR_FILE);
        assert_int_equal(commit, JKO_ERR_FILE); // even if every block went into the buffer
        jko_t_contains(detail, "a: cannot be written: File too large");
        jko_t_file_holds(path, "old");
    }
    (void)signal(SIGXFSZ, SIG_DFL);
}

static void writer_rename_that_fails_leaves_the_old_name(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *writer = begin(jko_t_join(path, *state, "a"));
    assert_int_equal(jko_writer_text(writer, "text"), JKO_OK);
    assert_int_equal(mkdir(path, 0777), 0); // a folder has taken the name meanwhile
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_FILE);
    jko_t_contains(jko_error_detail(), "Is a directory");
    jko_writer_free(writer);
    assert_int_equal(jko_t_folder_count(*state), 1);
    assert_int_equal(jko_t_folder_count(path), 0);
}

static void writer_null_arguments_are_argument_errors(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *writer = (jko_writer *)&writer;
    assert_int_equal(jko_writer_create(NULL, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_create(&writer, NULL), JKO_ERR_ARGUMENT);
    assert_null(writer);
    assert_int_equal(jko_writer_bytes(NULL, 1, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_text(NULL, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_number(NULL, 1.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_cell(NULL, true, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_commit(NULL), JKO_ERR_ARGUMENT);

    // A piece that was not written is a failure like any other: no commit.
    writer = begin(jko_t_join(path, *state, "a"));
    assert_int_equal(jko_writer_text(writer, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_text(writer, "rest"), JKO_ERR_FILE);
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_FILE);
    jko_writer_free(writer);
    writer = begin(path);
    assert_int_equal(jko_writer_cell(writer, false, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_FILE);
    jko_writer_free(writer);
    assert_int_equal(jko_t_folder_count(*state), 0);

    writer = begin(path);
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    assert_int_equal(jko_writer_commit(writer), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_writer_text(writer, "late"), JKO_ERR_ARGUMENT);
    jko_writer_free(writer);
    jko_t_file_holds(path, "");
}

static void writer_cells_are_quoted_where_needed(void **state)
{
    char path[JKO_T_PATH];
    jko_writer *writer = begin(jko_t_join(path, *state, "a.csv"));
    static const char *const cells[] = {"plain", "a b",  "",   "a,b", "say \"x\"",
                                        "\"",    "x\ny", " x", "x\t"};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        assert_int_equal(jko_writer_cell(writer, i == 0, cells[i]), JKO_OK);
    }
    assert_int_equal(jko_writer_text(writer, "\n"), JKO_OK);
    assert_int_equal(jko_writer_cell(writer, true, ""), JKO_OK);
    assert_int_equal(jko_writer_commit(writer), JKO_OK);
    jko_writer_free(writer);
    jko_t_file_holds(path, "plain,a b,,\"a,b\",\"say \"\"x\"\"\",\"\"\"\",\"x\ny\",\" x\",\"x\t\""
                           "\n\"\"");
}

// Identity: a table of any texts and numbers is read as it was written.
static void writer_cells_and_numbers_are_read_back(void **state)
{
    char path[JKO_T_PATH];
    (void)jko_t_join(path, *state, "a.csv");
    static const char *const alphabet[] = {"a", ",", "\"", "\n", "\r", " ", "\t", "\xEF\xBB\xBF"};
    jko_t_random random = {77};
    for (int k = 0; k < 200; k++) {
        const size_t columns = 1 + jko_t_integer(&random, 3);
        char texts[4][3][40] = {{{0}}};
        double numbers[4] = {0};
        jko_writer *writer = begin(path);
        for (size_t row = 0; row < 4; row++) {
            for (size_t column = 0; column < columns; column++) {
                char *text = texts[row][column];
                for (size_t c = jko_t_integer(&random, 5); c > 0; c--) {
                    strcat(text, alphabet[jko_t_integer(&random, 8)]);
                }
                if (row == 0) { // names, each its own
                    (void)snprintf(text + strlen(text), 4, "%c", (char)('x' + (int)column));
                }
                (void)jko_writer_cell(writer, column == 0, text);
            }
            numbers[row] = ldexp(jko_t_uniform(&random) - 0.5, 600 * ((int)row - 2));
            (void)jko_writer_text(writer, ",");
            (void)(row == 0 ? jko_writer_text(writer, "number")
                            : jko_writer_number(writer, numbers[row]));
            (void)jko_writer_text(writer, "\r\n");
        }
        assert_int_equal(jko_writer_commit(writer), JKO_OK);
        jko_writer_free(writer);

        jko_csv *csv = NULL;
        assert_int_equal(jko_csv_read(&csv, path), JKO_OK);
        assert_int_equal(jko_csv_rows(csv), 3);
        assert_int_equal(jko_csv_columns(csv), columns + 1);
        for (size_t row = 0; row < 4; row++) {
            for (size_t column = 0; column < columns; column++) {
                assert_string_equal(row == 0 ? jko_csv_name(csv, column)
                                             : jko_csv_text(csv, row - 1, column),
                                    texts[row][column]);
            }
        }
        double back[3] = {0};
        assert_int_equal(jko_csv_column(csv, columns, back), JKO_OK);
        assert_same_bits(3, back, numbers + 1);
        jko_csv_free(csv);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writer_commit_puts_the_text_in_place),
        TEST(writer_free_without_commit_leaves_what_was_there),
        TEST(writer_two_at_once_do_not_meet),
        TEST(writer_permissions_follow_the_umask_or_the_old_file),
        TEST(writer_symbolic_link_stays_and_its_target_is_replaced),
        TEST(writer_goes_on_when_the_program_changes_its_folder),
        TEST(writer_pipe_is_written_directly),
        TEST(writer_create_where_no_file_can_be_is_a_file_error),
        TEST(writer_file_or_folder_without_permission_is_refused),
        TEST(writer_full_disk_fails_the_commit),
        TEST(writer_short_write_keeps_the_old_file),
        TEST(writer_rename_that_fails_leaves_the_old_name),
        TEST(writer_null_arguments_are_argument_errors),
        TEST(writer_cells_are_quoted_where_needed),
        TEST(writer_cells_and_numbers_are_read_back),
    };
    return cmocka_run_group_tests_name("io/writer", tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scenario files: what is read, what is refused, and how the message helps.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ini_file.h"

#include "cli.h"
#include "support/files.h"

static const char *const grid_keys[] = {"kind", "cells", "length", "file", NULL};
static const char *const flow_keys[] = {"method", "tau", "until", "epsilon", NULL};
static const cli_ini_known known[] = {{"grid", grid_keys}, {"flow", flow_keys}, {NULL, NULL}};

static char path[JKO_T_PATH];

static int create_folder(void **state)
{
    static char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    (void)jko_t_join(path, folder, "s.ini");
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    jko_t_folder_remove(*state);
    return 0;
}

static cli_ini *load(const char *text)
{
    char message[CLI_INI_MESSAGE] = "";
    cli_ini *ini = NULL;
    jko_t_file_write(path, strlen(text), text);
    const int code = cli_ini_load(&ini, path, known, message, sizeof message);
    if (code != CLI_OK) {
        fail_msg("%s", message);
    }
    return ini;
}

// The message, without the folder of the file.
static const char *refusal(size_t length, const char *text, int want)
{
    static char message[CLI_INI_MESSAGE];
    cli_ini *ini = (cli_ini *)&ini;
    jko_t_file_write(path, length, text);
    assert_int_equal(cli_ini_load(&ini, path, known, message, sizeof message), want);
    assert_null(ini);
    const char *name = strstr(message, "s.ini");
    assert_non_null(name);
    return name;
}

static void assert_refused(const char *text, const char *want)
{
    assert_string_equal(refusal(strlen(text), text, CLI_INVALID), want);
}

static void assert_value(const cli_ini *ini, const char *section, const char *key, size_t line,
                         const char *want)
{
    const char *value = cli_ini_get(ini, section, key);
    assert_non_null(value);
    assert_string_equal(value, want);
    assert_int_equal(cli_ini_line(ini, section, key), line);
}

static void ini_keys_values_and_lines_are_read(void **state)
{
    (void)state;
    cli_ini *ini = load("# a scenario\n"
                        "; another remark\n"
                        "[grid]\n"
                        "kind = circle\n"
                        "cells=200 ; a remark after a value\n"
                        "\n"
                        "[flow] # and after a section\n"
                        "  tau  =  0.1  \n"
                        "\tuntil = 1 2  3\r\n"
                        "method = a=b:c\n"
                        "[grid]\n"
                        "file = costs.csv:C#1");
    assert_value(ini, "grid", "kind", 4, "circle");
    assert_value(ini, "grid", "cells", 5, "200");
    assert_value(ini, "flow", "tau", 8, "0.1");
    assert_value(ini, "flow", "until", 9, "1 2  3");
    assert_value(ini, "flow", "method", 10, "a=b:c");
    assert_value(ini, "grid", "file", 12, "costs.csv:C#1");
    assert_null(cli_ini_get(ini, "grid", "length"));
    assert_null(cli_ini_get(ini, "flow", "kind"));
    assert_int_equal(cli_ini_line(ini, "grid", "length"), 0);

    size_t count = 0;
    const cli_ini_entry *entries = cli_ini_entries(ini, &count);
    assert_int_equal(count, 6);
    assert_string_equal(entries[0].key, "kind");
    assert_string_equal(entries[5].section, "grid");
    assert_string_equal(entries[5].key, "file");
    cli_ini_free(ini);
    cli_ini_free(NULL);
}

static void ini_byte_order_mark_and_empty_file_are_fine(void **state)
{
    (void)state;
    cli_ini *ini = load("\xEF\xBB\xBF[grid]\r\nkind = line\r\n");
    assert_value(ini, "grid", "kind", 2, "line");
    cli_ini_free(ini);
    ini = load("\xEF\xBB\xBF# remark\n[grid]\nkind=");
    assert_value(ini, "grid", "kind", 3, "");
    cli_ini_free(ini);
    ini = load("");
    size_t count = 77;
    (void)cli_ini_entries(ini, &count);
    assert_int_equal(count, 0);
    cli_ini_free(ini);
}

static void ini_unknown_names_get_a_suggestion(void **state)
{
    (void)state;
    assert_refused("[grid]\nkind = line\ncels = 3\n",
                   "s.ini:3: [grid] has no key \"cels\"; did you mean cells?");
    assert_refused("[grid]\nKIND = line\n",
                   "s.ini:2: [grid] has no key \"KIND\"; did you mean kind?");
    assert_refused("[flow]\nkind = line\n",
                   "s.ini:2: [flow] has no key \"kind\"; it belongs to [grid]");
    assert_refused("[grid]\nvelocity = 3\n",
                   "s.ini:2: [grid] has no key \"velocity\"; there are kind cells length file");
    assert_refused("[grid]\n = 3\n",
                   "s.ini:2: [grid] has no key \"\"; there are kind cells length file");
    assert_refused("[gird]\nkind = line\n",
                   "s.ini:1: unknown section [gird]; did you mean [grid]?");
    // A section without keys is checked too.
    assert_refused("[grid]\nkind = line\n[Flows]\n",
                   "s.ini:3: unknown section [Flows]; did you mean [flow]?");
    assert_refused("[output]\n", "s.ini:1: unknown section [output]; there are [grid] [flow]");
    assert_refused("[]\n", "s.ini:1: unknown section []; there are [grid] [flow]");
    assert_refused("kind = line\n",
                   "s.ini:1: kind stands in no section; put a [section] before it");
}

static void ini_key_given_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("[flow]\ntau = 1\n[grid]\nkind = line\n[flow]\ntau = 1\n",
                   "s.ini:6: [flow] tau is given again; line 2 has it already, keep one of them");
}

static void ini_lines_that_are_nothing_are_refused(void **state)
{
    (void)state;
    const char *what = "neither [section] nor key = value; comments begin with ';' or '#'";
    static const char *const bad[] = {"[grid]\nkind\n", "[grid]\n[flow\n", "[grid]\nkind ; = 3\n",
                                      "[grid]\nkind = line\n  and more\n"};
    static const size_t lines[] = {2, 2, 2, 3};
    for (size_t i = 0; i < 4; i++) {
        char want[200];
        (void)snprintf(want, sizeof want, "s.ini:%zu: %s", lines[i], what);
        assert_refused(bad[i], want);
    }
    // The first of two faults is told, whoever finds it.
    assert_refused("[grid]\nkind\ncels = 3\n",
                   "s.ini:2: neither [section] nor key = value; comments begin with ';' or '#'");
    assert_refused("[grid]\ncels = 3\nkind\n",
                   "s.ini:2: [grid] has no key \"cels\"; did you mean cells?");
    assert_refused("[grid] kind = line\n",
                   "s.ini:1: text after the section's ]; put it on a line of its own");
}

// inih alone takes the rest of a long line for a line of its own.
static void ini_long_lines_are_refused_not_split(void **state)
{
    (void)state;
    char text[1000];
    for (size_t length = 190; length < 420; length++) {
        (void)snprintf(text, sizeof text, "[grid]\n# %0250d\nfile = ", 0);
        const size_t begin = strlen(text);
        memset(text + begin, 'x', length - 7); // "file = " has 7 bytes
        text[begin + length - 7] = '\0';
        if (length < 200) {
            cli_ini *ini = load(text);
            assert_value(ini, "grid", "file", 3, text + begin);
            cli_ini_free(ini);
        } else {
            assert_refused(text, "s.ini:3: a line of 200 bytes or more; shorten it");
        }
    }
}

static void ini_bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    const char *control = "s.ini:2: a control character; save the file as plain text";
    assert_string_equal(refusal(19, "[grid]\nkind = \0line", CLI_INVALID), control);
    assert_refused("[grid]\nkind = \x1B[1m\n", control);
    assert_refused("[grid]\n# \x01\n", control);
    assert_refused("# a\n# old line ends\r[grid]\r", control);
    assert_refused("[grid]\nfile = caf\xE9.csv\n", "s.ini:2: not UTF-8; save the file as UTF-8");
    cli_ini *ini = load("[grid]\nfile = caf\xC3\xA9.csv\n");
    assert_value(ini, "grid", "file", 2, "caf\xC3\xA9.csv");
    cli_ini_free(ini);
}

static void ini_file_that_cannot_be_read_is_named(void **state)
{
    char message[CLI_INI_MESSAGE] = "";
    char other[JKO_T_PATH];
    cli_ini *ini = (cli_ini *)&ini;
    assert_int_equal(
        cli_ini_load(&ini, jko_t_join(other, *state, "none.ini"), known, message, sizeof message),
        CLI_INVALID);
    assert_null(ini);
    jko_t_contains(message, "none.ini: cannot be opened: No such file or directory; check");
    assert_int_equal(cli_ini_load(&ini, *state, known, message, sizeof message), CLI_INVALID);
    jko_t_contains(message, "Is a directory");
}

static void assert_set_refused(cli_ini *ini, const char *assignment, const char *want)
{
    char message[CLI_INI_MESSAGE] = "";
    assert_int_equal(cli_ini_set(ini, assignment, message, sizeof message), CLI_INVALID);
    assert_string_equal(message, want);
}

static void ini_set_takes_the_place_of_the_file(void **state)
{
    (void)state;
    char message[CLI_INI_MESSAGE] = "";
    char where[CLI_INI_MESSAGE] = "";
    cli_ini *ini = load("[flow]\ntau = 1\nuntil = 2\n");
    assert_int_equal(cli_ini_set(ini, "flow.tau=0.5", message, sizeof message), CLI_OK);
    assert_int_equal(cli_ini_set(ini, " grid . file = a.csv:x=y ; z ", message, sizeof message),
                     CLI_OK);
    assert_value(ini, "flow", "tau", 0, "0.5");
    assert_value(ini, "grid", "file", 0, "a.csv:x=y ; z");
    assert_value(ini, "flow", "until", 3, "2");
    size_t count = 0;
    const cli_ini_entry *entries = cli_ini_entries(ini, &count);
    assert_int_equal(count, 3);
    assert_string_equal(entries[0].value, "0.5"); // in the place of the file's
    assert_string_equal(entries[2].value, "a.csv:x=y ; z");

    assert_string_equal(cli_ini_where(ini, "flow", "tau", where, sizeof where), "--set flow.tau");
    jko_t_contains(cli_ini_where(ini, "flow", "until", where, sizeof where),
                   "s.ini:3: [flow] until");
    jko_t_contains(cli_ini_where(ini, "grid", "kind", where, sizeof where), "s.ini: [grid] kind");

    assert_set_refused(ini, "flow.tau=0.7", "--set flow.tau is given twice; keep one of them");
    assert_set_refused(ini, "flow.tua=1",
                       "--set flow.tua: [flow] has no key \"tua\"; did you mean tau?");
    assert_set_refused(ini, "grid.tau=1",
                       "--set grid.tau: [grid] has no key \"tau\"; it belongs to [flow]");
    assert_set_refused(ini, "flw.tau=1",
                       "--set flw.tau: unknown section [flw]; did you mean [flow]?");
    assert_set_refused(ini, "tau=1", "--set tau=1: write it as section.key=value");
    assert_set_refused(ini, "tau=1.5", "--set tau=1.5: write it as section.key=value");
    assert_set_refused(ini, "flow.tau", "--set flow.tau: write it as section.key=value");
    assert_set_refused(ini, ".tau=1",
                       "--set .tau: tau stands in no section; put a [section] before it");
    assert_set_refused(ini, "grid.kind=\xE9",
                       "--set grid.kind: the value is not one line of UTF-8");
    assert_set_refused(ini, "grid.kind=a\nb",
                       "--set grid.kind: the value is not one line of UTF-8");
    assert_value(ini, "flow", "tau", 0, "0.5");
    cli_ini_free(ini);
}

static void ini_many_keys_are_kept(void **state)
{
    (void)state;
    static char names[100][8];
    static const char *keys[101];
    static char text[4000] = "[many]\n";
    for (size_t k = 0; k < 100; k++) {
        (void)snprintf(names[k], sizeof names[k], "key%zu", k);
        keys[k] = names[k];
        (void)snprintf(text + strlen(text), 32, "key%zu = %zu\n", k, k * k);
    }
    const cli_ini_known many[] = {{"many", keys}, {NULL, NULL}};
    char message[CLI_INI_MESSAGE] = "";
    cli_ini *ini = NULL;
    jko_t_file_write(path, strlen(text), text);
    assert_int_equal(cli_ini_load(&ini, path, many, message, sizeof message), CLI_OK);
    for (size_t k = 0; k < 100; k++) {
        char want[16];
        (void)snprintf(want, sizeof want, "%zu", k * k);
        assert_value(ini, "many", names[k], k + 2, want);
    }
    cli_ini_free(ini);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ini_keys_values_and_lines_are_read),
        cmocka_unit_test(ini_byte_order_mark_and_empty_file_are_fine),
        cmocka_unit_test(ini_unknown_names_get_a_suggestion),
        cmocka_unit_test(ini_key_given_twice_is_refused),
        cmocka_unit_test(ini_lines_that_are_nothing_are_refused),
        cmocka_unit_test(ini_long_lines_are_refused_not_split),
        cmocka_unit_test(ini_bytes_that_are_no_text_are_refused),
        cmocka_unit_test(ini_file_that_cannot_be_read_is_named),
        cmocka_unit_test(ini_set_takes_the_place_of_the_file),
        cmocka_unit_test(ini_many_keys_are_kept),
    };
    return cmocka_run_group_tests_name("cli/ini_file", tests, create_folder, remove_folder);
}

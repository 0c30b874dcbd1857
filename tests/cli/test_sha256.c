// SPDX-License-Identifier: BSD-3-Clause
/*
 * SHA-256 of files: the published examples, sizes around the block, and files that are not there.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sha256.h"

#include "cli.h"
#include "support/files.h"

static int create_folder(void **state)
{
    static char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    jko_t_folder_remove(*state);
    return 0;
}

// Repeat text to a length and compare the digest of a file of that.
static void assert_digest(const char *folder, const char *text, size_t length, const char *want)
{
    static char bytes[1000000];
    char path[JKO_T_PATH];
    char message[512] = "";
    char hex[CLI_SHA256_SIZE] = "";
    for (size_t i = 0; i < length; i++) {
        bytes[i] = text[i % strlen(text)];
    }
    jko_t_file_write(jko_t_join(path, folder, "a"), length, bytes);
    assert_int_equal(cli_sha256_file(path, hex, message, sizeof message), CLI_OK);
    assert_string_equal(hex, want);
}

// NIST, Secure Hash Standard, example values (CSRC), and the empty message.
static void sha256_published_examples_agree(void **state)
{
    assert_digest(*state, "x", 0,
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(*state, "abc", 3,
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_digest(*state, two, strlen(two),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_digest(*state, "a", 1000000,
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// By sha256sum of GNU coreutils 9.1: one byte less than a block of reading, a block, one more.
static void sha256_sizes_around_a_block_agree(void **state)
{
    assert_digest(*state, "a", 16383,
                  "2e1023f5ad46df0d01aa4b73ce3db452ed0a768387949efa5a858b532b763012");
    assert_digest(*state, "a", 16384,
                  "f3336bea752b5a28743033dd2c844a4a63fba08871aaee2586a2bf2d69be83a2");
    assert_digest(*state, "a", 16385,
                  "608b801060d579a7b659a01755259a13dec8853b97d3d8062763c97ffac6ddae");
}

static void sha256_file_that_cannot_be_read_is_named(void **state)
{
    char path[JKO_T_PATH];
    char message[512] = "";
    char hex[CLI_SHA256_SIZE] = "untouched";
    assert_int_equal(
        cli_sha256_file(jko_t_join(path, *state, "none"), hex, message, sizeof message),
        CLI_FAILED);
    jko_t_contains(message, "/none: cannot be opened: No such file or directory; check the name");
    assert_int_equal(cli_sha256_file(*state, hex, message, sizeof message), CLI_FAILED);
    jko_t_contains(message, ": cannot be read: Is a directory");
    assert_string_equal(hex, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_published_examples_agree),
        cmocka_unit_test(sha256_sizes_around_a_block_agree),
        cmocka_unit_test(sha256_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests_name("cli/sha256", tests, create_folder, remove_folder);
}

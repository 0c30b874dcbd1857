// SPDX-License-Identifier: BSD-3-Clause
/*
 * NPY headers by hand: every way to write a good one, and hostile ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/npy.h"

#include <stdlib.h>
#include <string.h>

// A file with this dictionary and bytes of numbers, in format 1.0. Returns its length.
static size_t build(char file[1024], const char *dictionary, size_t bytes)
{
    const size_t length = strlen(dictionary);
    memcpy(file, "\x93NUMPY\x01\x00", 8);
    file[8] = (char)(length & 0xFF);
    file[9] = (char)(length >> 8);
    memcpy(file + 10, dictionary, length);
    memset(file + 10 + length, 0, bytes);
    return 10 + length + bytes;
}

static void npy_header_of_any_wording_is_read(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   \n",
        "{'descr':'<f8','fortran_order':False,'shape':(2,3)}",
        "{\"shape\": (2,3,), \"descr\": \"<f8\", \"fortran_order\": False}\n",
        " { 'fortran_order' : False ,\n 'descr' : '<f8' , 'shape' : ( 2 , 3 , ) , } ",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (002, 3)}",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char file[1024];
        jko_i_npy_header header;
        const size_t length = build(file, good[i], 48);
        assert_int_equal(jko_i_npy_header_read(&header, "a.npy", length, file), JKO_OK);
        assert_false(header.integers);
        assert_false(header.big_endian);
        assert_false(header.fortran);
        assert_int_equal(header.dim, 2);
        assert_int_equal(header.shape[0], 2);
        assert_int_equal(header.shape[1], 3);
        assert_int_equal(header.count, 6);
        assert_int_equal(header.begin, length - 48);
    }
}

static void assert_refused(size_t length, const char *file, const char *part)
{
    jko_i_npy_header header;
    assert_int_equal(jko_i_npy_header_read(&header, "a.npy", length, file), JKO_ERR_FORMAT);
    if (strstr(jko_error_detail(), part) == NULL) {
        fail_msg("\"%s\" does not contain \"%s\"", jko_error_detail(), part);
    }
}

static void npy_header_faults_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *dictionary, *part;
    } bad[] = {
        {"", "not a dictionary of descr, fortran_order and shape"},
        {"{}", "not a dictionary"},
        {"[]", "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, }", "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}", "not a dictionary"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
         "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", "not a dictionary"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,)", "not a dictionary"},
        {"{'descr': '<f8' 'fortran_order': False, 'shape': (1,)}", "not a dictionary"},
        {"{'descr' '<f8', 'fortran_order': False, 'shape': (1,)}", "not a dictionary"},
        {"{'descr\": '<f8', 'fortran_order': False, 'shape': (1,)}", "not a dictionary"},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "neither float64 nor int64"},
        {"{'descr': '|f8', 'fortran_order': False, 'shape': (1,)}", "neither float64 nor int64"},
        {"{'descr': '<f8x', 'fortran_order': False, 'shape': (1,)}", "neither float64 nor int64"},
        {"{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", "neither True nor False"},
        {"{'descr': '<f8', 'fortran_order': Fals", "neither True nor False"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': 1}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1)}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1 2)}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1.0,)}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (,)}", "not a tuple"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "without dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}",
         "more than 8 dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}", "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693951,)}",
         "8 bytes of numbers, but its shape says 18446744073709551608; the file was cut"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0,)}",
         "8 bytes of numbers, but its shape says 0; the file was cut or changed"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char file[1024];
        const size_t length = build(file, bad[i].dictionary, 8);
        assert_refused(length, file, bad[i].part);
    }
}

static void npy_header_signature_version_and_length_are_checked(void **state)
{
    (void)state;
    char file[1024];
    const size_t length =
        build(file, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n", 8);
    jko_i_npy_header header;
    assert_int_equal(jko_i_npy_header_read(&header, "a.npy", length, file), JKO_OK);

    file[0] = '\x92';
    assert_refused(length, file, "a.npy: not an NPY file");
    file[0] = '\x93';
    file[6] = 4;
    assert_refused(length, file, "a.npy: the format is none of 1.0, 2.0, 3.0");
    file[6] = 0;
    assert_refused(length, file, "the format is none of 1.0, 2.0, 3.0");
    file[6] = 1;
    file[7] = 1;
    assert_refused(length, file, "the format is none of 1.0, 2.0, 3.0");
    file[7] = 0;
    file[9] = '\xFF'; // a header of 65,000 bytes
    assert_refused(length, file, "the file ends within its header");
    file[6] = 2; // four bytes of length, two of them letters: 2 GB
    assert_refused(length, file, "the file ends within its header");
    assert_refused(0, "", "not an NPY file");
}

// A file cut anywhere is refused, whatever is left of it; so is one with a byte more.
static void npy_header_cut_anywhere_is_refused(void **state)
{
    (void)state;
    char file[1024];
    const size_t length =
        build(file, "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n", 16);
    for (size_t cut = 0; cut < length; cut++) {
        // From memory of that size, so that the sanitizers see one byte read too many.
        char *copy = malloc(cut + (cut == 0));
        assert_non_null(copy);
        memcpy(copy, file, cut);
        assert_refused(cut, copy, "a.npy: ");
        free(copy);
    }
    assert_refused(length + 1, file, "17 bytes of numbers, but its shape says 16");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_header_of_any_wording_is_read),
        cmocka_unit_test(npy_header_faults_are_told_apart),
        cmocka_unit_test(npy_header_signature_version_and_length_are_checked),
        cmocka_unit_test(npy_header_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests_name("io/npy_header", tests, NULL, NULL);
}

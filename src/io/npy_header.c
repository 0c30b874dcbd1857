// SPDX-License-Identifier: BSD-3-Clause
/*
 * The header of an NPY file, formats 1.0 to 3.0.
 *
 * Six bytes of signature, two of version, two or four of header length (little-endian), then a
 * Python dictionary with the keys descr, fortran_order and shape in any order. A recursive descent
 * without recursion: one function for each kind of value. Nothing is believed before it is checked
 * against the length of the file.
 * Source: numpy.lib.format, NEP 1 (2007).
 */
#include "npy.h"

#include "base/alloc.h"
#include "base/status.h"
#include "message.h"

#include <stdint.h>
#include <string.h>

#define SIGNATURE "\x93NUMPY"

// The dictionary, and how far it was read.
typedef struct text {
    const char *at;
    const char *end;
    const char *fault; // what is wrong with it, or NULL
} text;

// Keys seen so far, as bits.
enum { KEY_DESCR = 1, KEY_ORDER = 2, KEY_SHAPE = 4, KEY_ALL = 7 };

static bool fault(text *t, const char *what)
{
    t->fault = what;
    return false;
}

static void skip_space(text *t)
{
    while (t->at < t->end && strchr(" \t\r\n", *t->at) != NULL && *t->at != '\0') {
        t->at++;
    }
}

// Step over the token if it comes next, after space.
static bool take(text *t, const char *token)
{
    skip_space(t);
    const size_t length = strlen(token);
    if ((size_t)(t->end - t->at) < length || memcmp(t->at, token, length) != 0) {
        return false;
    }
    t->at += length;
    return true;
}

// Step over the string if it comes next, in quotes of either kind.
static bool take_string(text *t, const char *string)
{
    skip_space(t);
    const size_t length = strlen(string);
    if ((size_t)(t->end - t->at) < length + 2 || (*t->at != '\'' && *t->at != '"') ||
        memcmp(t->at + 1, string, length) != 0 || t->at[length + 1] != *t->at) {
        return false;
    }
    t->at += length + 2;
    return true;
}

static bool read_descr(text *t, jko_i_npy_header *header)
{
    static const struct {
        const char *name;
        bool integers, big_endian;
    } types[] = {
        {"<f8", false, false}, {">f8", false, true}, {"<i8", true, false}, {">i8", true, true}};
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        if (take_string(t, types[k].name)) {
            header->integers = types[k].integers;
            header->big_endian = types[k].big_endian;
            return true;
        }
    }
    return fault(t, "the type of the numbers is neither float64 nor int64; convert them");
}

static bool read_order(text *t, jko_i_npy_header *header)
{
    header->fortran = take(t, "True");
    return header->fortran || take(t, "False") ||
           fault(t, "fortran_order is neither True nor False");
}

static bool read_length(text *t, size_t *length)
{
    skip_space(t);
    const char *begin = t->at;
    size_t value = 0;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
        const size_t digit = (size_t)(*t->at - '0');
        if (value > (SIZE_MAX - digit) / 10) {
            return fault(t, "a length in shape is too large");
        }
        value = 10 * value + digit;
    }
    *length = value;
    return t->at > begin || fault(t, "shape is not a tuple of lengths");
}

static bool read_shape(text *t, jko_i_npy_header *header)
{
    if (!take(t, "(")) {
        return fault(t, "shape is not a tuple of lengths");
    }
    bool comma = true;
    while (!take(t, ")")) {
        if (!comma) {
            return fault(t, "shape is not a tuple of lengths");
        }
        if (header->dim == JKO_NPY_MAX_DIM) {
            return fault(t, "more than 8 dimensions");
        }
        if (!read_length(t, &header->shape[header->dim])) {
            return false;
        }
        header->dim++;
        comma = take(t, ",");
    }
    if (header->dim == 0) {
        return fault(t, "a single number without dimensions; reshape it to (1,)");
    }
    return header->dim > 1 || comma || fault(t, "shape is not a tuple of lengths");
}

// One key, a colon and its value. seen has the keys so far.
static bool read_entry(text *t, jko_i_npy_header *header, int *seen)
{
    const int key = take_string(t, "descr")           ? KEY_DESCR
                    : take_string(t, "fortran_order") ? KEY_ORDER
                    : take_string(t, "shape")         ? KEY_SHAPE
                                                      : 0;
    if (key == 0 || (*seen & key) != 0 || !take(t, ":")) {
        return fault(t, "the header is not a dictionary of descr, fortran_order and shape");
    }
    *seen |= key;
    return key == KEY_DESCR   ? read_descr(t, header)
           : key == KEY_ORDER ? read_order(t, header)
                              : read_shape(t, header);
}

static bool read_dictionary(text *t, jko_i_npy_header *header)
{
    int seen = 0;
    bool comma = take(t, "{");
    while (!take(t, "}")) {
        if (!comma) {
            return fault(t, "the header is not a dictionary of descr, fortran_order and shape");
        }
        if (!read_entry(t, header, &seen)) {
            return false;
        }
        comma = take(t, ",");
    }
    skip_space(t);
    if (seen != KEY_ALL || t->at != t->end) {
        return fault(t, "the header is not a dictionary of descr, fortran_order and shape");
    }
    return true;
}

// Find the dictionary; *t is set to it. NULL, or what is wrong.
static const char *find_dictionary(size_t length, const char *bytes, text *t)
{
    const size_t signature = strlen(SIGNATURE);
    if (length < signature || memcmp(bytes, SIGNATURE, signature) != 0) {
        return "not an NPY file";
    }
    const unsigned char *after = (const unsigned char *)bytes + signature;
    const size_t rest = length - signature;
    if (rest < 2 || after[0] < 1 || after[0] > 3 || after[1] != 0) {
        return "the format is none of 1.0, 2.0, 3.0";
    }
    const size_t width = after[0] == 1 ? 2 : 4;
    if (rest < 2 + width) {
        return "the file ends within its header";
    }
    size_t header_length = 0;
    for (size_t i = width; i-- > 0;) {
        header_length = header_length << 8 | after[2 + i];
    }
    if (rest - 2 - width < header_length) {
        return "the file ends within its header";
    }
    t->at = bytes + signature + 2 + width;
    t->end = t->at + header_length;
    return NULL;
}

// Multiply the lengths up; false if the product of lengths and item size overflows.
static bool count_numbers(jko_i_npy_header *header, size_t *bytes)
{
    header->count = 1;
    for (size_t axis = 0; axis < header->dim; axis++) {
        if (!jko_i_mul_size(header->count, header->shape[axis], &header->count)) {
            return false;
        }
    }
    return jko_i_mul_size(header->count, JKO_I_NPY_ITEM, bytes);
}

jko_status jko_i_npy_header_read(jko_i_npy_header *header, const char *name, size_t length,
                                 const char *bytes)
{
    char tail[JKO_I_TAIL_SIZE];
    text t = {0};
    *header = (jko_i_npy_header){0};
    const char *wrong = find_dictionary(length, bytes, &t);
    if (wrong == NULL && !read_dictionary(&t, header)) {
        wrong = t.fault;
    }
    size_t want = 0;
    if (wrong == NULL && !count_numbers(header, &want)) {
        wrong = "a length in shape is too large";
    }
    if (wrong != NULL) {
        return jko_i_fail(JKO_ERR_FORMAT, "%s: %s; write it with numpy.save or jko_npy_write",
                          jko_i_tail(tail, name), wrong);
    }
    header->begin = (size_t)(t.end - bytes);
    if (length - header->begin != want) {
        return jko_i_fail(JKO_ERR_FORMAT,
                          "%s: %zu bytes of numbers, but its shape says %zu; the file was cut or "
                          "changed, write it again",
                          jko_i_tail(tail, name), length - header->begin, want);
    }
    return JKO_OK;
}

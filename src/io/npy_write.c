// SPDX-License-Identifier: BSD-3-Clause
/*
 * NPY arrays: written as numpy.save writes them.
 *
 * Format 1.0: the header is filled up with spaces so that the numbers begin at a multiple of 64
 * bytes, for those who map the file. The numbers go out in blocks, byte by byte, least first.
 * Source: numpy.lib.format, NEP 1 (2007).
 */
#include "npy.h"

#include "base/alloc.h"
#include "base/status.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ALIGNMENT 64
#define BEFORE_TEXT 10 // signature, version and header length

// The eight longest lengths and all the rest of the dictionary, filled up.
#define MAX_HEADER 320

// Numbers put together at a time.
#define BLOCK 512

// Fill in the header; returns its length.
static size_t header_text(size_t dim, const size_t *shape, char header[MAX_HEADER])
{
    char *text = header + BEFORE_TEXT;
    const size_t size = MAX_HEADER - BEFORE_TEXT;
    size_t length =
        (size_t)snprintf(text, size, "{'descr': '<f8', 'fortran_order': False, 'shape': (");
    for (size_t axis = 0; axis < dim; axis++) {
        length += (size_t)snprintf(text + length, size - length, "%s%zu%s", axis > 0 ? " " : "",
                                   shape[axis], axis + 1 < dim || dim == 1 ? "," : "");
    }
    length += (size_t)snprintf(text + length, size - length, "), }");
    const size_t total = (BEFORE_TEXT + length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const size_t text_length = total - BEFORE_TEXT;
    memset(text + length, ' ', text_length - length - 1);
    text[text_length - 1] = '\n';
    memcpy(header, "\x93NUMPY\x01\x00", 8);
    header[8] = (char)(text_length & 0xFF);
    header[9] = (char)(text_length >> 8);
    return total;
}

// The numbers as bytes, least first. Errors are kept by the writer.
static void write_values(jko_writer *writer, size_t count, const double *values)
{
    unsigned char block[BLOCK * JKO_I_NPY_ITEM];
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        const size_t n = count - begin < BLOCK ? count - begin : BLOCK;
        for (size_t i = 0; i < n; i++) {
            uint64_t bits = 0;
            memcpy(&bits, &values[begin + i], sizeof bits);
            for (size_t k = 0; k < JKO_I_NPY_ITEM; k++) {
                block[i * JKO_I_NPY_ITEM + k] = (unsigned char)((bits >> (8 * k)) & 0xFF);
            }
        }
        (void)jko_writer_bytes(writer, n * JKO_I_NPY_ITEM, block);
    }
}

static jko_status check(const char *path, size_t dim, const size_t *shape, const double *values,
                        size_t *count)
{
    if (path == NULL || shape == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", path == NULL ? "path" : "shape");
    }
    if (dim == 0 || dim > JKO_NPY_MAX_DIM) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "dim is %zu; it must be from 1 to %d", dim,
                          JKO_NPY_MAX_DIM);
    }
    size_t bytes = 0;
    *count = 1;
    bool fits = true;
    for (size_t axis = 0; fits && axis < dim; axis++) {
        fits = jko_i_mul_size(*count, shape[axis], count);
    }
    if (!fits || !jko_i_mul_size(*count, JKO_I_NPY_ITEM, &bytes)) {
        return jko_i_fail(JKO_ERR_TOO_LARGE, "the product of the %zu lengths in shape overflows",
                          dim);
    }
    if (values == NULL && *count > 0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "values is NULL");
    }
    return JKO_OK;
}

jko_status jko_npy_write(const char *path, size_t dim, const size_t *shape, const double *values)
{
    size_t count = 0;
    jko_status status = check(path, dim, shape, values, &count);
    if (status < 0) {
        return status;
    }
    jko_writer *writer = NULL;
    status = jko_writer_create(&writer, path);
    if (status < 0) {
        return status;
    }
    char header[MAX_HEADER];
    (void)jko_writer_bytes(writer, header_text(dim, shape, header), header);
    write_values(writer, count, values);
    status = jko_writer_commit(writer);
    jko_writer_free(writer);
    return status;
}

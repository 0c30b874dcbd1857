// SPDX-License-Identifier: BSD-3-Clause
/*
 * NPY arrays: read into row-major doubles.
 *
 * Numbers are put together from their bytes, so the order of bytes of neither file nor machine
 * matters, and moved as bits, so that every NaN is kept. Fortran order is undone by an odometer
 * over the indices. O(count) time; memory for the file and once more for the numbers.
 */
#include "npy.h"

#include "base/alloc.h"
#include "base/status.h"
#include "file.h"
#include "message.h"

#include <inttypes.h>
#include <string.h>

// Largest file that is read: what the address space allows, doubled memory while reading included.
#define MAX_BYTES (SIZE_MAX / 8)

static uint64_t read_bits(const unsigned char *bytes, bool big_endian)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < JKO_I_NPY_ITEM; i++) {
        bits = bits << 8 | bytes[big_endian ? i : JKO_I_NPY_ITEM - 1 - i];
    }
    return bits;
}

// The double of an integer, if there is one.
static bool read_integer(uint64_t bits, double *value)
{
    int64_t integer = 0;
    memcpy(&integer, &bits, sizeof integer);
    const double nearest = (double)integer;
    if (nearest >= 0x1p63 || (int64_t)nearest != integer) {
        return false;
    }
    *value = nearest;
    return true;
}

// Where in the file the row-major next number stands: steps[k] numbers apart along axis k.
typedef struct odometer {
    size_t index[JKO_NPY_MAX_DIM];
    size_t steps[JKO_NPY_MAX_DIM];
    size_t at;
} odometer;

static odometer odometer_start(const jko_i_npy_header *header)
{
    odometer o = {0};
    size_t step = 1;
    for (size_t k = 0; k < header->dim; k++) {
        const size_t axis = header->fortran ? k : header->dim - 1 - k;
        o.steps[axis] = step;
        step *= header->shape[axis]; // at most count
    }
    return o;
}

static void odometer_next(odometer *o, const jko_i_npy_header *header)
{
    for (size_t axis = header->dim; axis-- > 0;) {
        o->at += o->steps[axis];
        if (++o->index[axis] < header->shape[axis]) {
            return;
        }
        o->at -= o->index[axis] * o->steps[axis];
        o->index[axis] = 0;
    }
}

static jko_status read_values(const jko_i_npy_header *header, const char *name, const char *bytes,
                              double *values)
{
    const unsigned char *data = (const unsigned char *)bytes + header->begin;
    odometer o = odometer_start(header);
    for (size_t k = 0; k < header->count; k++) {
        const uint64_t bits = read_bits(data + o.at * JKO_I_NPY_ITEM, header->big_endian);
        if (!header->integers) {
            memcpy(&values[k], &bits, sizeof bits);
        } else if (!read_integer(bits, &values[k])) {
            char tail[JKO_I_TAIL_SIZE];
            return jko_i_fail(JKO_ERR_FORMAT,
                              "%s: number %zu is %" PRId64
                              ", which no double equals; save it as float64 or in a larger unit",
                              jko_i_tail(tail, name), k, (int64_t)bits);
        }
        odometer_next(&o, header);
    }
    return JKO_OK;
}

jko_status jko_i_npy_parse(jko_npy **out, const char *name, size_t length, const char *bytes)
{
    jko_i_npy_header header;
    jko_status status = jko_i_npy_header_read(&header, name, length, bytes);
    if (status < 0) {
        return status;
    }
    jko_npy *npy = jko_i_alloc(1, sizeof *npy);
    if (npy == NULL) {
        return jko_i_fail_memory("an array");
    }
    npy->dim = header.dim;
    memcpy(npy->shape, header.shape, sizeof npy->shape);
    npy->values = jko_i_alloc(header.count, sizeof *npy->values);
    status = npy->values == NULL ? jko_i_fail_memory("the numbers of an array")
                                 : read_values(&header, name, bytes, npy->values);
    if (status < 0) {
        jko_npy_free(npy);
        return status;
    }
    *out = npy;
    return JKO_OK;
}

jko_status jko_npy_read(jko_npy **out, const char *path)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of an array pointer");
    }
    *out = NULL;
    if (path == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "path is NULL");
    }
    char *bytes = NULL;
    size_t length = 0;
    jko_status status = jko_i_file_read(path, MAX_BYTES, &bytes, &length);
    if (status >= 0) {
        status = jko_i_npy_parse(out, path, length, bytes);
        jko_i_free(bytes);
    }
    return status;
}

size_t jko_npy_dim(const jko_npy *npy)
{
    return npy == NULL ? 0 : npy->dim;
}

size_t jko_npy_length(const jko_npy *npy, size_t axis)
{
    return axis < jko_npy_dim(npy) ? npy->shape[axis] : 0;
}

const double *jko_npy_values(const jko_npy *npy)
{
    return npy == NULL ? NULL : npy->values;
}

void jko_npy_free(jko_npy *npy)
{
    if (npy != NULL) {
        jko_i_free(npy->values);
        jko_i_free(npy);
    }
}

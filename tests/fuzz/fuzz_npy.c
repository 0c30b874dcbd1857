// SPDX-License-Identifier: BSD-3-Clause
/*
 * Fuzzing target: any bytes as an NPY file.
 *
 * Beyond what the sanitizers see: the shape of an array that is read has as many numbers as the
 * file has room for, each can be read, and a failure gives no array.
 */
#define _GNU_SOURCE // memmem

#include "io/npy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jko_npy *npy = NULL;
    const jko_status status = jko_i_npy_parse(&npy, "fuzz.npy", size, (const char *)data);
    if (status < 0) {
        require(npy == NULL && strstr(jko_error_detail(), "fuzz.npy") != NULL);
        require(status == JKO_ERR_FORMAT);
        return 0;
    }
    require(status == JKO_OK && jko_npy_dim(npy) >= 1 && jko_npy_dim(npy) <= JKO_NPY_MAX_DIM);
    size_t count = 1;
    for (size_t axis = 0; axis < jko_npy_dim(npy); axis++) {
        count *= jko_npy_length(npy, axis);
    }
    require(count <= size / JKO_I_NPY_ITEM);
    uint64_t sum = 0;
    for (size_t k = 0; k < count; k++) {
        uint64_t bits = 0;
        memcpy(&bits, &jko_npy_values(npy)[k], sizeof bits);
        sum += bits;
    }
    // Every number of a float64 file is in the array once, whatever the order: sums of bits agree.
    const size_t begin = size - count * JKO_I_NPY_ITEM;
    if (begin > 0 && memmem(data, begin, "<f8", 3) != NULL) {
        for (size_t k = 0; k < size - begin; k++) {
            sum -= (uint64_t)data[begin + k] << (8 * (k % JKO_I_NPY_ITEM));
        }
        require(sum == 0);
    }
    jko_npy_free(npy);
    return 0;
}

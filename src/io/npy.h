// SPDX-License-Identifier: BSD-3-Clause
/* What an NPY array is inside, and its header. Internal. */
#ifndef JKO_SRC_IO_NPY_H
#define JKO_SRC_IO_NPY_H

#include <jko/io.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes of a number, float64 or int64. */
#define JKO_I_NPY_ITEM ((size_t)8)

struct jko_npy {
    size_t dim;
    size_t shape[JKO_NPY_MAX_DIM];
    double *values; // row-major
};

/* What the header of a file says. */
typedef struct jko_i_npy_header {
    bool integers;   // int64, otherwise float64
    bool big_endian; // order of the bytes of a number
    bool fortran;    // the first index runs fastest
    size_t dim;
    size_t shape[JKO_NPY_MAX_DIM];
    size_t count; // of numbers
    size_t begin; // of the first of them, in bytes from the beginning of the file
} jko_i_npy_header;

/* Read the header of a file of length bytes, named name in messages; JKO_ERR_FORMAT if it is none
   or does not go with that length. */
jko_status jko_i_npy_header_read(jko_i_npy_header *header, const char *name, size_t length,
                                 const char *bytes);

/* As jko_npy_read(), from memory. */
jko_status jko_i_npy_parse(jko_npy **out, const char *name, size_t length, const char *bytes);

#endif

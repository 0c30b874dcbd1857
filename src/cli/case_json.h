// SPDX-License-Identifier: BSD-3-Clause
/* Typed access to the JSON of a case: the first fault is kept, later calls then do nothing. */
#ifndef JKO_SRC_CLI_CASE_JSON_H
#define JKO_SRC_CLI_CASE_JSON_H

#include "case_file.h"

/* Where one reads: an object of the file, and how its keys are called in messages. */
typedef struct case_reader {
    const case_file *file;
    const json_t *object;
    const char *prefix; // "" or "economy." and the like
    jko_status status;  // JKO_OK, or that of the first fault
} case_reader;

/* Refuse the input: a message that names the key, and the status is kept. */
void case_fault(case_reader *reader, jko_status status, const char *key, const char *format, ...)
    CLI_PRINTF(4, 5);

/* That the object has no key but these count ones; "did you mean" otherwise. */
void case_check_keys(case_reader *reader, size_t count, const char *const *keys);

/* Whether a key is there. */
bool case_has(const case_reader *reader, const char *key);

/* The index among count words of the text under a key, which must be there; 0 after a fault. */
size_t case_word(case_reader *reader, const char *key, size_t count, const char *const *words);

/* The object under a key, which must be there; the reader of it starts with the same status. */
case_reader case_object(case_reader *reader, const char *key, const char *prefix);

/* The number under a key, which must be there, or a text nan, inf or -inf; finite is the same
   and not these. */
double case_number(case_reader *reader, const char *key);
double case_finite(case_reader *reader, const char *key);

/* A finite number > 0; status is that of any other. */
double case_positive(case_reader *reader, const char *key, jko_status status);

/* The numbers under a key, [*n]: NULL after a fault or if the list is empty. */
double *case_list(case_reader *reader, const char *key, size_t *n);

/* The n finite numbers under a key; the fault of another length is JKO_ERR_SHAPE. */
double *case_array(case_reader *reader, const char *key, size_t n);

/* The m rows of n numbers under a key, finite or not; and the n rows of n finite numbers. */
double *case_rows(case_reader *reader, const char *key, size_t m, size_t n);
double *case_matrix(case_reader *reader, const char *key, size_t n);

/* The n points under a key, [n][*dim] finite coordinates: each a number or a list of numbers. *dim
   is set by the first point where it is 0. */
double *case_points(case_reader *reader, const char *key, size_t n, size_t *dim);

#endif

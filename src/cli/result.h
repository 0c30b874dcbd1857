// SPDX-License-Identifier: BSD-3-Clause
/* Named results, printed as one JSON object or as a table: both say the same. */
#ifndef JKO_SRC_CLI_RESULT_H
#define JKO_SRC_CLI_RESULT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* An empty set of results; json_decref() releases it. */
json_t *result_create(void);

/* Add a result; without memory the program ends with a message. A number that is not finite
   becomes the text "inf", "-inf" or "nan", as JSON has no such numbers. */
void result_text(json_t *result, const char *name, const char *text);
void result_number(json_t *result, const char *name, double value);
void result_count(json_t *result, const char *name, int64_t value);
void result_numbers(json_t *result, const char *name, size_t n, const double *values);

/* A list of m lists of n numbers, row by row. */
void result_matrix(json_t *result, const char *name, size_t m, size_t n, const double *values);

/* Print on standard output: one JSON object, a result a line; or a table of all but the lists.
   Returns code, or CLI_FAILED after a message if standard output cannot take it. */
int result_print_json(json_t *result, int code);
int result_print_table(json_t *result, int code);

#endif

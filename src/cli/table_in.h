// SPDX-License-Identifier: BSD-3-Clause
/* Masses and ground costs from CSV files. */
#ifndef JKO_SRC_CLI_TABLE_IN_H
#define JKO_SRC_CLI_TABLE_IN_H

#include <jko/jko.h>
#include <stdbool.h>

/* A column of numbers with what names its rows. Start from {0}; masses_free() releases it. */
typedef struct masses {
    const char *path;   // as given
    jko_csv *csv;       // the table; names point into it
    size_t n;           // rows
    size_t column;      // which column was read
    double *mass;       // [n] the column, as in the file
    const char **names; // [n] from the column "sector"; NULL without one
    bool density;       // the column is called "density"
} masses;

/*
 * Read a column of finite numbers: the one named column; if that is NULL "mass", else "density",
 * else the only one that is not x, sector or label; in a file without names its last one. Sector
 * names may not repeat. Returns CLI_OK, or an exit code after a message, as all functions here.
 */
int masses_read(masses *out, const char *path, const char *column);

/* As masses_read(), and no number may be negative. */
int masses_read_nonnegative(masses *out, const char *path, const char *column);

/* Its parts, for tables of another kind: the message for a column that is not there; the names of
   the rows, from the column "sector"; that no number is negative. */
int masses_refuse_column(const masses *m, const char *column);
int masses_read_names(masses *m);
int masses_check_nonnegative(const masses *m);

/* Whether the column "x", if there is one, holds equal steps of that cell width. */
int masses_check_positions(const masses *m, double cell);

/* Multiply densities by the cell width; masses stay. */
void masses_from_density(masses *m, double cell);

/* Whether a and b, where both have sectors, have the same ones in the same order. */
int masses_check_same(const masses *a, const masses *b);

void masses_free(masses *m);

/*
 * The cost from the rows of a to the rows of b in a CSV file: a bare matrix, or one with a first
 * row and a first column of names; these must then be the sectors of a and b, where they have any.
 */
int cost_read(jko_cost **out, const char *path, const masses *a, const masses *b);

/* The entry of a matrix of costs: a number, or infinity where it may be. A NaN, an empty cell and an
   infinity that may not be are refused with advice that fits a matrix, whose rows cannot be left
   out. */
int cost_read_entry(const jko_csv *csv, const char *path, size_t row, size_t column, bool infinite,
                    double *value);

#endif

// SPDX-License-Identifier: BSD-3-Clause
/* Two staircases side by side for one lap, and what is summed along them. Internal. */
#ifndef JKO_SRC_OT_LAP_H
#define JKO_SRC_OT_LAP_H

#include "base/sum.h"
#include "stairs.h"

#include <stdbool.h>

/*
 * One side, read for a lap from some atom on. Entry k is atom (first + k) % n, in lap `lap` before
 * entry `wrap` and one lap on from there.
 */
typedef struct jko_i_lap {
    size_t n;
    size_t first;
    size_t wrap;
    int lap;
    int64_t *end;   // [n + 2], its number 0 the end of the atom before the first
    float *part;    // [n + 2], what ends lack, in units
    double *place;  // [n + 1], as stored, the last one the first again
    double *mass;   // [n]
    uint32_t *near; // [n], the entry of the other side that stands where each ends
} jko_i_lap;

/*
 * Staircase of masses [n] by place, as jko_i_stairs_build() makes it, if each cell is an atom.
 *
 * end [n], part [n]: set, the cumulative masses in whole units and what is left, half a unit at
 * most either way. unit: set, the mass of a unit. false: some cell has no unit of its own,
 * or a unit is too little for a double to hold its digits.
 */
bool jko_i_lap_count(size_t n, const double *mass, int64_t *end, float *part, jko_i_sum *unit);

/* Read stairs from atom cursor->k in lap cursor->lap on, ends from `origin` on: sets n, first, wrap,
   lap, end and place. */
void jko_i_lap_read(jko_i_lap *lap, const jko_i_cursor *cursor, int64_t origin);

/*
 * terms[k] = change of the squared cost when entry k of `own` moves on to entry k + 1, seen from
 * entry own->near[k] of the other side, k < own->n - 1.
 *
 * Returns a size that bounds rounding: each term is off by at most 4 * 2^-53 times its share of it.
 */
double jko_i_lap_changes(double period, const jko_i_lap *own, const jko_i_lap *other,
                         double *terms);

/* The sum of all own->n terms, the last one back to the first entry. */
jko_i_sum jko_i_lap_slope(double period, const jko_i_lap *own, const jko_i_lap *other);

/* The change when entry k of `own` moves on to entry k + 1, seen from entry j of the other side;
   its size as above is added to *size. */
double jko_i_lap_change(double period, const jko_i_lap *own, size_t k, const jko_i_lap *other,
                        size_t j, double *size);

/* The place of entry k of rows less that of entry j of columns. */
double jko_i_lap_apart(double period, const jko_i_lap *rows, size_t k, const jko_i_lap *columns,
                       size_t j);

/*
 * The masses between one end and the next, of rows and columns whose ends are in one array, and
 * parts likewise: mass[t], the row row[t] and the column t - row[t]
 * standing, t < rows->n + columns->n - 1. 0 where both end together. row: one longer than
 * there are steps, the last one any. Returns how many are > 0.
 */
size_t jko_i_lap_masses(const jko_i_lap *rows, const jko_i_lap *columns, const uint32_t *row,
                        jko_i_sum unit, double *mass);

/*
 * An entry that has but one step has it all: put its mass there. ties: whether some steps are 0,
 * which do not count. Returns how many of these are so no longer.
 */
size_t jko_i_lap_settle(const jko_i_lap *own, bool ties, double *mass);

/* Sums of the steps of each entry: sums [own->n]. */
void jko_i_lap_sums(const jko_i_lap *own, const double *mass, double *sums);

/* The cost of moving the masses. */
jko_i_sum jko_i_lap_cost(double period, const jko_i_lap *rows, const jko_i_lap *columns,
                         const uint32_t *row, const double *mass);

/* Running sums in place of x [n], each rounded once; returns the last. */
jko_i_sum jko_i_lap_run(size_t n, double *x);

/*
 * The cells of entries in each step: of row[t], or if `columns` of t - row[t]. order: cells by place
 * of n; NULL if they begin with cell `turn` and go round. first: the place of entry 0.
 */
void jko_i_lap_cells(size_t steps, const uint32_t *row, bool columns, size_t n, size_t first,
                     size_t turn, const size_t *order, size_t *cells);

/* Add to all; returns the largest size before and after. */
double jko_i_lap_shift(size_t n, double *potential, double by);

#endif

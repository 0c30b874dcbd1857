// SPDX-License-Identifier: BSD-3-Clause
/*
 * The monotone plan of a pair of staircases, in vectors: masses are differences of ends, and what
 * each cell gets is added up again, with the rounding of each sum.
 */
#include "base/clones.h"
#include "lap.h"

#define LANES ((size_t)16)
#define BLOCK ((size_t)64)

// A count below 2^61 as a double, rounded once.
JKO_I_PART double to_double(int64_t count)
{
    const double high = (double)(int32_t)(count >> 31);
    return high * 0x1p31 + (double)(int32_t)(count & 0x7fffffff);
}

typedef struct ends {
    const int64_t *rows;
    const int64_t *columns; // in one array with those of the rows
    const float *parts;     // of both likewise
    jko_i_sum unit;
} ends;

// Which end passes in each of `count` steps from number t on: ends of columns follow those of rows.
JKO_I_PART void find_ends(uint32_t columns, uint32_t count, uint32_t t,
                          const uint32_t *restrict row, uint32_t *restrict which)
{
    for (uint32_t q = 0; q < count; q++) {
        which[q] = row[q + 1] > row[q] ? row[q] : columns + (t + q - row[q]);
    }
}

JKO_I_PART void add_steps(const ends *e, size_t count, const uint32_t *restrict which,
                          int64_t *restrict end, double *restrict part, double *restrict mass)
{
    const int64_t *restrict ends_of = e->rows;
    const float *restrict parts = e->parts;
    const jko_i_sum unit = e->unit;
    for (size_t q = 0; q < count; q++) {
        end[q + 1] = ends_of[which[q]];
    }
    for (size_t q = 0; q < count; q++) {
        part[q + 1] = (double)parts[which[q]];
    }
    for (size_t q = 0; q < count; q++) {
        const double units = to_double(end[q + 1] - end[q]) + (part[q + 1] - part[q]);
        const double moved = units * unit.high + units * unit.low;
        // Ends of whole units that are the same pass together, whatever is left of each.
        const double some = moved > 0.0 ? moved : 0.0;
        mass[q] = end[q + 1] > end[q] ? some : 0.0;
    }
    end[0] = end[count];
    part[0] = part[count];
}

static JKO_I_CLONES size_t count_positive(size_t n, const double *x)
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        count += x[k] > 0.0;
    }
    return count;
}

static JKO_I_CLONES void add_masses(const ends *e, size_t steps, const uint32_t *row,
                                    int64_t before, double *mass)
{
    int64_t end[BLOCK + 1] = {before};
    double part[BLOCK + 1] = {0.0};
    uint32_t which[BLOCK];
    const uint32_t columns = (uint32_t)(e->columns - e->rows);
    size_t t = 0;
    for (; t + BLOCK <= steps; t += BLOCK) {
        find_ends(columns, BLOCK, (uint32_t)t, row + t, which);
        add_steps(e, BLOCK, which, end, part, mass + t);
    }
    find_ends(columns, (uint32_t)(steps - t), (uint32_t)t, row + t, which);
    add_steps(e, steps - t, which, end, part, mass + t);
}

size_t jko_i_lap_masses(const jko_i_lap *rows, const jko_i_lap *columns, const uint32_t *row,
                        jko_i_sum unit, double *mass)
{
    const size_t steps = rows->n + columns->n - 1;
    const ends e = {rows->end + 1, columns->end + 1, rows->part + 1, unit};
    add_masses(&e, steps, row, rows->end[0], mass);
    return count_positive(steps, mass);
}

size_t jko_i_lap_settle(const jko_i_lap *own, bool ties, double *mass)
{
    const uint32_t *near = own->near;
    const double *all = own->mass;
    size_t begin = 0;
    size_t filled = 0;
    for (size_t k = 0; k < own->n && !ties; k++) {
        const size_t last = k + near[k];
        const double *from = begin == last ? all + k : mass + begin; // chosen without a branch
        mass[begin] = *from;
        begin = last + 1;
    }
    for (size_t k = 0; k < own->n && ties; k++) {
        size_t last = k + near[k];
        size_t first = begin;
        begin = last + 1;
        last -= last > first && !(mass[last] > 0.0);
        first += last > first && !(mass[first] > 0.0);
        const double *from = first == last ? all + k : mass + first;
        filled += *from > 0.0 && !(mass[first] > 0.0);
        mass[first] = *from;
    }
    return filled;
}

// mass[at], or 0 past `last`.
JKO_I_PART double step_at(const double *mass, uint32_t at, uint32_t last)
{
    const double found = mass[at <= last ? at : last];
    return at <= last ? found : 0.0;
}

// The sums of up to four steps; more are for the caller.
static JKO_I_CLONES void add_block(uint32_t k, uint32_t before, const uint32_t *restrict near,
                                   const double *restrict mass, double *restrict sums)
{
    uint32_t first[LANES];
    uint32_t last[LANES];
    double x[4][LANES];
    for (uint32_t q = 0; q < LANES; q++) {
        last[q] = k + q + near[q];
    }
    first[0] = before;
    for (uint32_t q = 1; q < LANES; q++) {
        first[q] = last[q - 1] + 1;
    }
    for (uint32_t q = 0; q < LANES; q++) {
        x[0][q] = mass[first[q]];
    }
    for (uint32_t q = 0; q < LANES; q++) {
        x[1][q] = step_at(mass, first[q] + 1, last[q]);
    }
    for (uint32_t q = 0; q < LANES; q++) {
        x[2][q] = step_at(mass, first[q] + 2, last[q]);
    }
    for (uint32_t q = 0; q < LANES; q++) {
        x[3][q] = step_at(mass, first[q] + 3, last[q]);
    }
    for (uint32_t q = 0; q < LANES; q++) {
        double left = 0.0;
        double right = 0.0;
        double sum = 0.0;
        double left_error = 0.0;
        double right_error = 0.0;
        double error = 0.0;
        jko_i_two_sum(x[0][q], x[1][q], &left, &left_error);
        jko_i_two_sum(x[2][q], x[3][q], &right, &right_error);
        jko_i_two_sum(left, right, &sum, &error);
        sums[q] = sum + (error + (left_error + right_error));
    }
}

static double add_many(const double *mass, size_t first, size_t last)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t t = first; t <= last; t++) {
        jko_i_sum_add(&sum, mass[t]);
    }
    return sum.high + sum.low;
}

void jko_i_lap_sums(const jko_i_lap *own, const double *mass, double *sums)
{
    size_t begin = 0;
    for (size_t k = 0; k < own->n; k += LANES) {
        const size_t count = own->n - k < LANES ? own->n - k : LANES;
        if (count == LANES) {
            add_block((uint32_t)k, (uint32_t)begin, own->near + k, mass, sums + k);
        }
        for (size_t q = k; q < k + count; q++) {
            const size_t last = q + own->near[q];
            if (count < LANES || last - begin > 3) {
                sums[q] = add_many(mass, begin, last);
            }
            begin = last + 1;
        }
    }
}

static JKO_I_CLONES void turn_cells(size_t steps, const uint32_t *row, bool columns, uint32_t n,
                                    uint32_t shift, size_t *cells)
{
    for (size_t t = 0; t < steps && !columns; t++) {
        const uint32_t cell = row[t] + shift;
        cells[t] = cell >= n ? cell - n : cell;
    }
    for (size_t t = 0; t < steps && columns; t++) {
        const uint32_t cell = (uint32_t)t - row[t] + shift;
        cells[t] = cell >= n ? cell - n : cell;
    }
}

void jko_i_lap_cells(size_t steps, const uint32_t *row, bool columns, size_t n, size_t first,
                     size_t turn, const size_t *order, size_t *cells)
{
    const size_t shift = order != NULL ? first : (first + turn) % n;
    turn_cells(steps, row, columns, (uint32_t)n, (uint32_t)shift, cells);
    for (size_t t = 0; t < steps && order != NULL; t++) {
        cells[t] = order[cells[t]];
    }
}

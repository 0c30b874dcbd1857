// SPDX-License-Identifier: BSD-3-Clause
/*
 * Rows and columns of a cost against potentials.
 *
 * A stored row is one piece; a computed one is taken in pieces on the stack, whose results are put
 * together in order.
 */
#include "measure/cost_rows.h"

#include "base/logsumexp.h"
#include "base/sum.h"

#include <math.h>
#include <stdbool.h>

// Piece of a row, or of a column.
static const double *piece(const jko_cost *cost, bool is_row, size_t at, size_t first, size_t count,
                           double *buffer)
{
    return is_row ? jko_i_cost_row_piece(cost, at, first, count, buffer)
                  : jko_i_cost_column_piece(cost, at, first, count, buffer);
}

static double find_max(const jko_cost *cost, bool is_row, size_t at, const double *p)
{
    double buffer[JKO_I_PIECE];
    double largest = -INFINITY;
    const size_t n = is_row ? cost->n : cost->m;
    for (size_t first = 0, count = 0; first < n; first += count) {
        count = jko_i_cost_piece(cost, n, first);
        const double *c = piece(cost, is_row, at, first, count, buffer);
        largest = fmax(largest, jko_i_row_max(count, p + first, c));
    }
    return largest;
}

double jko_i_cost_row_max(const jko_cost *cost, size_t i, const double *p)
{
    return find_max(cost, true, i, p);
}

double jko_i_cost_column_max(const jko_cost *cost, size_t j, const double *p)
{
    return find_max(cost, false, j, p);
}

static double find_lse(const jko_cost *cost, bool is_row, size_t at, const double *p, double eps)
{
    double buffer[JKO_I_PIECE];
    double largest = -INFINITY;
    double sum = 0.0; // of exp(part - largest)
    const size_t n = is_row ? cost->n : cost->m;
    for (size_t first = 0, count = 0; first < n; first += count) {
        count = jko_i_cost_piece(cost, n, first);
        const double *c = piece(cost, is_row, at, first, count, buffer);
        const double part = jko_i_row_lse(count, p + first, c, eps);
        if (count == n) {
            return part;
        }
        if (part > largest) {
            sum = 1.0 + sum * exp(largest - part);
            largest = part;
        } else if (part > -INFINITY) {
            sum += exp(part - largest);
        }
    }
    return largest + log(sum);
}

double jko_i_cost_row_lse(const jko_cost *cost, size_t i, const double *p, double eps)
{
    return find_lse(cost, true, i, p, eps);
}

double jko_i_cost_column_lse(const jko_cost *cost, size_t j, const double *p, double eps)
{
    return find_lse(cost, false, j, p, eps);
}

double jko_i_cost_row_dot(const jko_cost *cost, size_t i, const double *p)
{
    double buffer[JKO_I_PIECE];
    jko_i_sum sum = {0.0, 0.0};
    for (size_t first = 0, count = 0; first < cost->n; first += count) {
        count = jko_i_cost_piece(cost, cost->n, first);
        const double *c = jko_i_cost_row_piece(cost, i, first, count, buffer);
        if (count == cost->n) {
            return jko_i_dot(count, p, c);
        }
        jko_i_sum_add(&sum, jko_i_dot(count, p + first, c));
    }
    return jko_i_sum_value(&sum);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * A kernel without the entries that are nothing beside the others of their rows.
 *
 * At small epsilon a row of the kernel that potentials are absorbed in has few entries that count,
 * wherever they stand: what is left fits in a cache, where the whole kernel is read from memory at
 * every iteration. What is left out is below the rounding of a row's sum as long as factors are
 * about 1; whoever claims an error asks the whole kernel (absorbed.c).
 *
 * Source: Schmitzer, SIAM J. Sci. Comput. 41 (2019), section 3.3.
 */
#include "truncated.h"

#include "base/alloc.h"
#include "base/clones.h"

#include <string.h>

#define LEAST_ARCS ((size_t)100000)
#define SPARSE ((size_t)16) // one entry in so many: then it is faster than the whole
#define NEGLIGIBLE 1e-24    // of the sum of a row
#define BLOCK ((size_t)16)  // columns that are looked at together
#define LANES ((size_t)4)

bool jko_i_truncated_create(jko_i_truncated *t, size_t m, size_t n)
{
    memset(t, 0, sizeof *t);
    if (m < LEAST_ARCS / n + 1 || n > UINT32_MAX) {
        return true;
    }
    t->m = m;
    t->n = n;
    t->capacity = m * n / SPARSE;
    t->value = jko_i_alloc_unset(t->capacity, sizeof *t->value);
    t->column = jko_i_alloc_unset(t->capacity, sizeof *t->column);
    t->end = jko_i_alloc(m, sizeof *t->end);
    return t->value != NULL && t->column != NULL && t->end != NULL;
}

void jko_i_truncated_free(jko_i_truncated *t)
{
    jko_i_free(t->value);
    jko_i_free(t->column);
    jko_i_free(t->end);
}

static JKO_I_CLONES double count_above(size_t n, const double *row, double least)
{
    double lanes[BLOCK] = {0.0};
    size_t j = 0;
    for (; j + BLOCK <= n; j += BLOCK) {
        for (size_t k = 0; k < BLOCK; k++) {
            lanes[k] += row[j + k] > least ? 1.0 : 0.0;
        }
    }
    for (size_t k = 0; j + k < n; k++) {
        lanes[k] += row[j + k] > least ? 1.0 : 0.0;
    }
    double sum = 0.0;
    for (size_t k = 0; k < BLOCK; k++) {
        sum += lanes[k];
    }
    return sum;
}

void jko_i_truncated_count(jko_i_truncated *t, size_t i, const double *row, double a)
{
    t->end[i] = a > 0.0 ? (size_t)count_above(t->n, row, NEGLIGIBLE * a) : 0;
}

bool jko_i_truncated_reserve(jko_i_truncated *t)
{
    size_t sum = 0;
    for (size_t i = 0; i < t->m; i++) {
        sum += t->end[i];
        t->end[i] = sum;
    }
    t->holds = sum <= t->capacity;
    return t->holds;
}

static size_t start_of(const jko_i_truncated *t, size_t i)
{
    return i > 0 ? t->end[i - 1] : 0;
}

void jko_i_truncated_take(jko_i_truncated *t, size_t i, const double *row, double a)
{
    const double least = NEGLIGIBLE * a;
    const size_t end = t->end[i];
    size_t at = start_of(t, i);
    for (size_t j = 0; j < t->n && at < end; j += BLOCK) {
        const size_t count = t->n - j < BLOCK ? t->n - j : BLOCK;
        if (!(count_above(count, row + j, least) > 0.0)) {
            continue;
        }
        for (size_t k = j; k < j + count; k++) {
            if (row[k] > least) {
                t->value[at] = row[k];
                t->column[at++] = (uint32_t)k;
            }
        }
    }
}

static double multiply(size_t used, const double *value, const uint32_t *column, const double *v)
{
    double lanes[LANES] = {0.0};
    size_t s = 0;
    for (; s + LANES <= used; s += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += value[s + k] * v[column[s + k]];
        }
    }
    for (size_t k = 0; s + k < used; k++) {
        lanes[k] += value[s + k] * v[column[s + k]];
    }
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

void jko_i_truncated_sweep(const jko_i_truncated *t, size_t first, size_t count, const double *a,
                           const double *v, double *u, double *sum)
{
    memset(sum, 0, t->n * sizeof *sum);
    for (size_t i = first; i < first + count; i++) {
        const size_t start = start_of(t, i);
        const size_t used = t->end[i] - start;
        const double *value = t->value + start;
        const uint32_t *column = t->column + start;
        u[i] = a[i] > 0.0 ? a[i] / multiply(used, value, column, v) : 0.0;
        for (size_t s = 0; s < used; s++) {
            sum[column[s]] += u[i] * value[s];
        }
    }
}

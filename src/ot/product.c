// SPDX-License-Identifier: BSD-3-Clause
/*
 * An entropic iterate as a product, without an exponential for each entry.
 *
 * Between a line or circle and itself P_ij = u_i K_(j - i) v_j with 4 n exponentials in all, and
 * its sums are products of the table K with u or v, which fit in the cache: nothing is written
 * before the plan itself. Exponents have the roundings of f / eps, as they have in the sum
 * (f + g - C) / eps. For a matrix the kernel of absorbed.c is at hand, and is read in C's place.
 *
 * Between grids factors may grow to exp(195) or so either way, and entries of K that they could
 * bring below the normal numbers are 0 instead. A sum that is large beside all that was left out
 * has not lost anything that counts; where one is not, or factors are further apart, there is no
 * product.
 *
 * Sums run in lanes, plain for a block and then with the errors of their additions. Each is in one
 * order whatever rows are taken together, so the same bits for any number of threads.
 */
#include "product.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

#define NORMAL 690.0     // exponents above its negative give normal numbers
#define LEAST_ROOM 300.0 // of them for K
#define LOST 1e20        // a sum is so many times what it may have lost
#define LANES ((size_t)8)
#define WIDE ((size_t)16) // likewise, where one row is taken alone
#define GROUP JKO_I_PRODUCT_GROUP
#define BLOCK ((size_t)256)

bool jko_i_product_create(jko_i_product *work, const jko_cost *cost)
{
    const bool has_table = cost->row_stride < 0;
    const size_t longest = cost->m > cost->n ? cost->m : cost->n;
    memset(work, 0, sizeof *work);
    if (jko_i_cost_is_computed(cost)) {
        return true;
    }
    work->m = cost->m;
    work->n = cost->n;
    work->u = jko_i_alloc(cost->m, sizeof *work->u);
    work->v = jko_i_alloc(cost->n, sizeof *work->v);
    work->scaled = jko_i_alloc(longest, sizeof *work->scaled);
    if (has_table) {
        // Room before the last row, for groups that go past it.
        work->table = jko_i_alloc(GROUP + 2 * cost->n - 1, sizeof *work->table);
    }
    return work->u != NULL && work->v != NULL && work->scaled != NULL &&
           (work->table != NULL || !has_table);
}

void jko_i_product_free(jko_i_product *work)
{
    jko_i_free(work->table);
    jko_i_free(work->u);
    jko_i_free(work->v);
    jko_i_free(work->scaled);
}

// Half way between the finite numbers; NaN if there is none.
static double find_middle(size_t n, const double *p)
{
    double least = INFINITY;
    double largest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = isfinite(p[i]) && p[i] < least ? p[i] : least;
        largest = isfinite(p[i]) && p[i] > largest ? p[i] : largest;
    }
    return 0.5 * (least + largest);
}

// factor = exp((p + shift) / eps), 0 where p is -inf. Returns the largest size of an exponent.
static double set_factors(size_t n, const double *p, double shift, double eps, double *factor)
{
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        factor[i] = p[i] == -INFINITY ? p[i] : (p[i] + shift) / eps;
        if (p[i] != -INFINITY && !(fabs(factor[i]) <= largest)) {
            largest = fabs(factor[i]); // NaN too, and for good
        }
    }
    jko_i_vector_exp(n, factor, factor);
    return largest;
}

bool jko_i_product_set_table(jko_i_product *work, const jko_cost *cost, double eps, const double *f,
                             const double *g)
{
    if (work->table == NULL) {
        return false;
    }
    const size_t n = work->n;
    const size_t length = 2 * n - 1;
    const double middle = find_middle(n, f);
    const double highest_u = set_factors(n, f, -middle, eps, work->u);
    const double highest_v = set_factors(n, g, middle - cost->min, eps, work->v);
    const double room = NORMAL - (highest_u + highest_v);
    if (!(room >= LEAST_ROOM)) {
        return false;
    }
    double *table = work->table + GROUP;
    for (size_t k = 0; k < length; k++) {
        const double exponent = (cost->min - cost->storage[k]) / eps;
        table[k] = exponent < -room ? -INFINITY : exponent;
    }
    jko_i_vector_exp(length, table, table);
    work->first = table + (n - 1);
    work->stride = -1;
    work->least = LOST * (double)n * exp(fmax(highest_u, highest_v) - room);
    return true;
}

// factor = exp((p - from) / eps), 0 where p is -inf. False if an exponent is past the limit.
static bool set_residuals(size_t n, const double *p, const double *from, double eps, double limit,
                          double *factor)
{
    for (size_t i = 0; i < n; i++) {
        factor[i] = p[i] == -INFINITY ? p[i] : (p[i] - from[i]) / eps;
        if (p[i] != -INFINITY && !(fabs(factor[i]) <= limit)) {
            return false;
        }
    }
    jko_i_vector_exp(n, factor, factor);
    return true;
}

bool jko_i_product_set_kernel(jko_i_product *work, const double *kernel,
                              const jko_i_scaling *scaling, double eps, const double *f,
                              const double *g)
{
    work->first = kernel;
    work->stride = (ptrdiff_t)work->n;
    work->least = 0.0;
    return work->u != NULL && kernel != NULL && scaling->eps == eps &&
           set_residuals(work->m, f, scaling->f, eps, scaling->limit, work->u) &&
           set_residuals(work->n, g, scaling->g, eps, scaling->limit, work->v);
}

static const double *row_of(const jko_i_product *work, size_t i)
{
    return work->first + (ptrdiff_t)i * work->stride;
}

static inline void add_to(double *high, double *low, double x)
{
    const double t = *high + x;
    const double z = t - *high;
    *low += (*high - (t - z)) + (x - z);
    *high = t;
}

static inline double add_up(size_t lanes, double *high, double *low)
{
    for (size_t half = lanes / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            add_to(high + k, low + k, high[k + half]);
            low[k] += low[k + half];
        }
    }
    return high[0] + low[0];
}

// sums[r] = sum_j p[j + r stride] x_j for a group's rows. That the table's rows overlap is not for the
// compiler to know, which then takes each as a vector.
static JKO_I_CLONES void multiply(size_t n, ptrdiff_t stride, const double *p, const double *x,
                                  double *restrict sums)
{
    double high[GROUP][LANES] = {{0.0}};
    double low[GROUP][LANES] = {{0.0}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        double s[GROUP][LANES] = {{0.0}};
        size_t j = start;
        for (; j + LANES <= end; j += LANES) {
            for (size_t r = 0; r < GROUP; r++) {
                const double *row = p + (ptrdiff_t)r * stride;
                for (size_t k = 0; k < LANES; k++) {
                    s[r][k] += row[j + k] * x[j + k];
                }
            }
        }
        for (size_t r = 0; r < GROUP; r++) {
            const double *row = p + (ptrdiff_t)r * stride;
            for (size_t k = 0; j + k < end; k++) {
                s[r][k] += row[j + k] * x[j + k];
            }
            for (size_t k = 0; k < LANES; k++) {
                add_to(&high[r][k], &low[r][k], s[r][k]);
            }
        }
    }
    for (size_t r = 0; r < GROUP; r++) {
        sums[r] = add_up(LANES, high[r], low[r]);
    }
}

// K x for a group of rows; past the last row of a matrix one is taken again.
static size_t multiply_group(const jko_i_product *work, size_t i, size_t end, const double *x,
                             double *sums)
{
    const size_t rows = end - i < GROUP ? end - i : GROUP;
    if (rows == GROUP || work->stride < 0) {
        multiply(work->n, work->stride, row_of(work, i), x, sums);
        return rows;
    }
    for (size_t r = 0; r < rows; r++) {
        double same[GROUP];
        multiply(work->n, 0, row_of(work, i + r), x, same);
        sums[r] = same[0];
    }
    return rows;
}

// sums_i = factor_i (K x)_i for `count` rows from `first` on. False if one lost digits.
static bool sum(const jko_i_product *work, size_t first, size_t count, const double *factor,
                const double *x, double *sums)
{
    const size_t end = first + count;
    bool complete = true;
    for (size_t i = first, rows = 0; i < end; i += rows) {
        double s[GROUP];
        rows = multiply_group(work, i, end, x, s);
        for (size_t r = 0; r < rows; r++) {
            complete = complete && (factor[i + r] == 0.0 || s[r] >= work->least);
            sums[i + r] = factor[i + r] * s[r];
        }
    }
    return complete;
}

bool jko_i_product_sum_rows(const jko_i_product *work, size_t first, size_t count, double *sums)
{
    return sum(work, first, count, work->u, work->v, sums);
}

void jko_i_product_scale_rows(jko_i_product *work, size_t first, size_t count, const double *x)
{
    for (size_t i = first; i < first + count; i++) {
        work->scaled[i] = x[i] * work->u[i];
    }
}

// K is its own transpose.
bool jko_i_product_sum_columns(const jko_i_product *work, size_t first, size_t count, double *sums,
                               double *scaled)
{
    return sum(work, first, count, work->v, work->u, sums) &&
           sum(work, first, count, work->v, work->scaled, scaled);
}

static JKO_I_CLONES void add_group(size_t n, const double *const *rows, const double *p,
                                   const double *q, double *restrict sums)
{
    const double *r0 = rows[0];
    const double *r1 = rows[1];
    const double *r2 = rows[2];
    const double *r3 = rows[3];
    const double p0 = p[0];
    const double p1 = p[1];
    const double p2 = p[2];
    const double p3 = p[3];
    const double q0 = q[0];
    const double q1 = q[1];
    const double q2 = q[2];
    const double q3 = q[3];
    for (size_t j = 0; j < n; j++) {
        add_to(sums + j, sums + n + j, (p0 * r0[j] + p1 * r1[j]) + (p2 * r2[j] + p3 * r3[j]));
        add_to(sums + 2 * n + j, sums + 3 * n + j,
               (q0 * r0[j] + q1 * r1[j]) + (q2 * r2[j] + q3 * r3[j]));
    }
}

void jko_i_product_add_rows(const jko_i_product *work, size_t first, size_t count, double *sums)
{
    for (size_t i = first; i < first + count; i += GROUP) {
        const double *rows[GROUP];
        double p[GROUP] = {0.0};
        double q[GROUP] = {0.0};
        for (size_t r = 0; r < GROUP; r++) {
            const bool is_row = i + r < first + count;
            rows[r] = row_of(work, is_row ? i + r : i);
            p[r] = is_row ? work->u[i + r] : 0.0;
            q[r] = is_row ? work->scaled[i + r] : 0.0;
        }
        add_group(work->n, rows, p, q, sums);
    }
}

void jko_i_product_scale_columns(jko_i_product *work, const double *y)
{
    for (size_t j = 0; j < work->n; j++) {
        work->scaled[j] = work->v[j] * y[j];
    }
}

typedef struct row_lanes {
    double mass[WIDE];
    double cost[WIDE];
    double rest[WIDE];
    double plain[WIDE];
} row_lanes;

static JKO_I_CLONES void make_row(size_t n, double factor, const double *restrict kernel,
                                  const double *restrict scaled, const double *restrict v,
                                  const double *restrict c, const double *restrict rest,
                                  double *restrict out, jko_i_product_sums *sums)
{
    row_lanes high = {{0.0}, {0.0}, {0.0}, {0.0}};
    row_lanes low = {{0.0}, {0.0}, {0.0}, {0.0}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        row_lanes s = {{0.0}, {0.0}, {0.0}, {0.0}};
        size_t j = start;
        for (; j + WIDE <= end; j += WIDE) {
            for (size_t k = 0; k < WIDE; k++) {
                const double mass = factor * kernel[j + k] * scaled[j + k];
                out[j + k] = mass;
                s.mass[k] += mass;
                s.cost[k] += mass * c[j + k];
                s.rest[k] += rest[j + k] * c[j + k];
                s.plain[k] += kernel[j + k] * v[j + k] * c[j + k];
            }
        }
        for (size_t k = 0; j + k < end; k++) {
            const double mass = factor * kernel[j + k] * scaled[j + k];
            out[j + k] = mass;
            s.mass[k] += mass;
            s.cost[k] += mass * c[j + k];
            s.rest[k] += rest[j + k] * c[j + k];
            s.plain[k] += kernel[j + k] * v[j + k] * c[j + k];
        }
        for (size_t k = 0; k < WIDE; k++) {
            add_to(high.mass + k, low.mass + k, s.mass[k]);
            add_to(high.cost + k, low.cost + k, s.cost[k]);
            add_to(high.rest + k, low.rest + k, s.rest[k]);
            add_to(high.plain + k, low.plain + k, s.plain[k]);
        }
    }
    sums->mass = add_up(WIDE, high.mass, low.mass);
    sums->cost = add_up(WIDE, high.cost, low.cost);
    sums->rest = add_up(WIDE, high.rest, low.rest);
    sums->plain = add_up(WIDE, high.plain, low.plain);
}

jko_i_product_sums jko_i_product_row(const jko_i_product *work, size_t i, double x, const double *c,
                                     const double *rest, double *out)
{
    jko_i_product_sums sums;
    make_row(work->n, x * work->u[i], row_of(work, i), work->scaled, work->v, c, rest, out, &sums);
    sums.plain *= work->u[i];
    return sums;
}

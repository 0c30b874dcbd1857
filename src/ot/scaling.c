// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scaling factors of a kernel in which potentials are absorbed: to and from potentials.
 */
#include "scaling.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/vector.h"

#include <float.h>
#include <math.h>

#define LANES ((size_t)8)

static inline double add_up(const double *lanes)
{
    double sum = 0.0;
    for (size_t k = 0; k < LANES; k++) {
        sum += lanes[k];
    }
    return sum;
}

bool jko_i_scaling_create(jko_i_scaling *s, size_t m, size_t n, double limit)
{
    s->f = jko_i_alloc(m, sizeof *s->f);
    s->g = jko_i_alloc(n, sizeof *s->g);
    s->u = jko_i_alloc(m, sizeof *s->u);
    s->v = jko_i_alloc(n, sizeof *s->v);
    s->sum = jko_i_alloc(n, sizeof *s->sum);
    s->logs = jko_i_alloc(m > n ? m : n, sizeof *s->logs);
    s->eps = 0.0;
    s->limit = limit;
    return s->f != NULL && s->g != NULL && s->u != NULL && s->v != NULL && s->sum != NULL &&
           s->logs != NULL;
}

void jko_i_scaling_free(jko_i_scaling *s)
{
    jko_i_free(s->f);
    jko_i_free(s->g);
    jko_i_free(s->u);
    jko_i_free(s->v);
    jko_i_free(s->sum);
    jko_i_free(s->logs);
}

// log v where there is mass. Returns how many are past the limit.
static JKO_I_CLONES double find_logs(size_t n, const double *restrict b, const double *restrict g,
                                     const double *restrict from, double unit, double limit,
                                     double *restrict logs)
{
    double out[LANES] = {0.0};
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double t = b[j + k] > 0.0 ? (g[j + k] - from[j + k]) * unit : 0.0;
            out[k] += fabs(t) <= limit ? 0.0 : 1.0; // NaN too
            logs[j + k] = t;
        }
    }
    for (; j < n; j++) {
        logs[j] = b[j] > 0.0 ? (g[j] - from[j]) * unit : 0.0;
        out[0] += fabs(logs[j]) <= limit ? 0.0 : 1.0;
    }
    return add_up(out);
}

// p = from + eps log where there is mass. Returns how many logarithms are past the limit.
static JKO_I_CLONES double read_logs(size_t n, const double *restrict mass,
                                     const double *restrict from, const double *restrict logs,
                                     double eps, double limit, double *restrict p)
{
    double out[LANES] = {0.0};
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double t = mass[j + k] > 0.0 ? logs[j + k] : 0.0;
            out[k] += fabs(t) <= limit ? 0.0 : 1.0;
            p[j + k] = mass[j + k] > 0.0 ? from[j + k] + eps * t : p[j + k];
        }
    }
    for (; j < n; j++) {
        const double t = mass[j] > 0.0 ? logs[j] : 0.0;
        out[0] += fabs(t) <= limit ? 0.0 : 1.0;
        p[j] = mass[j] > 0.0 ? from[j] + eps * t : p[j];
    }
    return add_up(out);
}

// b / sum, 1 without mass.
static JKO_I_CLONES void divide(size_t n, const double *restrict b, const double *restrict sum,
                                double *restrict quotient)
{
    for (size_t j = 0; j < n; j++) {
        const double q = b[j] / (b[j] > 0.0 ? sum[j] : 1.0);
        quotient[j] = b[j] > 0.0 ? q : 1.0;
    }
}

static JKO_I_CLONES void clear(size_t n, const double *restrict b, double *restrict v)
{
    for (size_t j = 0; j < n; j++) {
        v[j] = b[j] > 0.0 ? v[j] : 0.0;
    }
}

bool jko_i_scaling_set(jko_i_scaling *s, const jko_i_ot_problem *problem, const double *g)
{
    const size_t n = problem->cost->n;
    if (find_logs(n, problem->b, g, s->g, 1.0 / s->eps, s->limit, s->logs) > 0.0) {
        return false;
    }
    jko_i_vector_exp(n, s->logs, s->v);
    clear(n, problem->b, s->v);
    return true;
}

bool jko_i_scaling_read_rows(jko_i_scaling *s, const jko_i_ot_problem *problem, double *f)
{
    const size_t m = problem->cost->m;
    jko_i_vector_log(m, s->u, s->logs);
    return !(read_logs(m, problem->a, s->f, s->logs, s->eps, s->limit, f) > 0.0);
}

bool jko_i_scaling_read_columns(jko_i_scaling *s, const jko_i_ot_problem *problem, double *next)
{
    const size_t n = problem->cost->n;
    const double *b = problem->b;
    divide(n, b, s->sum, s->logs);
    jko_i_vector_log(n, s->logs, s->logs);
    s->error = jko_i_vector_distance(n, s->v, s->sum, b);
    return !(read_logs(n, b, s->g, s->logs, s->eps, DBL_MAX, next) > 0.0);
}

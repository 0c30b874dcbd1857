// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scaling factors of a kernel in which potentials are absorbed: to and from potentials.
 */
#include "scaling.h"

#include "base/alloc.h"
#include "base/vector.h"

#include <math.h>

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

bool jko_i_scaling_set(jko_i_scaling *s, const jko_i_ot_problem *problem, const double *g)
{
    const size_t n = problem->cost->n;
    double largest = 0.0;
    for (size_t j = 0; j < n; j++) {
        const bool used = problem->b[j] > 0.0;
        s->logs[j] = used ? (g[j] - s->g[j]) / s->eps : 0.0;
        largest = fabs(s->logs[j]) <= largest ? largest : fabs(s->logs[j]);
    }
    if (!(largest <= s->limit)) { // NaN too
        return false;
    }
    jko_i_vector_exp(n, s->logs, s->v);
    for (size_t j = 0; j < n; j++) {
        s->v[j] = problem->b[j] > 0.0 ? s->v[j] : 0.0;
    }
    return true;
}

bool jko_i_scaling_read_rows(jko_i_scaling *s, const jko_i_ot_problem *problem, double *f)
{
    const size_t m = problem->cost->m;
    jko_i_vector_log(m, s->u, s->logs);
    for (size_t i = 0; i < m; i++) {
        if (problem->a[i] > 0.0) {
            if (!(fabs(s->logs[i]) <= s->limit)) {
                return false;
            }
            f[i] = s->f[i] + s->eps * s->logs[i];
        }
    }
    return true;
}

bool jko_i_scaling_read_columns(jko_i_scaling *s, const jko_i_ot_problem *problem, double *next)
{
    const size_t n = problem->cost->n;
    const double *b = problem->b;
    for (size_t j = 0; j < n; j++) {
        s->logs[j] = b[j] > 0.0 ? b[j] / s->sum[j] : 1.0;
    }
    jko_i_vector_log(n, s->logs, s->logs);
    s->error = 0.0;
    for (size_t j = 0; j < n; j++) {
        if (b[j] > 0.0) {
            next[j] = s->g[j] + s->eps * s->logs[j];
            s->error += fabs(s->v[j] * s->sum[j] - b[j]);
            if (!isfinite(next[j])) {
                return false;
            }
        }
    }
    return true;
}

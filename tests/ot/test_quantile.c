// SPDX-License-Identifier: BSD-3-Clause
/* Quantiles: pieces of grids of any size, and extrapolation along the map between two densities. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ot/rotation.h"
#include "support/close.h"

#define MOST 40

// Position at mass t, in cells, by search; the test's own.
static double at(const jko_i_quantile *q, double t)
{
    double lap = 0.0;
    const double total = jko_i_sum_value(&q->total);
    while (q->lap > 0.0 && t < 0.0) {
        t += total;
        lap -= q->lap;
    }
    while (q->lap > 0.0 && t >= total) {
        t -= total;
        lap += q->lap;
    }
    for (size_t k = 0; k < q->count; k++) {
        const double f = t - jko_i_sum_value(&q->begin[k]);
        if (f <= q->mass[k]) {
            return lap + q->edge[k] + q->lead[k] + q->slope[k] * f;
        }
    }
    return lap + q->edge[q->count - 1] + q->lead[q->count - 1] + q->width[q->count - 1];
}

static void fill(jko_t_random *random, size_t n, double empty, double spread, double *mass)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        const bool none = i > 0 && jko_t_uniform(random) < empty;
        mass[i] = none ? 0.0 : 1.0 + spread * jko_t_uniform(random);
        total += mass[i];
    }
    for (size_t i = 0; i < n; i++) {
        mass[i] /= total;
    }
}

static void cells_of_another_grid(void **state)
{
    (void)state;
    jko_t_random random = {81};
    for (int trial = 0; trial < 50; trial++) {
        const size_t m = 1 + jko_t_integer(&random, MOST);
        const size_t n = 1 + jko_t_integer(&random, MOST);
        double a[MOST];
        jko_i_quantile q;
        fill(&random, m, 0.3, 1.0, a);
        assert_true(jko_i_quantile_create(&q, m));
        jko_i_quantile_cells(&q, m, a, n, trial % 2 == 0);
        assert_true(jko_i_quantile_rises(&q));
        assert_close_abs(jko_i_sum_value(&q.total), 1.0, 1e-15);
        size_t k = 0;
        for (size_t i = 0; i < m; i++) {
            if (a[i] > 0.0) {
                const double left = (double)(i * n) / (double)m;
                assert_close_abs(q.edge[k] + q.lead[k], left, 1e-13);
                assert_true(q.edge[k] == floor(q.edge[k]) && q.lead[k] >= 0.0 && q.lead[k] < 1.0);
                assert_close_rel(q.width[k], (double)n / (double)m, 1e-15);
                k++;
            }
        }
        assert_true(k == q.count);
        jko_i_quantile_free(&q);
    }
}

// X + weight (X - Q), mass by mass, and its monotonicity.
static void beyond(void **state)
{
    (void)state;
    jko_t_random random = {82};
    int fell = 0;
    for (int trial = 0; trial < 100; trial++) {
        const bool circle = trial % 2 == 0;
        const size_t n = 2 + jko_t_integer(&random, MOST - 2);
        const double weight = trial % 3 == 0 ? 1.0 / 3.0 : 1.0;
        double a[MOST];
        double p[MOST];
        jko_i_quantile q;
        jko_i_quantile x;
        jko_i_quantile out;
        jko_i_rotation r;
        const jko_i_bent_cost cost = jko_i_plain_cost(2.0);
        fill(&random, n, trial % 5 == 0 ? 0.3 : 0.0, trial % 4 == 0 ? 9.0 : 1.0, a);
        fill(&random, n, 0.0, 1.0, p);
        assert_true(jko_i_quantile_create(&q, n) && jko_i_quantile_create(&x, n) &&
                    jko_i_quantile_create(&out, 2 * n + 2) && jko_i_rotation_create(&r, n));
        jko_i_quantile_cells(&q, n, a, n, circle);
        jko_i_quantile_cells(&x, n, p, n, circle);
        jko_i_rotation_find(&q, &cost, n, p, &r);
        r.pairing.beyond = &out;
        r.pairing.weight = weight;
        jko_i_pair(&q, &cost, n, p, NULL, (jko_i_sum){r.offset, 0.0}, &r.pairing);
        assert_close_abs(jko_i_sum_value(&out.total), 1.0, 1e-14);
        for (int k = 0; k < 40; k++) {
            const double t = ((double)k + 0.5) / 40.0;
            const double want = at(&x, t) + weight * (at(&x, t) - at(&q, t + r.offset));
            assert_close_abs(at(&out, t), want, 1e-11 * (double)n);
        }
        bool rises = true;
        double last = at(&out, 0.0);
        for (int k = 1; k < 4000; k++) {
            const double here = at(&out, (double)k / 4000.0);
            rises = rises && here >= last - 1e-11;
            last = here;
        }
        fell += rises ? 0 : 1;
        // Rises everywhere, so also where it was looked at.
        assert_true(rises || !jko_i_quantile_rises(&out));
        jko_i_quantile_free(&q);
        jko_i_quantile_free(&x);
        jko_i_quantile_free(&out);
        jko_i_rotation_free(&r);
    }
    assert_true(fell > 3 && fell < 97);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_another_grid),
        cmocka_unit_test(beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/laplacian.c: solutions against plain elimination in long double and against
 * closed forms, however weakly parts are joined; and orders that keep graphs sparse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/laplacian.h"
#include "support/close.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 160, LARGE = 1000 };

// A x = b by elimination with partial pivoting; x in b.
static void solve_plainly(size_t n, long double *a, long double *b)
{
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++) {
            best = fabsl(a[i * n + k]) > fabsl(a[best * n + k]) ? i : best;
        }
        for (size_t j = 0; j < n; j++) {
            const long double other = a[k * n + j];
            a[k * n + j] = a[best * n + j];
            a[best * n + j] = other;
        }
        const long double rest = b[k];
        b[k] = b[best];
        b[best] = rest;
        for (size_t i = k + 1; i < n; i++) {
            const long double factor = a[i * n + k] / a[k * n + k];
            b[i] -= factor * b[k];
            for (size_t j = k; j < n; j++) {
                a[i * n + j] -= factor * a[k * n + j];
            }
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) {
            b[k] -= a[k * n + j] * b[j];
        }
        b[k] /= a[k * n + k];
    }
}

// Cliques of a few nodes, or of many, as rows of a plan join its columns.
static void laplacian_agrees_with_plain_elimination(void **state)
{
    (void)state;
    jko_t_need_long_double();
    static long double a[MOST * MOST];
    long double b[MOST];
    jko_t_random random = {91};
    const size_t sizes[] = {1, 2, 3, 30, 101, 130, MOST};
    jko_i_laplacian l;
    assert_true(jko_i_laplacian_create(&l, MOST));
    for (size_t c = 0; c < 2 * (sizeof sizes / sizeof *sizes); c++) {
        const size_t n = sizes[c / 2];
        const size_t largest = c % 2 == 0 ? 4 : n;
        size_t nodes[MOST];
        double shares[MOST];
        double d[MOST];
        const jko_t_random start = random;
        jko_i_laplacian_clear(&l, n);
        memset(a, 0, sizeof a);
        for (int pass = 0; pass < 2; pass++) {
            random = start;
            for (size_t i = 0; i < 60; i++) {
                const size_t used = 1 + jko_t_integer(&random, largest < n ? largest : n);
                const size_t step = 1 + jko_t_integer(&random, n / used);
                const size_t from = jko_t_integer(&random, n);
                for (size_t s = 0; s < used; s++) {
                    nodes[s] = (from + s * step) % n;
                    shares[s] = pow(10.0, -3.0 * jko_t_uniform(&random));
                }
                if (pass == 0) {
                    jko_i_laplacian_join(&l, used, nodes);
                    continue;
                }
                jko_i_laplacian_add(&l, 0.5, used, nodes, shares);
                for (size_t s = 0; s < used * used; s++) {
                    const size_t k = nodes[s / used];
                    const size_t j = nodes[s % used];
                    const long double w = 0.5L * shares[s / used] * shares[s % used];
                    a[k * n + k] += k != j ? w : 0.0L;
                    a[k * n + j] -= k != j ? w : 0.0L;
                }
            }
            if (pass == 0) {
                assert_true(jko_i_laplacian_order(&l) <= (double)(n * n) * (double)n);
            }
        }
        for (size_t k = 0; k < n; k++) {
            const size_t p = l.place[k];
            assert_int_equal(l.node[p], k);
            l.excess[p] = 1e-3 * (1.0 + jko_t_uniform(&random));
            d[p] = jko_t_uniform(&random) - 0.5;
            a[k * n + k] += l.excess[p];
            b[k] = d[p];
        }
        jko_i_laplacian_solve(&l, d);
        solve_plainly(n, a, b);
        for (size_t k = 0; k < n; k++) {
            assert_close_abs(d[l.place[k]], (double)b[k], 1e-10); // the largest is about 1e3
        }
    }
    jko_i_laplacian_free(&l);
}

// Two cliques, all of whose weights to one another together are 1e-30, and excesses of 1e-40: what is
// put on one of them is x and y on each node of the two, with
// excess x + w (x - y) = 1, excess y + w (y - x) = 0.
static void laplacian_parts_that_hardly_join(void **state)
{
    (void)state;
    enum { HALF = 80 };
    const double ws[] = {1e-30, 1e-38, 1e-40, 1e-42};
    jko_i_laplacian l;
    assert_true(jko_i_laplacian_create(&l, 2 * HALF));
    for (size_t c = 0; c < sizeof ws / sizeof *ws; c++) {
        size_t nodes[HALF];
        double shares[HALF];
        double d[2 * HALF];
        const double excess = 1e-40;
        jko_i_laplacian_clear(&l, 2 * HALF);
        for (int pass = 0; pass < 2; pass++) {
            for (size_t part = 0; part < 2; part++) {
                for (size_t s = 0; s < HALF; s++) {
                    nodes[s] = 2 * s + part;
                    shares[s] = 1.0;
                }
                if (pass == 0) {
                    jko_i_laplacian_join(&l, HALF, nodes);
                } else {
                    jko_i_laplacian_add(&l, 1.0, HALF, nodes, shares);
                }
            }
            for (size_t s = 0; pass == 1 && s < HALF; s++) {
                const size_t both[2] = {2 * s, 2 * s + 1};
                const double ones[2] = {1.0, 1.0};
                jko_i_laplacian_add(&l, ws[c], 2, both, ones); // not announced
            }
            if (pass == 0) {
                (void)jko_i_laplacian_order(&l);
            }
        }
        for (size_t k = 0; k < 2 * HALF; k++) {
            l.excess[l.place[k]] = excess;
            d[l.place[k]] = k % 2 == 0 ? 1.0 : 0.0;
        }
        jko_i_laplacian_solve(&l, d);
        const double unit = excess * (excess + 2.0 * ws[c]);
        for (size_t k = 0; k < 2 * HALF; k++) {
            const double want = (k % 2 == 0 ? excess + ws[c] : ws[c]) / unit;
            assert_close_rel(d[l.place[k]], want, 1e-12);
        }
    }
    jko_i_laplacian_free(&l);
}

// A star whose centre is in any place: 1 on the centre, excess 1 everywhere, weights 1. A leaf has
// half of the centre x, and x (1 + leaves / 2) = 1. In a bad order all leaves become joined.
static void laplacian_star_stays_sparse(void **state)
{
    (void)state;
    jko_i_laplacian l;
    double *d = calloc(LARGE, sizeof *d);
    assert_non_null(d);
    assert_true(jko_i_laplacian_create(&l, LARGE));
    const size_t centres[] = {0, 500, LARGE - 1};
    for (size_t c = 0; c < 3; c++) {
        jko_i_laplacian_clear(&l, LARGE);
        double work = 0.0;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t k = 0; k < LARGE; k++) {
                const size_t both[2] = {k, centres[c]};
                const double ones[2] = {1.0, 1.0};
                if (k != centres[c] && pass == 0) {
                    jko_i_laplacian_join(&l, 2, both);
                } else if (k != centres[c]) {
                    jko_i_laplacian_add(&l, 1.0, 2, both, ones);
                }
            }
            work = pass == 0 ? jko_i_laplacian_order(&l) : work;
        }
        assert_at_most(work, 2e5); // of 1.7e8
        for (size_t k = 0; k < LARGE; k++) {
            l.excess[k] = 1.0;
            d[k] = 0.0;
        }
        d[l.place[centres[c]]] = 1.0;
        jko_i_laplacian_solve(&l, d);
        const double x = 1.0 / (1.0 + 0.5 * (LARGE - 1));
        for (size_t k = 0; k < LARGE; k++) {
            assert_close_rel(d[l.place[k]], k == centres[c] ? x : 0.5 * x, 1e-13);
        }
    }
    jko_i_laplacian_free(&l);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laplacian_agrees_with_plain_elimination),
        cmocka_unit_test(laplacian_parts_that_hardly_join),
        cmocka_unit_test(laplacian_star_stays_sparse),
    };
    return cmocka_run_group_tests_name("ot/laplacian", tests, NULL, NULL);
}

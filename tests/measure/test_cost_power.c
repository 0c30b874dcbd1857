// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/measure/cost_power.c, cost_entries.c and cost_rows.c: entries against hypot and pow
 * in long double, the same bits in every piece, sums over rows and columns against a matrix of the
 * same entries, and each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/cost_rows.h"
#include "support/close.h"

#include <math.h>
#include <string.h>

#define M ((size_t)7)
#define N ((size_t)1201) // three pieces of a row
#define MOST ((size_t)3) // coordinates

typedef struct cloud {
    size_t dim;
    double x[M * MOST];
    double y[N * MOST];
    double period[MOST];
    jko_grid *source;
    jko_grid *target;
} cloud;

// Points around `centre`, several periods wide on axes that have one.
static cloud *cloud_create(size_t dim, double centre, double period, jko_t_random *random)
{
    static cloud c;
    c = (cloud){.dim = dim};
    for (size_t k = 0; k < M * dim; k++) {
        c.x[k] = centre + 4.0 * jko_t_uniform(random) - 2.0;
    }
    for (size_t k = 0; k < N * dim; k++) {
        c.y[k] = 4.0 * jko_t_uniform(random) - 2.0;
    }
    c.period[0] = period;
    assert_int_equal(jko_grid_create_points(&c.source, M, dim, c.x, c.period), JKO_OK);
    assert_int_equal(jko_grid_create_points(&c.target, N, dim, c.y, c.period), JKO_OK);
    return &c;
}

static void cloud_free(cloud *c)
{
    jko_grid_free(c->source);
    jko_grid_free(c->target);
}

static double want(const cloud *c, size_t i, size_t j, double power)
{
    long double d = 0.0L;
    for (size_t k = 0; k < c->dim; k++) {
        const long double along = (long double)c->x[i * c->dim + k] - c->y[j * c->dim + k];
        d = hypotl(d, c->period[k] > 0.0 ? remainderl(along, c->period[k]) : along);
    }
    return (double)powl(d, power);
}

static void entries_are_powers_of_distances(void **state)
{
    (void)state;
    const double powers[] = {1.0, 2.0, 3.0, 1.5};
    jko_t_random random = {41};
    for (size_t k = 0; k < 4 * MOST * 2; k++) {
        const double power = powers[k % 4];
        cloud *c = cloud_create(1 + k / 8, 0.0, k % 8 < 4 ? 0.0 : 0.75, &random);
        jko_cost *cost = NULL;
        double largest = 0.0;
        double least = INFINITY;
        assert_int_equal(jko_cost_create_power(&cost, c->source, c->target, power), JKO_OK);
        assert_true(jko_cost_rows(cost) == M && jko_cost_columns(cost) == N);
        for (size_t i = 0; i < M; i++) {
            for (size_t j = 0; j < N; j++) {
                const double entry = jko_cost_get(cost, i, j);
                // Differences of coordinates up to 4 round by 2^-51, costs by their slope times it.
                assert_close_abs(entry, want(c, i, j, power), 1e-14 * (1.0 + want(c, i, j, power)));
                largest = fmax(largest, entry);
                least = fmin(least, entry);
            }
        }
        assert_true(jko_cost_max(cost) == largest && cost->min == least);
        assert_true(isnan(jko_cost_get(cost, M, 0)) && isnan(jko_cost_get(cost, 0, N)));
        assert_true(jko_i_cost_storage_length(cost) == 0);
        jko_cost_free(cost);
        cloud_free(c);
    }
}

// Pieces of any length and place, of rows and columns, have the bits of single entries.
static void pieces_have_the_bits_of_entries(void **state)
{
    (void)state;
    const double powers[] = {1.0, 2.0, 2.5};
    const size_t starts[] = {0, 1, 3, 64, 511};
    const size_t counts[] = {1, 2, 3, 7, 64, 333, 512};
    jko_t_random random = {42};
    for (size_t k = 0; k < 9; k++) {
        cloud *c = cloud_create(1 + k / 3, 0.0, k % 2 == 0 ? 0.0 : 1.25, &random);
        jko_cost *cost = NULL;
        double buffer[JKO_I_PIECE];
        assert_int_equal(jko_cost_create_power(&cost, c->source, c->target, powers[k % 3]), JKO_OK);
        for (size_t s = 0; s < 5 * 7; s++) {
            const size_t first = starts[s % 5];
            const size_t count = counts[s / 5];
            const double *row = jko_i_cost_row_piece(cost, s % M, first, count, buffer);
            for (size_t j = 0; j < count; j++) {
                const double entry = jko_i_cost_entry(cost, s % M, first + j);
                assert_same_bits(1, &row[j], &entry);
            }
        }
        for (size_t j = 0; j < N; j++) {
            const double *column = jko_i_cost_column_piece(cost, j, 2, M - 2, buffer);
            for (size_t i = 2; i < M; i++) {
                const double entry = jko_cost_get(cost, i, j);
                assert_same_bits(1, &column[i - 2], &entry);
            }
        }
        jko_cost_free(cost);
        cloud_free(c);
    }
}

// Against a matrix of the same entries, where a row is one piece.
static void rows_and_columns_agree_with_a_matrix(void **state)
{
    (void)state;
    static double matrix[M * N];
    static double p[N];
    jko_t_random random = {43};
    cloud *c = cloud_create(2, 0.0, 0.0, &random);
    jko_cost *cost = NULL;
    jko_cost *stored = NULL;
    assert_int_equal(jko_cost_create_power(&cost, c->source, c->target, 2.0), JKO_OK);
    for (size_t k = 0; k < M * N; k++) {
        matrix[k] = jko_cost_get(cost, k / N, k % N);
    }
    assert_int_equal(jko_cost_create_matrix(&stored, M, N, matrix), JKO_OK);
    for (size_t j = 0; j < N; j++) {
        p[j] = jko_t_integer(&random, 5) == 0 ? -(double)INFINITY : jko_t_uniform(&random);
    }
    p[0] = 0.5;
    for (size_t i = 0; i < M; i++) {
        assert_true(jko_i_cost_row_max(cost, i, p) == jko_i_cost_row_max(stored, i, p));
        assert_close_rel(jko_i_cost_row_lse(cost, i, p, 0.01),
                         jko_i_cost_row_lse(stored, i, p, 0.01), 1e-14);
    }
    for (size_t j = 0; j < N; j++) {
        assert_true(jko_i_cost_column_max(cost, j, p) == jko_i_cost_column_max(stored, j, p));
        const double lse = jko_i_cost_column_lse(stored, j, p, 0.01);
        assert_same_bits(1, &lse, &(double){jko_i_cost_column_lse(cost, j, p, 0.01)});
    }
    for (size_t j = 0; j < N; j++) {
        p[j] = jko_t_uniform(&random);
    }
    for (size_t i = 0; i < M; i++) {
        assert_close_rel(jko_i_cost_row_dot(cost, i, p), jko_i_cost_row_dot(stored, i, p), 1e-15);
        memset(p, 0, sizeof p);
        p[700] = 2.0;
        assert_true(jko_i_cost_row_dot(cost, i, p) == 2.0 * jko_cost_get(cost, i, 700));
    }
    for (size_t j = 0; j < N; j++) {
        p[j] = -(double)INFINITY;
    }
    assert_true(jko_i_cost_row_lse(cost, 0, p, 0.01) == -(double)INFINITY);
    jko_cost_free(stored);
    jko_cost_free(cost);
    cloud_free(c);
}

static void shared_cost_is_moved(void **state)
{
    (void)state;
    jko_t_random random = {44};
    cloud *c = cloud_create(2, 50.0, 0.0, &random);
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_power(&cost, c->source, c->target, 1.0), JKO_OK);
    assert_true(cost->min > 60.0);
    jko_cost *moved = jko_i_cost_share(cost, cost->min);
    assert_non_null(moved);
    for (size_t j = 0; j < N; j++) {
        assert_true(jko_cost_get(moved, 3, j) == jko_cost_get(cost, 3, j) - cost->min);
    }
    assert_true(moved->min == 0.0 && moved->max == cost->max - cost->min);
    jko_cost_free(moved);
    assert_true(jko_cost_get(cost, 3, 4) > 60.0); // its coordinates are still there
    jko_cost_free(cost);
    cloud_free(c);
}

static void grids_and_powers_out_of_range_are_refused(void **state)
{
    (void)state;
    const double origin[] = {0.0, 0.0};
    const struct {
        double at[2];
        double power;
        jko_status status;
    } cases[] = {
        {{1e160, 0.0}, 2.0, JKO_ERR_NUMERIC}, {{1e-150, 0.0}, 1.0, JKO_ERR_NUMERIC},
        {{1e40, 0.0}, 9.0, JKO_ERR_NUMERIC},  {{1.0, 1.0}, 0.5, JKO_ERR_ARGUMENT},
        {{1.0, 1.0}, NAN, JKO_ERR_ARGUMENT},  {{1.0, 1.0}, INFINITY, JKO_ERR_ARGUMENT},
        {{1e-140, 0.0}, 1.0, JKO_OK},         {{0.0, 0.0}, 2.0, JKO_OK},
        {{-1e150, 1e149}, 2.0, JKO_OK},
    };
    jko_grid *source = NULL;
    jko_grid *line = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(jko_grid_create_points(&source, 1, 2, origin, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_line(&line, 3, 1.0), JKO_OK);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        jko_grid *target = NULL;
        assert_int_equal(jko_grid_create_points(&target, 1, 2, cases[k].at, NULL), JKO_OK);
        cost = (jko_cost *)&cost; // any pointer that is not NULL
        assert_int_equal(jko_cost_create_power(&cost, source, target, cases[k].power),
                         cases[k].status);
        assert_true((cost == NULL) == (cases[k].status < 0));
        if (cost != NULL) {
            assert_close_rel(jko_cost_max(cost),
                             pow(hypot(cases[k].at[0], cases[k].at[1]), cases[k].power), 1e-15);
        }
        jko_cost_free(cost);
        jko_grid_free(target);
    }
    assert_int_equal(jko_cost_create_power(NULL, source, source, 2.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_power(&cost, NULL, source, 2.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_power(&cost, source, NULL, 2.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_power(&cost, source, line, 2.0), JKO_ERR_SHAPE);
    assert_null(cost);
    jko_grid_free(line);
    jko_grid_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_powers_of_distances),
        cmocka_unit_test(pieces_have_the_bits_of_entries),
        cmocka_unit_test(rows_and_columns_agree_with_a_matrix),
        cmocka_unit_test(shared_cost_is_moved),
        cmocka_unit_test(grids_and_powers_out_of_range_are_refused),
    };
    return cmocka_run_group_tests_name("measure/cost_power", tests, NULL, NULL);
}

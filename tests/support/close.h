// SPDX-License-Identifier: BSD-3-Clause
/* Comparing doubles in tests; cmocka 1.1.5 has no comparison that keeps their digits. Include
   after <cmocka.h>. */
#ifndef JKO_TESTS_SUPPORT_CLOSE_H
#define JKO_TESTS_SUPPORT_CLOSE_H

#include <stddef.h>

/* Fail unless |got - want| <= tolerance (both values are printed); equal infinities pass. */
#define assert_close_abs(got, want, tolerance)                                                     \
    jko_t_close((got), (want), (tolerance), 0.0, #got, __FILE__, __LINE__)

/* Fail unless |got - want| <= tolerance * |want|. */
#define assert_close_rel(got, want, tolerance)                                                     \
    jko_t_close((got), (want), 0.0, (tolerance), #got, __FILE__, __LINE__)

/* Fail unless got <= limit; NaN fails. */
#define assert_at_most(got, limit) jko_t_at_most((got), (limit), #got, __FILE__, __LINE__)

/* Fail unless the two arrays of n doubles have the same bits. */
#define assert_same_bits(n, got, want) jko_t_same_bits((n), (got), (want), #got, __FILE__, __LINE__)

void jko_t_close(double got, double want, double abs_tol, double rel_tol, const char *what,
                 const char *file, int line);
void jko_t_at_most(double got, double limit, const char *what, const char *file, int line);
void jko_t_same_bits(size_t n, const double *got, const double *want, const char *what,
                     const char *file, int line);

/* Skip the running test where long double is no wider than double, as it is under valgrind. */
void jko_t_need_long_double(void);

/* A random number generator with a seed to print (splitmix64): uniform on [0, 1), exponential
   with mean 1, and an integer in [0, below). */
typedef struct jko_t_random {
    unsigned long long state;
} jko_t_random;
double jko_t_uniform(jko_t_random *random);
double jko_t_exponential(jko_t_random *random);
size_t jko_t_integer(jko_t_random *random, size_t below);

#endif

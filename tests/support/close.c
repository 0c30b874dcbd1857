// SPDX-License-Identifier: BSD-3-Clause
/*
 * Comparing doubles in tests, and random inputs with a seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <math.h>
#include <string.h>

void jko_t_close(double got, double want, double abs_tol, double rel_tol, const char *what,
                 const char *file, int line)
{
    // Written so that a NaN on either side fails; equal infinities pass by the first test.
    if (got == want || fabs(got - want) <= abs_tol + rel_tol * fabs(want)) {
        return;
    }
    print_error("%s is %.17g, expected %.17g: off by %.3g, allowed %.3g\n", what, got, want,
                fabs(got - want), abs_tol + rel_tol * fabs(want));
    _fail(file, line);
}

void jko_t_need_long_double(void)
{
    const volatile long double one = 1.0L;
    const volatile long double more = one + 0x1p-60L; // volatile: summed when the test runs
    if (more == one) {
        skip();
    }
}

void jko_t_at_most(double got, double limit, const char *what, const char *file, int line)
{
    if (got <= limit) {
        return;
    }
    print_error("%s is %.17g, allowed at most %.17g\n", what, got, limit);
    _fail(file, line);
}

void jko_t_same_bits(size_t n, const double *got, const double *want, const char *what,
                     const char *file, int line)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&got[i], &want[i], sizeof got[i]) != 0) {
            print_error("%s[%zu] is %.17g, expected the bits of %.17g\n", what, i, got[i], want[i]);
            _fail(file, line);
        }
    }
}

static unsigned long long next(jko_t_random *random)
{
    unsigned long long z = random->state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

double jko_t_uniform(jko_t_random *random)
{
    return (double)(next(random) >> 11) * 0x1p-53;
}

double jko_t_exponential(jko_t_random *random)
{
    return -log1p(-jko_t_uniform(random));
}

size_t jko_t_integer(jko_t_random *random, size_t below)
{
    return (size_t)(next(random) % below);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Checks on arrays of masses: the one place that says what a measure is.
 */
#include "base/status.h"
#include "base/sum.h"
#include "base/vector.h"

#include <float.h>
#include <jko/measure.h>
#include <math.h>

static jko_status check(const char *name, size_t n, const double *mass, double *total)
{
    if (n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "%s has length 0; at least one cell is needed", name);
    }
    if (mass == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", name);
    }
    // Most arrays are as they must be, which a vector tells; else the first entry that is not.
    const size_t checked = jko_i_vector_is_within(n, mass, 0.0, DBL_MAX) ? 0 : n;
    for (size_t i = 0; i < checked; i++) {
        if (!isfinite(mass[i])) {
            return jko_i_fail(JKO_ERR_NONFINITE, "%s[%zu] is %g; masses must be finite numbers",
                              name, i, mass[i]);
        }
        if (mass[i] < 0.0) {
            return jko_i_fail(JKO_ERR_NEGATIVE_MASS, "%s[%zu] is %.17g; masses must be >= 0", name,
                              i, mass[i]);
        }
    }
    const double sum = jko_i_sum_array(n, mass);
    if (!(sum > 0.0)) {
        return jko_i_fail(JKO_ERR_ZERO_MASS, "all %zu entries of %s are 0; some mass is needed", n,
                          name);
    }
    if (!isfinite(sum)) {
        return jko_i_fail(JKO_ERR_NONFINITE, "the total of %s overflows; scale the masses down",
                          name);
    }
    if (total != NULL) {
        *total = sum;
    }
    return JKO_OK;
}

jko_status jko_measure_check(size_t n, const double *mass, double *total)
{
    return check("mass", n, mass, total);
}

jko_status jko_measure_check_pair(size_t m, const double *a, size_t n, const double *b,
                                  double *total_a, double *total_b)
{
    double sum_a = 0.0;
    double sum_b = 0.0;
    jko_status status = check("a", m, a, &sum_a);
    if (status >= 0) {
        status = check("b", n, b, &sum_b);
    }
    if (status < 0) {
        return status;
    }
    if (fabs(sum_a - sum_b) > JKO_MASS_TOLERANCE * fmax(sum_a, sum_b)) {
        return jko_i_fail(JKO_ERR_MASS_MISMATCH,
                          "the total of a is %.17g and that of b is %.17g; scale one of them, they "
                          "may differ by rounding only (%g relative)",
                          sum_a, sum_b, JKO_MASS_TOLERANCE);
    }
    if (total_a != NULL) {
        *total_a = sum_a;
    }
    if (total_b != NULL) {
        *total_b = sum_b;
    }
    return JKO_OK;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for an increasing function, kept inside the bracket of the signs seen so far.
 *
 * A step that leaves the bracket becomes a bisection, and so does one that is not half the step
 * before it once both signs are known. The end is where the step or f is down to
 * rounding, or where both have stopped shrinking well below the scale of x: f then holds nothing
 * but its own rounding.
 */
#include "economy/root.h"

#include <float.h>
#include <math.h>

// Newton needs 2 to 5; bisection of a bracket of 1e15 to rounding needs about 100.
#define LIMIT 200
// A few roundings of x.
#define ROUNDING (4.0 * DBL_EPSILON)
// Newton is quadratic here: a residual that does not halve below this is noise.
#define NOISE 1e-10

bool jko_i_root(jko_i_function *f, void *context, double start)
{
    double low = -INFINITY;
    double high = INFINITY;
    double x = start;
    double last = INFINITY;   // |f| at the point before
    double length = INFINITY; // of the step before
    bool newton = true;       // was the step before Newton's?
    for (int k = 0; k < LIMIT; k++) {
        double slope = 1.0;
        const double value = f(context, x, &slope);
        const double scale = 1.0 + fabs(x);
        if (isnan(value)) {
            return false;
        }
        if (fabs(value) <= ROUNDING * scale || fabs(value / slope) <= ROUNDING * scale ||
            (newton && fabs(value) <= NOISE * scale && fabs(value) >= 0.5 * last)) {
            return true;
        }
        last = fabs(value);
        if (value < 0.0) {
            low = x;
        } else {
            high = x;
        }
        if (high - low <= ROUNDING * scale) {
            return true; // no double lies between them
        }
        double next = x - value / slope;
        if (!(next > low && next < high)) { // also where the step is not finite
            next = value < 0.0 ? x + scale : x - scale;
        }
        newton = !(isfinite(low) && isfinite(high)) ||
                 (next > low && next < high && fabs(next - x) <= 0.5 * length);
        if (!newton) {
            next = low + 0.5 * (high - low);
        }
        length = fabs(next - x);
        x = next;
    }
    return false;
}

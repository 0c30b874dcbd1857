// SPDX-License-Identifier: BSD-3-Clause
/*
 * The Illinois method: secants of a bracket, halving the value of an end that stays twice; the middle
 * where a value is infinite, and every so often besides, so that a jump costs few steps too.
 */
#include "recompute_root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define STEPS 200
#define MIDDLE_EVERY 3
#define DOUBLINGS 300

typedef long double real;

real recompute_root(real (*f)(void *context, real x), void *context, real low, real high,
                    real width)
{
    real at_low = f(context, low);
    real at_high = high > low ? f(context, high) : at_low;
    real way = fmaxl(high - low, fmaxl(fabsl(low), fabsl(high)) * LDBL_EPSILON + LDBL_MIN);
    for (int k = 0; k < DOUBLINGS && at_low > 0.0L; k++, way *= 4.0L) {
        high = low;
        at_high = at_low;
        low -= way;
        at_low = f(context, low);
    }
    for (int k = 0; k < DOUBLINGS && at_high < 0.0L; k++, way *= 4.0L) {
        low = high;
        at_low = at_high;
        high += way;
        at_high = f(context, high);
    }
    int last = 0; // the side that moved
    for (int k = 1; k <= STEPS && high - low > width && at_low < 0.0L && at_high > 0.0L; k++) {
        const bool secant = isfinite(at_low) && isfinite(at_high) && k % MIDDLE_EVERY != 0;
        const real share = secant ? at_low / (at_low - at_high) : 0.5L;
        // No closer to an end than matters: beyond the root at last, and the bracket is small.
        const real least = fminl(width / (2.0L * (high - low)), 0.5L);
        const real x = low + fminl(fmaxl(share, least), 1.0L - least) * (high - low);
        if (!(x > low && x < high)) {
            // The secant meets an end where rounding begins; the middle may still be inside.
            if (!secant) {
                break;
            }
            continue;
        }
        const real here = f(context, x);
        if (here < 0.0L) {
            low = x;
            at_low = here;
            at_high /= last < 0 ? 2.0L : 1.0L;
            last = -1;
        } else if (here > 0.0L) {
            high = x;
            at_high = here;
            at_low /= last > 0 ? 2.0L : 1.0L;
            last = 1;
        } else {
            return x;
        }
    }
    return at_low == 0.0L ? low : at_high == 0.0L ? high : low + (high - low) / 2.0L;
}

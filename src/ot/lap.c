// SPDX-License-Identifier: BSD-3-Clause
/*
 * Staircases of all cells, in vectors, and one lap of them.
 *
 * Cumulative masses are sums in two doubles, in a few chains side by side; of each, whole units of
 * the total are taken and what is left is kept.
 */
#include "lap.h"

#include "base/clones.h"

#include <math.h>
#include <string.h>

#define LANES ((size_t)16)
#define BLOCK ((size_t)64)
#define LEAST_UNIT 1e-290 // its second double is held too

// Units to a mass of 1, as a sum in two doubles: 2^60 / whole.
static jko_i_sum find_scale(const jko_i_sum *whole)
{
    const double unit = (double)JKO_I_WHOLE;
    const double high = unit / whole->high;
    const double rest = fma(-high, whole->high, unit) - high * whole->low;
    const jko_i_sum scale = {high, rest / whole->high};
    return scale;
}

// Whole units of sums in two doubles, and what is left of each.
JKO_I_PART void split_units(size_t count, const double *high_sums, const double *low_sums,
                            jko_i_sum scale, int64_t *end, float *part)
{
    for (size_t q = 0; q < count; q++) {
        const double high = high_sums[q] * scale.high;
        const double rest = fma(high_sums[q], scale.high, -high) +
                            (low_sums[q] * scale.high + high_sums[q] * scale.low);
        // In two steps, as there are vectors for whole numbers of 32 bits.
        const int32_t upper = (int32_t)(high * 0x1p-30);
        const double under = high - (double)upper * 0x1p30;
        const int32_t lower = (int32_t)under;
        const double some = (under - (double)lower) + rest;
        const int32_t more = (int32_t)(some + (some < 0.0 ? -0.5 : 0.5));
        end[q] = (int64_t)upper * (1 << 30) + (int64_t)(lower + more);
        part[q] = (float)(some - (double)more);
    }
}

#define CHAINS ((size_t)4)

// Running sums in chains of their own, as each addition waits for the one before; sums[c]: before
// the first of chain c.
static JKO_I_CLONES void count_units(size_t length, const double *mass, double even,
                                     const jko_i_sum *sums, jko_i_sum scale, int64_t *end,
                                     float *part)
{
    jko_i_sum sum[CHAINS];
    double high[CHAINS][BLOCK];
    double low[CHAINS][BLOCK];
    for (size_t c = 0; c < CHAINS; c++) {
        sum[c] = sums[c];
    }
    for (size_t r = 0; r < length; r += BLOCK) {
        const size_t count = length - r < BLOCK ? length - r : BLOCK;
        for (size_t q = 0; q < count; q++) {
            for (size_t c = 0; c < CHAINS; c++) {
                jko_i_sum_add(sum + c, even * mass[c * length + r + q]);
                high[c][q] = sum[c].high;
                low[c][q] = sum[c].low;
            }
        }
        for (size_t c = 0; c < CHAINS; c++) {
            split_units(count, high[c], low[c], scale, end + c * length + r, part + c * length + r);
        }
    }
}

static JKO_I_CLONES int64_t least_step(size_t n, const int64_t *end)
{
    int64_t least[LANES];
    for (size_t q = 0; q < LANES; q++) {
        least[q] = end[0];
    }
    for (size_t r = 1; r < n; r += LANES) {
        const size_t count = n - r < LANES ? n - r : LANES;
        for (size_t q = 0; q < count; q++) {
            const int64_t step = end[r + q] - end[r + q - 1];
            least[q] = step < least[q] ? step : least[q];
        }
    }
    for (size_t q = 1; q < LANES; q++) {
        least[0] = least[q] < least[0] ? least[q] : least[0];
    }
    return least[0];
}

// What comes before each chain of that length, and before what is left.
static void start_chains(size_t length, const double *x, jko_i_sum *sums)
{
    sums[0] = (jko_i_sum){0.0, 0.0};
    for (size_t c = 0; c < CHAINS; c++) {
        const jko_i_sum chain = jko_i_sum_in_two(length, x + c * length);
        sums[c + 1] = sums[c];
        jko_i_sum_join(sums + c + 1, &chain);
    }
}

bool jko_i_lap_count(size_t n, const double *mass, int64_t *end, float *part, jko_i_sum *unit)
{
    const size_t length = n / CHAINS;
    jko_i_sum sums[CHAINS + 1];
    start_chains(length, mass, sums);
    const size_t rest = CHAINS * length;
    const jko_i_sum last = jko_i_sum_in_two(n - rest, mass + rest);
    jko_i_sum whole = sums[CHAINS];
    jko_i_sum_join(&whole, &last);
    // Totals near the end of what a double holds are moved away from there, by a power of two.
    const double even = whole.high > 1e200 ? 0x1p-600 : 1.0;
    unit->high = whole.high / (double)JKO_I_WHOLE;
    unit->low = whole.low / (double)JKO_I_WHOLE;
    if (unit->high < LEAST_UNIT) {
        return false;
    }
    whole.high *= even;
    whole.low *= even;
    for (size_t c = 0; c <= CHAINS; c++) {
        sums[c].high *= even;
        sums[c].low *= even;
    }
    const jko_i_sum scale = find_scale(&whole);
    count_units(length, mass, even, sums, scale, end, part);
    for (size_t r = rest; r < n; r++) {
        jko_i_sum_add(sums + CHAINS, even * mass[r]);
        split_units(1, &sums[CHAINS].high, &sums[CHAINS].low, scale, end + r, part + r);
    }
    end[n - 1] = JKO_I_WHOLE;
    part[n - 1] = 0.0F;
    return least_step(n, end) > 0;
}

void jko_i_lap_read(jko_i_lap *lap, const jko_i_cursor *cursor, int64_t origin)
{
    const jko_i_stairs *stairs = cursor->stairs;
    const size_t n = stairs->n;
    const size_t first = cursor->k;
    const int64_t shift = cursor->lap * JKO_I_WHOLE - origin;
    lap->n = n;
    lap->first = first;
    lap->lap = cursor->lap;
    lap->wrap = n - first;
    lap->end[0] = (first > 0 ? stairs->end[first - 1] : 0) + shift;
    for (size_t k = 0; k < n - first; k++) {
        lap->end[1 + k] = stairs->end[first + k] + shift;
    }
    int64_t *after = lap->end + 1 + n - first;
    for (size_t k = 0; k <= first; k++) {
        after[k] = stairs->end[k] + shift + JKO_I_WHOLE;
    }
    memcpy(lap->place, stairs->place + first, (n - first) * sizeof *lap->place);
    memcpy(lap->place + n - first, stairs->place, (first + 1) * sizeof *lap->place);
}

static JKO_I_CLONES double shift_all(size_t n, double *potential, double by)
{
    double most[LANES] = {0.0};
    size_t k = 0;
    for (; k < n; k += LANES) {
        const size_t width = n - k < LANES ? n - k : LANES;
        for (size_t q = 0; q < width; q++) {
            const double before = fabs(potential[k + q]);
            const double shifted = potential[k + q] + by;
            potential[k + q] = shifted;
            most[q] = before > most[q] ? before : most[q];
            most[q] = fabs(shifted) > most[q] ? fabs(shifted) : most[q];
        }
    }
    double largest = 0.0;
    for (size_t q = 0; q < LANES; q++) {
        largest = most[q] > largest ? most[q] : largest;
    }
    return largest;
}

double jko_i_lap_shift(size_t n, double *potential, double by)
{
    return shift_all(n, potential, by);
}

static JKO_I_CLONES void run_chains(size_t length, double *x, jko_i_sum *sums)
{
    for (size_t k = 0; k < length; k++) {
        for (size_t c = 0; c < CHAINS; c++) {
            jko_i_sum_add(sums + c, x[c * length + k]);
            x[c * length + k] = sums[c].high + sums[c].low;
        }
    }
}

jko_i_sum jko_i_lap_run(size_t n, double *x)
{
    const size_t length = n / CHAINS;
    jko_i_sum sums[CHAINS + 1];
    start_chains(length, x, sums);
    jko_i_sum last = sums[CHAINS];
    run_chains(length, x, sums);
    for (size_t k = CHAINS * length; k < n; k++) {
        jko_i_sum_add(&last, x[k]);
        x[k] = last.high + last.low;
    }
    return last;
}

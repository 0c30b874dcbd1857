// SPDX-License-Identifier: BSD-3-Clause
/*
 * Transport on a circle: the cut.
 *
 * Unrolled to the line with the columns ahead by a mass theta, the monotone plan costs
 *
 *     W(theta) = int over one total of c( Q_a(t) - Q_b(t + theta) ) dt,
 *
 * Q being the quantiles, and the least of these is the cost on the circle. W is convex, and linear
 * between the values of theta where a mass of the rows and one of the columns end together. Its
 * derivative is one sum over the columns j: at t_j = end_j - theta, in row i, theta exchanges
 * column j for j + 1,
 *
 *     W'(theta) = sum_j  c(y_{j+1} - x_i) - c(y_j - x_i),
 *
 * where row i ends at or behind t_j for the right derivative and strictly behind t_j for the left
 * one. Each j is one term, also where t_j falls on a seam of the rows or a tie.
 *
 * Masses are whole numbers here, so ties are facts. A trial returns, beside the derivatives, how
 * far on either side they stay the same; so the bracket closes on a value of theta where W' changes
 * its sign, by false position (the Illinois rule), or bisection where that is slow, without a
 * tolerance.
 *
 * Source: Delon, Salomon and Sobolevski, SIAM J. Appl. Math. 70 (2010); Rabin, Delon and Gousseau,
 * J. Math. Imaging Vis. 41 (2011).
 */
#include "circle.h"

#include "base/sum.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>

typedef struct trial {
    double left;  // W'(theta-)
    double right; // W'(theta+)
    int64_t up;   // W' is right up to theta + up,
    int64_t down; // and left down to theta - down
    bool tied;    // whether row tie_row ends with column tie_column
    jko_i_cursor tie_row;
    jko_i_cursor tie_column;
} trial;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// A trial of the squared cost in plain arithmetic, good for the signs of derivatives beyond *doubt.
static trial try_roughly(const jko_i_ground *ground, const jko_i_stairs *rows,
                         const jko_i_stairs *columns, int64_t theta, double *doubt)
{
    trial result = {.up = JKO_I_WHOLE, .down = JKO_I_WHOLE};
    const double period = ground->period;
    const double *y = columns->place;
    const double *x = rows->place;
    const int64_t *ends = rows->end;
    const jko_i_cursor row = jko_i_stairs_find(rows, columns->end[0] - theta);
    size_t k = row.k;
    int64_t lap = row.lap * JKO_I_WHOLE;
    int64_t begin = jko_i_cursor_begin(&row);
    int64_t end = jko_i_cursor_end(&row);
    double shift = (double)row.lap * period;
    double twice = 2.0 * (x[k] + shift);
    double sizes = 0.0;
    for (size_t j = 0; j < columns->n; j++) {
        const int64_t t = columns->end[j] - theta;
        while (end < t) {
            if (++k == rows->n) {
                k = 0;
                lap += JKO_I_WHOLE;
                shift += period;
            }
            begin = end;
            end = ends[k] + lap;
            twice = 2.0 * (x[k] + shift);
        }
        const double next = j + 1 < columns->n ? y[j + 1] : y[0] + period;
        const double step = next - y[j];
        const double change = step * ((y[j] + next) - twice);
        result.right += change;
        sizes += fabs(change) + step * period;
        result.up = least(result.up, t - begin);
        if (end > t) {
            result.left += change;
            result.down = least(result.down, end - t);
            continue;
        }
        const bool seam = k + 1 == rows->n;
        const size_t after = seam ? 0 : k + 1;
        const double seen = 2.0 * (x[after] + shift + (seam ? period : 0.0));
        const double other = step * ((y[j] + next) - seen);
        result.left += other;
        sizes += fabs(other);
        result.down = least(result.down, ends[after] + lap + (seam ? JKO_I_WHOLE : 0) - t);
    }
    *doubt = DBL_EPSILON * ((double)columns->n + 16.0) * sizes;
    return result;
}

static trial try_cut(const jko_i_ground *ground, const jko_i_stairs *rows,
                     const jko_i_stairs *columns, int64_t theta)
{
    trial result = {.up = JKO_I_WHOLE, .down = JKO_I_WHOLE};
    jko_i_sum left = {0.0, 0.0};
    jko_i_sum right = {0.0, 0.0};
    jko_i_cursor row = jko_i_stairs_find(rows, columns->end[0] - theta);
    jko_i_cursor next_column = {columns, 0, 0};
    for (size_t j = 0; j < columns->n; j++) {
        const jko_i_cursor column = next_column;
        const int64_t t = columns->end[j] - theta;
        jko_i_cursor_advance(&next_column);
        while (jko_i_cursor_end(&row) < t) {
            jko_i_cursor_advance(&row);
        }
        const double change = jko_i_stairs_change(ground, &column, &next_column, &row);
        jko_i_sum_add(&right, change);
        result.up = least(result.up, t - jko_i_cursor_begin(&row));
        if (jko_i_cursor_end(&row) > t) {
            jko_i_sum_add(&left, change);
            result.down = least(result.down, jko_i_cursor_end(&row) - t);
            continue;
        }
        jko_i_cursor next_row = row;
        jko_i_cursor_advance(&next_row);
        jko_i_sum_add(&left, jko_i_stairs_change(ground, &column, &next_column, &next_row));
        result.down = least(result.down, jko_i_cursor_end(&next_row) - t);
        result.tied = true;
        result.tie_row = row;
        result.tie_column = column;
    }
    result.left = jko_i_sum_value(&left);
    result.right = jko_i_sum_value(&right);
    return result;
}

// The next theta to try, strictly between low and high unless they have met.
static int64_t choose(int64_t low, double slope_low, int64_t high, double slope_high, bool halve)
{
    const int64_t width = high - low;
    int64_t step = width / 2;
    if (!halve && slope_low < 0.0 && slope_high > 0.0) {
        const double share = slope_low / (slope_low - slope_high);
        step = (int64_t)(share * (double)width);
        step = step < 1 ? 1 : (step > width - 1 ? width - 1 : step);
    }
    return low + (width < 2 ? 0 : step);
}

jko_status jko_i_circle_cut_on(const jko_i_ground *ground, const jko_i_stairs *rows,
                               const jko_i_stairs *columns, const jko_i_ot_limits *limits,
                               jko_i_cut *cut)
{
    // Ahead by a total, no column is left of its row, and behind by a total none is right of it.
    int64_t low = -JKO_I_WHOLE;
    int64_t high = JKO_I_WHOLE;
    double slope_low = 0.0;
    double slope_high = 0.0;
    int64_t theta = 0;
    jko_status status = JKO_OK;
    trial t = {0};
    bool clear = false;
    int side = 0;                    // of the last trial: -1 below the best cut, 1 above
    int64_t wide = 2 * (high - low); // the bracket some trials ago
    for (int64_t tried = 1;; tried++) {
        cut->trials++;
        clear = false;
        if (ground->power == 2.0) { // the sign is clear for most cuts, without care for digits
            double doubt = 0.0;
            t = try_roughly(ground, rows, columns, theta, &doubt);
            clear = t.left > doubt || t.right < -doubt;
        }
        if (!clear) {
            t = try_cut(ground, rows, columns, theta);
        }
        if ((t.left <= 0.0 && t.right >= 0.0) || low >= high) {
            break;
        }
        status = jko_i_ot_check_limits(limits, cut->trials);
        if (status == JKO_OK) {
            status = jko_i_ot_ask(limits, cut->trials, (double)(high - low) / (double)JKO_I_WHOLE);
        }
        if (status != JKO_OK) {
            break;
        }
        // An end that stays where it is counts half each time, so that both ends close in.
        if (t.left > 0.0) {
            high = theta - t.down;
            slope_high = t.left;
            slope_low *= side > 0 ? 0.5 : 1.0;
            side = 1;
        } else {
            low = theta + t.up;
            slope_low = t.right;
            slope_high *= side < 0 ? 0.5 : 1.0;
            side = -1;
        }
        const bool slow = tried % 3 == 0 && high - low > wide / 8;
        wide = tried % 3 == 0 ? high - low : wide;
        theta = low >= high ? high : choose(low, slope_low, high, slope_high, slow);
    }
    if (clear) { // stopped
        t = try_cut(ground, rows, columns, theta);
    }
    if (!t.tied) { // inside a flat or, stopped, a sloping piece: go to its end
        theta -= t.down;
        t = try_cut(ground, rows, columns, theta);
    }
    assert(t.tied);
    cut->row = t.tie_row;
    cut->column = t.tie_column;
    cut->theta = theta;
    cut->left = t.left;
    cut->right = t.right;
    return status;
}

jko_status jko_i_circle_cut(const jko_i_ground *ground, const jko_i_stairs *rows,
                            const jko_i_stairs *columns, const jko_i_ot_limits *limits,
                            jko_i_cut *cut)
{
    cut->trials = 0;
    return jko_i_circle_cut_on(ground, rows, columns, limits, cut);
}

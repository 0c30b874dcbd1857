// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for the cut of a circle.
 *
 * The cost W(theta) of circle.c is convex and piecewise linear, with some m n corners in a total. On
 * coarse pictures of both staircases, every so many cells one, its slope costs next to nothing, so
 * the cut is found on the coarsest by bracketing and on finer ones by secants. On the full
 * staircases a pass or two come so near that only a few corners lie between; these are then read
 * off the last pass, and by halves of them it is found where the slope changes its sign.
 *
 * Source: Delon, Salomon and Sobolevski, SIAM J. Appl. Math. 70 (2010), for W.
 */
#include "circle_newton.h"

#include <math.h>

#define COARSEST ((size_t)16) // atoms, at least
#define FINER ((size_t)8)     // times as many atoms on the next level
#define COARSER ((size_t)4)   // times as few on the first as in the measures, or fewer
#define LEAST_ATOMS ((size_t)64)
#define PASSES 8 // over the full staircases
#define WHOLE ((double)JKO_I_WHOLE)

static void lay_lap(jko_i_block *block, jko_i_lap *lap, size_t n)
{
    lap->place = jko_i_block_take(block, n + 1, sizeof *lap->place);
    lap->mass = jko_i_block_take(block, n, sizeof *lap->mass);
    lap->near = jko_i_block_take(block, n, sizeof *lap->near);
}

static void lay_some(jko_i_block *block, jko_i_stairs *some, size_t n)
{
    const size_t most = n / COARSER + FINER * COARSEST + 1;
    some->place = jko_i_block_take(block, most, sizeof *some->place);
    some->end = jko_i_block_take(block, most, sizeof *some->end);
}

void jko_i_circle_work_lay(jko_i_block *block, jko_i_circle_work *work, size_t m, size_t n)
{
    work->rows.end = jko_i_block_take(block, m + n + 4, sizeof *work->rows.end);
    work->rows.part = jko_i_block_take(block, m + n + 4, sizeof *work->rows.part);
    if (block->memory != NULL) {
        work->columns.end = work->rows.end + m + 2;
        work->columns.part = work->rows.part + m + 2;
    }
    lay_lap(block, &work->rows, m);
    lay_lap(block, &work->columns, n);
    lay_some(block, &work->some_rows, m);
    lay_some(block, &work->some_columns, n);
    work->room = 512 + n;
    work->row = jko_i_block_take(block, m + n + 1, sizeof *work->row);
    work->distance = jko_i_block_take(block, work->room, sizeof *work->distance);
    work->jump = jko_i_block_take(block, work->room, sizeof *work->jump);
    work->column = jko_i_block_take(block, work->room, sizeof *work->column);
    work->passed = jko_i_block_take(block, work->room, sizeof *work->passed);
    work->order = jko_i_block_take(block, work->room, sizeof *work->order);
}

// About `atoms` atoms in place of all.
static void coarsen(const jko_i_stairs *stairs, size_t atoms, jko_i_stairs *some)
{
    const size_t stride = (stairs->n + atoms - 1) / atoms;
    some->n = 0;
    for (size_t k = 0; k < stairs->n; k += stride) {
        const size_t last = k + stride < stairs->n ? k + stride - 1 : stairs->n - 1;
        some->place[some->n] = 0.5 * (stairs->place[k] + stairs->place[last]);
        some->end[some->n++] = stairs->end[last];
    }
}

typedef struct search {
    double period;
    const jko_i_stairs *rows;
    const jko_i_stairs *columns;
    jko_i_circle_work *work;
    int64_t theta;
    jko_i_sum value; // W'(theta+)
    double curve;    // W'', in costs per unit of mass
} search;

static void look_at(search *s, const jko_i_stairs *rows, const jko_i_stairs *columns)
{
    const jko_i_cursor first = {columns, 0, 0};
    s->rows = rows;
    s->columns = columns;
    jko_i_lap_read(&s->work->columns, &first, 0);
}

// W'(theta+), and the row in which each column ends.
static double try_cut(search *s, int64_t theta)
{
    jko_i_lap *rows = &s->work->rows;
    jko_i_lap *columns = &s->work->columns;
    const jko_i_cursor first = jko_i_stairs_find(s->rows, s->columns->end[0] - theta);
    jko_i_lap_read(rows, &first, -theta);
    size_t low = 0; // rows that end before the last column does
    size_t high = rows->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rows->end[1 + middle] < JKO_I_WHOLE) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const size_t steps = low + columns->n;
    jko_i_merge_columns(steps, rows->n + 1, rows->end + 1, columns->n, columns->end + 1,
                        columns->near);
    s->value = jko_i_lap_slope(s->period, columns, rows);
    s->theta = theta;
    return jko_i_sum_value(&s->value);
}

// Where the tangent, or what stands for it, has its root; false if that is no sensible place.
static bool aim(const search *s, double value, int64_t *theta)
{
    const double step = -value / s->curve;
    if (!(fabs(step) < 0.125 * WHOLE)) {
        return false;
    }
    *theta = s->theta + (int64_t)step;
    return *theta > -JKO_I_WHOLE && *theta < JKO_I_WHOLE;
}

// A secant, unless noise makes nonsense of it.
static void bend(search *s, double change, int64_t over)
{
    const double curve = over != 0 ? change / (double)over : 0.0;
    s->curve = curve > 0.2 * s->curve && curve < 5.0 * s->curve ? curve : s->curve;
}

// The cut of coarse pictures, finer and finer: sets theta and curve.
static bool approach(search *s, const jko_i_stairs *rows, const jko_i_stairs *columns,
                     const jko_i_ground *ground)
{
    jko_i_circle_work *work = s->work;
    const jko_i_ot_limits none = {INT64_MAX, INFINITY, NULL, NULL};
    const int64_t apart = JKO_I_WHOLE / 32;
    jko_i_cut cut = {{NULL, 0, 0}, {NULL, 0, 0}, 0, 0.0, 0.0, 0};
    const size_t fewest = rows->n < columns->n ? rows->n : columns->n;
    size_t atoms = fewest / COARSER;
    while (atoms >= COARSEST * FINER) {
        atoms /= FINER;
    }
    coarsen(rows, atoms, &work->some_rows);
    coarsen(columns, atoms, &work->some_columns);
    (void)jko_i_circle_cut(ground, &work->some_rows, &work->some_columns, &none, &cut);
    look_at(s, &work->some_rows, &work->some_columns);
    s->curve =
        (try_cut(s, cut.theta + apart) - try_cut(s, cut.theta - apart)) / (2.0 * (double)apart);
    s->theta = cut.theta;
    for (atoms *= FINER; COARSER * atoms <= fewest; atoms *= FINER) {
        coarsen(rows, atoms, &work->some_rows);
        coarsen(columns, atoms, &work->some_columns);
        look_at(s, &work->some_rows, &work->some_columns);
        const int64_t first = s->theta;
        const double before = try_cut(s, first);
        int64_t theta = 0;
        if (!aim(s, before, &theta)) {
            return false;
        }
        const double behind = try_cut(s, theta);
        bend(s, behind - before, theta - first);
        if (!aim(s, behind, &theta)) {
            return false;
        }
        s->theta = theta;
    }
    return s->curve > 0.0;
}

// Atom and lap of row entry u, which may lie outside of the lap that was read.
static jko_i_cursor row_at(const search *s, int64_t u)
{
    const int64_t n = (int64_t)s->rows->n;
    const int64_t at = (int64_t)s->work->rows.first + u;
    const int64_t laps = at >= 0 ? at / n : -((n - 1 - at) / n);
    const jko_i_cursor row = {s->rows, (size_t)(at - laps * n), s->work->rows.lap + (int)laps};
    return row;
}

static int64_t row_end(const search *s, int64_t u)
{
    if (u >= -1 && u <= (int64_t)s->rows->n) {
        return s->work->rows.end[1 + u];
    }
    const jko_i_cursor row = row_at(s, u);
    return jko_i_cursor_end(&row) + s->theta;
}

// By how much W' jumps where column j goes from row u to u - 1, or back.
static double jump_at(const search *s, size_t j, int64_t u)
{
    const jko_i_ground ground = {s->period, 2.0};
    const jko_i_cursor to = row_at(s, u);
    const jko_i_cursor from = row_at(s, u - 1);
    const jko_i_cursor column = {s->columns, j, 0};
    jko_i_cursor next = column;
    jko_i_cursor_advance(&next);
    const double along = jko_i_ground_difference(&ground, jko_i_cursor_place(&to),
                                                 jko_i_cursor_place(&from), from.lap - to.lap);
    const double step = jko_i_ground_difference(&ground, jko_i_cursor_place(&next),
                                                jko_i_cursor_place(&column), -next.lap);
    return 2.0 * along * step;
}

static bool keep(jko_i_circle_work *work, size_t *count, int64_t distance, double jump, size_t j,
                 int64_t u)
{
    if (*count == work->room) {
        return false;
    }
    work->distance[*count] = (double)distance;
    work->jump[*count] = jump;
    work->column[*count] = (uint32_t)j;
    work->passed[(*count)++] = u;
    return true;
}

// The corners up to `reach` ahead of theta, or behind it; false if there are too many.
static bool collect(const search *s, bool ahead, int64_t reach, size_t *count)
{
    const uint32_t *near = s->work->columns.near;
    const int64_t *end = s->work->columns.end + 1;
    const int64_t *row = s->work->rows.end;
    *count = 0;
    for (size_t j = 0; j < s->columns->n; j++) {
        int64_t u = near[j];
        int64_t distance = ahead ? end[j] - row[u] : row[u + 1] - end[j];
        while (distance < reach) {
            // Ahead, the column goes back to row u - 1, whose end it meets; behind, on from row u.
            const int64_t met = ahead ? u - 1 : u;
            if (!keep(s->work, count, distance, jump_at(s, j, ahead ? u : u + 1), j, met)) {
                return false;
            }
            u += ahead ? -1 : 1;
            distance = ahead ? end[j] - row_end(s, u - 1) : row_end(s, u) - end[j];
        }
    }
    return true;
}

// Put the corners order[low] to order[high - 1] not beyond `distance` first, or those below it;
// returns where the others begin.
static size_t part(const jko_i_circle_work *work, size_t low, size_t high, double distance,
                   bool below)
{
    size_t *order = work->order;
    size_t split = low;
    for (size_t k = low; k < high; k++) {
        const size_t corner = order[k];
        const double at = work->distance[corner];
        const bool first = below ? at < distance : at <= distance;
        order[k] = order[split];
        order[split] = corner;
        split += first;
    }
    return split;
}

static double middle_of(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

// Leave out corners on both sides of the one looked for while there are many; value: W' before the
// first that is left.
static void narrow(const search *s, bool ahead, size_t *low, size_t *high, jko_i_sum *value)
{
    const jko_i_circle_work *work = s->work;
    const size_t *order = work->order;
    while (*high - *low > 8) {
        const double pivot =
            middle_of(work->distance[order[*low]], work->distance[order[*low + (*high - *low) / 2]],
                      work->distance[order[*high - 1]]);
        size_t split = part(work, *low, *high, pivot, false);
        split = split == *high ? part(work, *low, *high, pivot, true) : split;
        if (split == *low) { // all at one distance
            return;
        }
        jko_i_sum then = *value;
        for (size_t k = *low; k < split; k++) {
            jko_i_sum_add(&then, ahead ? work->jump[order[k]] : -work->jump[order[k]]);
        }
        const double found = jko_i_sum_value(&then);
        if (ahead ? found >= 0.0 : found <= 0.0) {
            *high = split;
        } else {
            *low = split;
            *value = then;
        }
    }
}

static void sort(const jko_i_circle_work *work, size_t low, size_t high)
{
    for (size_t k = low + 1; k < high; k++) {
        const size_t corner = work->order[k];
        size_t to = k;
        for (; to > low && work->distance[work->order[to - 1]] > work->distance[corner]; to--) {
            work->order[to] = work->order[to - 1];
        }
        work->order[to] = corner;
    }
}

// The corner where W' changes its sign, among those kept.
static bool cross(const search *s, bool ahead, size_t count, jko_i_cut *cut)
{
    const jko_i_circle_work *work = s->work;
    jko_i_sum value = s->value;
    size_t low = 0;
    size_t high = count;
    for (size_t k = 0; k < count; k++) {
        work->order[k] = k;
    }
    narrow(s, ahead, &low, &high, &value);
    if (high - low <= 8) {
        sort(work, low, high);
    }
    for (size_t k = low; k < high;) {
        const size_t first = work->order[k];
        const double distance = work->distance[first];
        const double before = jko_i_sum_value(&value);
        for (; k < high && work->distance[work->order[k]] <= distance; k++) {
            const double jump = work->jump[work->order[k]];
            jko_i_sum_add(&value, ahead ? jump : -jump);
        }
        const double behind = jko_i_sum_value(&value);
        if (ahead ? behind >= 0.0 : behind <= 0.0) {
            cut->row = row_at(s, work->passed[first]);
            cut->column = (jko_i_cursor){s->columns, work->column[first], 0};
            cut->theta = s->theta + (ahead ? (int64_t)distance : -(int64_t)distance);
            cut->left = ahead ? before : behind;
            cut->right = ahead ? behind : before;
            return true;
        }
    }
    return false;
}

// How far to look for corners, if they are few: somewhat farther than the root seems to be.
static int64_t find_reach(const search *s, double value)
{
    const double corners = (double)s->rows->n * (double)s->columns->n / WHOLE; // per unit
    const double reach = 1.25 * fabs(value) / s->curve + 12.0 / corners;
    const double most = 256.0 + (double)s->columns->n / 16.0; // a pass costs as much
    return reach * corners <= most && reach < 0x1p52 ? 1 + (int64_t)reach : 0;
}

jko_status jko_i_circle_newton(double period, const jko_i_stairs *rows, const jko_i_stairs *columns,
                               const jko_i_ot_limits *limits, jko_i_circle_work *work,
                               jko_i_cut *cut, bool *found)
{
    const jko_i_ground ground = {period, 2.0};
    search s = {period, NULL, NULL, work, 0, {0.0, 0.0}, 0.0};
    *found = false;
    if (rows->n < LEAST_ATOMS || columns->n < LEAST_ATOMS ||
        !approach(&s, rows, columns, &ground)) {
        return JKO_OK;
    }
    look_at(&s, rows, columns);
    int64_t theta = s.theta;
    int64_t last = 0;
    double before = 0.0;
    for (int pass = 1; pass <= PASSES; pass++) {
        const double value = try_cut(&s, theta);
        size_t count = 0;
        cut->trials++;
        if (pass > 1) {
            bend(&s, value - before, theta - last);
        }
        before = value;
        last = theta;
        const int64_t reach = find_reach(&s, value);
        if (reach > 0 && collect(&s, value < 0.0, reach, &count) &&
            cross(&s, value < 0.0, count, cut)) {
            *found = true;
            return JKO_OK;
        }
        jko_status status = jko_i_ot_check_limits(limits, cut->trials);
        if (status == JKO_OK) {
            const double far = fabs(value) / s.curve / WHOLE; // in totals
            status = jko_i_ot_ask(limits, cut->trials, fmin(far, 2.0));
        }
        if (status != JKO_OK) {
            return status;
        }
        if (!aim(&s, value, &theta)) {
            return JKO_OK;
        }
    }
    return JKO_OK;
}

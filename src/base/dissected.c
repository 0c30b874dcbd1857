// SPDX-License-Identifier: BSD-3-Clause
/*
 * Cyclic tridiagonal systems, eliminated from four places at once.
 *
 * What takes the time of a tridiagonal elimination is that each unknown waits for the one before. So
 * two unknowns far apart, the separators s and t, cut the circle into two segments, and each segment
 * is eliminated from both its ends towards its middle: four chains that do not wait for one another.
 *
 *     ... s | 0 1 2 -> . <- . . | t | . . -> . <- . | s ...        s = n - 1, t in the middle
 *
 * An unknown couples to its successor in the chain, l, and by fill to the separator at its chain's
 * beginning, q; the two middles to both separators. At last s and t are a 2 by 2 system. Of the
 * 3 n factors 1/D, l and q those that these roles leave free hold the rest: l of a middle its fill
 * to the separator at the segment's end, l of s the coupling of s and t.
 */
#include "base/dissected.h"

#include <math.h>

// The parts of the system: separators, middles, and the chains of each segment.
typedef struct parts {
    size_t s;
    size_t t;
    size_t middle[2];
    size_t first[4]; // of each chain; even ones go up, odd ones down
    size_t length[4];
    size_t common; // of all chains
} parts;

static parts cut(size_t n)
{
    parts p = {.s = n - 1, .t = (n - 1) / 2};
    const size_t begin[2] = {0, p.t + 1};
    const size_t end[2] = {p.t, p.s}; // past the last
    p.common = n;
    for (size_t k = 0; k < 2; k++) {
        p.middle[k] = begin[k] + (end[k] - begin[k]) / 2;
        p.first[2 * k] = begin[k];
        p.length[2 * k] = p.middle[k] - begin[k];
        p.first[2 * k + 1] = end[k] - 1;
        p.length[2 * k + 1] = end[k] - 1 - p.middle[k];
    }
    for (size_t k = 0; k < 4; k++) {
        p.common = p.length[k] < p.common ? p.length[k] : p.common;
    }
    return p;
}

// One chain of the factorisation.
typedef struct chain {
    double pivot;
    double corner; // coupling to the separator where it began
    double taken;  // from that separator's diagonal
} chain;

typedef struct arrays {
    const double *diagonal;
    const double *off;
    double *inverse;
    double *l;
    double *q;
} arrays;

// Eliminate i, whose successor is next; o couples them. False if the pivot is no good.
static inline bool eliminate(const arrays *a, chain *c, size_t i, size_t next, double o)
{
    const bool good = c->pivot > 0.0 && c->pivot < INFINITY;
    const double inverse = 1.0 / c->pivot;
    const double l = o * inverse;
    const double q = c->corner * inverse;
    a->inverse[i] = inverse;
    a->l[i] = l;
    a->q[i] = q;
    c->taken += q * c->corner;
    c->pivot = a->diagonal[next] - l * o;
    c->corner = -q * o;
    return good;
}

static inline bool up(const arrays *a, chain *c, size_t i)
{
    return eliminate(a, c, i, i + 1, a->off[i]);
}

static inline bool down(const arrays *a, chain *c, size_t i)
{
    return eliminate(a, c, i, i - 1, a->off[i - 1]);
}

bool jko_i_dissected_factor(size_t n, const double *diagonal, const double *off, double *factor)
{
    const parts p = cut(n);
    const arrays a = {diagonal, off, factor, factor + n, factor + 2 * n};
    chain c[4];
    const double corners[4] = {off[p.s], off[p.t - 1], off[p.t], off[p.s - 1]};
    for (size_t k = 0; k < 4; k++) {
        c[k] = (chain){diagonal[p.first[k]], corners[k], 0.0};
    }
    bool good = true;
    for (size_t j = 0; j < p.common; j++) {
        good &= up(&a, &c[0], p.first[0] + j);
        good &= down(&a, &c[1], p.first[1] - j);
        good &= up(&a, &c[2], p.first[2] + j);
        good &= down(&a, &c[3], p.first[3] - j);
    }
    for (size_t k = 0; k < 4; k++) {
        for (size_t j = p.common; j < p.length[k]; j++) {
            good &= k % 2 == 0 ? up(&a, &c[k], p.first[k] + j) : down(&a, &c[k], p.first[k] - j);
        }
    }
    double d_s = diagonal[p.s] - (c[0].taken + c[3].taken);
    double d_t = diagonal[p.t] - (c[1].taken + c[2].taken);
    double both = 0.0;
    for (size_t k = 0; k < 2; k++) {
        const size_t i = p.middle[k];
        // Both chains end here, each having subtracted its part from the diagonal.
        const double pivot = c[2 * k].pivot + (c[2 * k + 1].pivot - diagonal[i]);
        const double inverse = 1.0 / pivot;
        const double from_begin = c[2 * k].corner;
        const double from_end = c[2 * k + 1].corner;
        good &= pivot > 0.0 && pivot < INFINITY;
        a.inverse[i] = inverse;
        a.q[i] = from_begin * inverse;
        a.l[i] = from_end * inverse;
        *(k == 0 ? &d_s : &d_t) -= from_begin * a.q[i];
        *(k == 0 ? &d_t : &d_s) -= from_end * a.l[i];
        both -= from_begin * a.l[i];
    }
    a.inverse[p.s] = 1.0 / d_s;
    a.l[p.s] = both / d_s;
    const double last = d_t - both * a.l[p.s];
    a.inverse[p.t] = 1.0 / last;
    return good && d_s > 0.0 && d_s < INFINITY && last > 0.0 && last < INFINITY;
}

// Substitution on the way in: x of the successor, and of the separator.
static inline double in(const double *l, const double *q, double *x, size_t i, size_t next,
                        double here, double *separator)
{
    *separator += q[i] * here;
    const double there = x[next] - l[i] * here;
    x[next] = there;
    return there;
}

// And on the way out, where all later unknowns are known.
static inline double out(const double *inverse, const double *l, const double *q, double *x,
                         size_t i, double there, double separator)
{
    const double here = (x[i] * inverse[i] - q[i] * separator) - l[i] * there;
    x[i] = here;
    return here;
}

// What the chains of one right-hand side carry.
typedef struct side {
    double *x;
    double here[4];
    double taken[4];
    double s;
    double t;
} side;

static void solve_separators(size_t n, const double *factor, const parts *p, side *b)
{
    const double *inverse = factor;
    const double *l = factor + n;
    const double *q = factor + 2 * n;
    double *x = b->x;
    // Both chains of a segment have left their part in the middle.
    b->s = x[p->s] - (b->taken[0] + b->taken[3]);
    b->t = x[p->t] - (b->taken[1] + b->taken[2]);
    for (size_t k = 0; k < 2; k++) {
        const size_t i = p->middle[k];
        *(k == 0 ? &b->s : &b->t) -= q[i] * x[i];
        *(k == 0 ? &b->t : &b->s) -= l[i] * x[i];
    }
    b->t = (b->t - l[p->s] * b->s) * inverse[p->t];
    b->s = b->s * inverse[p->s] - l[p->s] * b->t;
    x[p->s] = b->s;
    x[p->t] = b->t;
    for (size_t k = 0; k < 2; k++) {
        const size_t i = p->middle[k];
        x[i] = x[i] * inverse[i] - (k == 0 ? q[i] * b->s + l[i] * b->t : q[i] * b->t + l[i] * b->s);
        b->here[2 * k] = b->here[2 * k + 1] = x[i];
    }
}

// The chains from place `from` to `to` of all, inwards or outwards.
static inline void walk_in(const double *l, const double *q, const parts *p, side *b, size_t k,
                           size_t from, size_t to)
{
    for (size_t j = from; j < to; j++) {
        const size_t i = k % 2 == 0 ? p->first[k] + j : p->first[k] - j;
        const size_t next = k % 2 == 0 ? i + 1 : i - 1;
        b->here[k] = in(l, q, b->x, i, next, b->here[k], &b->taken[k]);
    }
}

static inline void walk_out(const double *inverse, const double *l, const double *q, const parts *p,
                            side *b, size_t k, size_t from, size_t to, double separator)
{
    for (size_t j = to; j > from; j--) {
        const size_t i = k % 2 == 0 ? p->first[k] + j - 1 : p->first[k] - (j - 1);
        b->here[k] = out(inverse, l, q, b->x, i, b->here[k], separator);
    }
}

static inline void solve(size_t n, const double *factor, side *sides, size_t count)
{
    const parts p = cut(n);
    const double *inverse = factor;
    const double *l = factor + n;
    const double *q = factor + 2 * n;
    for (size_t r = 0; r < count; r++) {
        for (size_t k = 0; k < 4; k++) {
            sides[r].here[k] = sides[r].x[p.first[k]];
            sides[r].taken[k] = 0.0;
        }
    }
    for (size_t j = 0; j < p.common; j++) {
        for (size_t r = 0; r < count; r++) {
            side *b = &sides[r];
            b->here[0] =
                in(l, q, b->x, p.first[0] + j, p.first[0] + j + 1, b->here[0], &b->taken[0]);
            b->here[1] =
                in(l, q, b->x, p.first[1] - j, p.first[1] - j - 1, b->here[1], &b->taken[1]);
            b->here[2] =
                in(l, q, b->x, p.first[2] + j, p.first[2] + j + 1, b->here[2], &b->taken[2]);
            b->here[3] =
                in(l, q, b->x, p.first[3] - j, p.first[3] - j - 1, b->here[3], &b->taken[3]);
        }
    }
    for (size_t r = 0; r < count; r++) {
        side *b = &sides[r];
        for (size_t k = 0; k < 4; k++) {
            // A chain that has reached the middle may find it changed by the other one.
            b->here[k] = b->x[k % 2 == 0 ? p.first[k] + p.common : p.first[k] - p.common];
            walk_in(l, q, &p, b, k, p.common, p.length[k]);
        }
        solve_separators(n, factor, &p, b);
        const double separators[4] = {b->s, b->t, b->t, b->s};
        for (size_t k = 0; k < 4; k++) {
            walk_out(inverse, l, q, &p, b, k, p.common, p.length[k], separators[k]);
        }
    }
    for (size_t j = p.common; j > 0; j--) {
        for (size_t r = 0; r < count; r++) {
            side *b = &sides[r];
            b->here[0] = out(inverse, l, q, b->x, p.first[0] + j - 1, b->here[0], b->s);
            b->here[1] = out(inverse, l, q, b->x, p.first[1] - (j - 1), b->here[1], b->t);
            b->here[2] = out(inverse, l, q, b->x, p.first[2] + j - 1, b->here[2], b->t);
            b->here[3] = out(inverse, l, q, b->x, p.first[3] - (j - 1), b->here[3], b->s);
        }
    }
}

void jko_i_dissected_solve(size_t n, const double *factor, double *x)
{
    side sides[1] = {{.x = x}};
    solve(n, factor, sides, 1);
}

void jko_i_dissected_solve_two(size_t n, const double *factor, double *x, double *y)
{
    side sides[2] = {{.x = x}, {.x = y}};
    solve(n, factor, sides, 2);
}

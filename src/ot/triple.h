// SPDX-License-Identifier: BSD-3-Clause
/*
 * Numbers of three doubles: sums and differences of doubles kept to about 2^-150 of the largest
 * term. Internal.
 *
 * Flows of a spanning tree are sums of masses, its potentials alternating sums of costs. Held this
 * way they are exact while all terms lie within some 45 decimal digits of one another, so the sign
 * of a reduced cost and the tie of two flows are facts, not roundings.
 *
 * Source: Knuth, The Art of Computer Programming 2, section 4.2.2 (two_sum); Priest (1991).
 */
#ifndef JKO_SRC_OT_TRIPLE_H
#define JKO_SRC_OT_TRIPLE_H

/* high + mid + low, each about 2^-53 of the one before it or less. */
typedef struct jko_i_triple {
    double high;
    double mid;
    double low;
} jko_i_triple;

/* a + b = *sum + *error exactly, *sum being the rounded sum. */
static inline void jko_i_two_sum(double a, double b, double *sum, double *error)
{
    const double s = a + b;
    const double t = s - a;
    *error = (a - (s - t)) + (b - t);
    *sum = s;
}

/* t + x. */
static inline jko_i_triple jko_i_triple_add(jko_i_triple t, double x)
{
    double carry = 0.0;
    jko_i_two_sum(t.high, x, &t.high, &carry);
    jko_i_two_sum(t.mid, carry, &t.mid, &carry);
    t.low += carry;
    if (t.low == 0.0) { // two doubles hold it, as they mostly do: what follows would change no more
        jko_i_two_sum(t.high, t.mid, &t.high, &t.mid);
        return t;
    }
    // Renormalise from below and once more on top: after a cancellation high may be small.
    jko_i_two_sum(t.high, t.mid, &t.high, &t.mid);
    jko_i_two_sum(t.mid, t.low, &t.mid, &t.low);
    jko_i_two_sum(t.high, t.mid, &t.high, &t.mid);
    return t;
}

/* s + t. */
static inline jko_i_triple jko_i_triple_sum(jko_i_triple s, jko_i_triple t)
{
    s = jko_i_triple_add(s, t.high);
    if (t.mid != 0.0 || t.low != 0.0) {
        s = jko_i_triple_add(s, t.mid);
        s = jko_i_triple_add(s, t.low);
    }
    return s;
}

static inline jko_i_triple jko_i_triple_negative(jko_i_triple t)
{
    const jko_i_triple negative = {-t.high, -t.mid, -t.low};
    return negative;
}

/* s - t. */
static inline jko_i_triple jko_i_triple_difference(jko_i_triple s, jko_i_triple t)
{
    return jko_i_triple_sum(s, jko_i_triple_negative(t));
}

/* x as a triple. */
static inline jko_i_triple jko_i_triple_of(double x)
{
    const jko_i_triple t = {x, 0.0, 0.0};
    return t;
}

/* The nearest double, about; its sign is that of t. */
static inline double jko_i_triple_value(jko_i_triple t)
{
    return t.high + (t.mid + t.low);
}

/* < 0, 0 or > 0 as s is less than, equal to or greater than t, which are finite. */
static inline double jko_i_triple_compare(jko_i_triple s, jko_i_triple t)
{
    const double size = (s.high < 0.0 ? -s.high : s.high) + (t.high < 0.0 ? -t.high : t.high);
    const double rough = s.high - t.high;
    // Far apart, the rest does not count; mostly one subtraction is enough.
    if (rough > 0x1p-50 * size || -rough > 0x1p-50 * size) {
        return rough;
    }
    return jko_i_triple_value(jko_i_triple_difference(s, t));
}

#endif

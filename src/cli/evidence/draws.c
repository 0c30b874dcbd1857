// SPDX-License-Identifier: BSD-3-Clause
/*
 * Random numbers by xoshiro256**, from a stream for each piece of work.
 */
#include "draws.h"

#include <math.h>

#define TWO_PI 6.28318530717958647692

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint64_t next(ev_draws *draws)
{
    uint64_t *s = draws->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

void ev_draws_start(ev_draws *draws, uint64_t seed, uint64_t number)
{
    uint64_t mixed = seed;
    uint64_t state = splitmix(&mixed) ^ (number * 0xD1342543DE82EF95u);
    for (int k = 0; k < 4; k++) {
        draws->state[k] = splitmix(&state);
    }
    draws->has_spare = 0;
}

double ev_draw_uniform(ev_draws *draws)
{
    return (double)(next(draws) >> 11) * 0x1.0p-53;
}

double ev_draw_normal(ev_draws *draws)
{
    if (draws->has_spare) {
        draws->has_spare = 0;
        return draws->spare;
    }
    const double radius = sqrt(-2.0 * log(1.0 - ev_draw_uniform(draws)));
    const double angle = TWO_PI * ev_draw_uniform(draws);
    draws->spare = radius * sin(angle);
    draws->has_spare = 1;
    return radius * cos(angle);
}

double ev_draw_sign(ev_draws *draws)
{
    return (next(draws) >> 63) != 0 ? 1.0 : -1.0;
}

size_t ev_draw_below(ev_draws *draws, size_t n)
{
    return (size_t)(ev_draw_uniform(draws) * (double)n);
}

void ev_draw_permutation(ev_draws *draws, size_t n, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    for (size_t i = n; i > 1; i--) {
        const size_t j = ev_draw_below(draws, i);
        const size_t kept = order[i - 1];
        order[i - 1] = order[j];
        order[j] = kept;
    }
}

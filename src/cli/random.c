// SPDX-License-Identifier: BSD-3-Clause
/*
 * xoshiro256** and splitmix64 from their published recurrences.
 */
#include "random.h"

#include <math.h>

uint64_t cli_splitmix(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void cli_random_seed(cli_random *random, uint64_t seed, uint64_t stream)
{
    uint64_t state = seed;
    state = cli_splitmix(&state) ^ stream;
    for (size_t k = 0; k < 4; k++) {
        random->state[k] = cli_splitmix(&state);
    }
}

static uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

uint64_t cli_random_next(cli_random *random)
{
    uint64_t *s = random->state;
    const uint64_t result = rotate(s[1] * 5, 7) * 9;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

void cli_random_shares(cli_random *random, size_t n, double total, double *shares)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double u = ((double)(cli_random_next(random) >> 11) + 0.5) * 0x1p-53; // in (0, 1)
        shares[i] = -log(u);
        sum += shares[i];
    }
    for (size_t i = 0; i < n; i++) {
        shares[i] *= total / sum;
    }
}

// SPDX-License-Identifier: BSD-3-Clause
/* Random numbers that are the same on every machine: xoshiro256** of Blackman and Vigna (2018),
   seeded by splitmix64. Both were put into the public domain by their authors. */
#ifndef JKO_SRC_CLI_RANDOM_H
#define JKO_SRC_CLI_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct cli_random {
    uint64_t state[4];
} cli_random;

/* The next number of splitmix64. */
uint64_t cli_splitmix(uint64_t *state);

/* Stream number `stream` of a seed. */
void cli_random_seed(cli_random *random, uint64_t seed, uint64_t stream);

/* The next 64 bits. */
uint64_t cli_random_next(cli_random *random);

/* n shares of a total, even over all ways to share it: exponential numbers over their sum. All > 0. */
void cli_random_shares(cli_random *random, size_t n, double total, double *shares);

#endif

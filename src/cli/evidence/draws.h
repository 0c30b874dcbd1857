// SPDX-License-Identifier: BSD-3-Clause
/* Random numbers: each stream is fixed by seed and number, whatever thread draws from it. */
#ifndef JKO_SRC_CLI_EVIDENCE_DRAWS_H
#define JKO_SRC_CLI_EVIDENCE_DRAWS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ev_draws {
    uint64_t state[4];
    double spare; // second normal of a pair
    int has_spare;
} ev_draws;

/* The stream of a number under a seed. xoshiro256** (Blackman and Vigna 2018), seeded by
   splitmix64. */
void ev_draws_start(ev_draws *draws, uint64_t seed, uint64_t number);

double ev_draw_uniform(ev_draws *draws); // in [0, 1)
double ev_draw_normal(ev_draws *draws);  // mean 0, variance 1 (Box and Muller 1958)
double ev_draw_sign(ev_draws *draws);    // -1 or 1 (Rademacher)
size_t ev_draw_below(ev_draws *draws, size_t n);
void ev_draw_permutation(ev_draws *draws, size_t n, size_t *order); // Fisher and Yates

#endif

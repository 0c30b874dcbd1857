// SPDX-License-Identifier: BSD-3-Clause
/* Convolution with a real, even sequence by Fourier transforms. Internal. */
#ifndef JKO_SRC_OT_FOURIER_H
#define JKO_SRC_OT_FOURIER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct jko_i_fourier jko_i_fourier;

/* Whether this build has transforms: FFTW's. */
bool jko_i_fourier_exists(void);

/* For periodic sequences of n numbers; NULL without memory or transforms. */
jko_i_fourier *jko_i_fourier_create(size_t n);
void jko_i_fourier_free(jko_i_fourier *fourier);

/* [n] to put a sequence into, which the transforms overwrite with their result. */
double *jko_i_fourier_data(jko_i_fourier *fourier);

/* Take the data, an even sequence (x_k = x_{n - k}), for what convolve multiplies with. */
void jko_i_fourier_set(jko_i_fourier *fourier);

/* data_i = sum_k kernel_{i - k} data_k. The error of each number is about a rounding of the largest
   that the terms allow, not of itself. */
void jko_i_fourier_convolve(jko_i_fourier *fourier);

#endif

// SPDX-License-Identifier: BSD-3-Clause
/*
 * A build without Fourier transforms.
 */
#include "fourier.h"

bool jko_i_fourier_exists(void)
{
    return false;
}

jko_i_fourier *jko_i_fourier_create(size_t n)
{
    (void)n;
    return NULL;
}

void jko_i_fourier_free(jko_i_fourier *fourier)
{
    (void)fourier;
}

double *jko_i_fourier_data(jko_i_fourier *fourier)
{
    (void)fourier;
    return NULL;
}

void jko_i_fourier_set(jko_i_fourier *fourier)
{
    (void)fourier;
}

void jko_i_fourier_convolve(jko_i_fourier *fourier)
{
    (void)fourier;
}

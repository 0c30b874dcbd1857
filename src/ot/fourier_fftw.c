// SPDX-License-Identifier: BSD-3-Clause
/*
 * Convolution by FFTW: the one file that calls it.
 *
 * FFTW's planner has state of its own and admits one thread at a time, so it is called under a
 * lock; a host that plans too, in another thread at the same time, calls
 * fftw_make_planner_thread_safe() first. Plans are estimated, not measured, so that results repeat.
 */
#include "fourier.h"

#include "base/alloc.h"

#include <complex.h>
#include <fftw3.h>
#include <limits.h>
#include <pthread.h>

struct jko_i_fourier {
    size_t n;
    double *data;           // [n]
    fftw_complex *spectrum; // [n / 2 + 1]
    double *kernel;         // [n / 2 + 1], its spectrum over n, which is real
    fftw_plan forth;
    fftw_plan back;
};

static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

bool jko_i_fourier_exists(void)
{
    return true;
}

jko_i_fourier *jko_i_fourier_create(size_t n)
{
    jko_i_fourier *t = n > INT_MAX ? NULL : jko_i_alloc(1, sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    t->n = n;
    t->kernel = jko_i_alloc(n / 2 + 1, sizeof *t->kernel);
    (void)pthread_mutex_lock(&planner);
    t->data = fftw_alloc_real(n);
    t->spectrum = fftw_alloc_complex(n / 2 + 1);
    if (t->data != NULL && t->spectrum != NULL) {
        t->forth = fftw_plan_dft_r2c_1d((int)n, t->data, t->spectrum, FFTW_ESTIMATE);
        t->back = fftw_plan_dft_c2r_1d((int)n, t->spectrum, t->data, FFTW_ESTIMATE);
    }
    (void)pthread_mutex_unlock(&planner);
    if (t->kernel == NULL || t->forth == NULL || t->back == NULL) {
        jko_i_fourier_free(t);
        return NULL;
    }
    return t;
}

void jko_i_fourier_free(jko_i_fourier *t)
{
    if (t == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&planner);
    if (t->forth != NULL) {
        fftw_destroy_plan(t->forth);
    }
    if (t->back != NULL) {
        fftw_destroy_plan(t->back);
    }
    fftw_free(t->data);
    fftw_free(t->spectrum);
    (void)pthread_mutex_unlock(&planner);
    jko_i_free(t->kernel);
    jko_i_free(t);
}

double *jko_i_fourier_data(jko_i_fourier *t)
{
    return t->data;
}

void jko_i_fourier_set(jko_i_fourier *t)
{
    fftw_execute(t->forth);
    for (size_t k = 0; k <= t->n / 2; k++) {
        t->kernel[k] = creal(t->spectrum[k]) / (double)t->n;
    }
}

void jko_i_fourier_convolve(jko_i_fourier *t)
{
    fftw_execute(t->forth);
    for (size_t k = 0; k <= t->n / 2; k++) {
        t->spectrum[k] *= t->kernel[k];
    }
    fftw_execute(t->back);
}

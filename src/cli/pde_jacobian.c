// SPDX-License-Identifier: BSD-3-Clause
/*
 * Derivatives of the conservative scheme's fluxes.
 *
 * That 1/Z changes with every density is left out: its part of the Jacobian is the rate itself
 * times -s h g, so over a step it is s times the relative change of the densities, which Newton's
 * iteration takes in its stride; and without it the matrix is banded. Columns of what is kept add
 * up to 0, so that each iterate keeps the mass.
 */
#include "pde.h"

pde_faces pde_face(const pde_model *model, const double *mu, const double *g, size_t i)
{
    const size_t next = i + 1 < model->n ? i + 1 : 0;
    const double force = model->c * (g[next] - g[i]) / model->h;
    const double speed = pde_speed(model->how, force);
    const double steep =
        0.5 * (mu[i] + mu[next]) * pde_speed_slope(model->how, force) * model->c / model->h;
    const double bend = model->s - 1.0; // dg/dmu = (s - 1) g / mu
    return (pde_faces){.flux_left = 0.5 * speed - steep * bend * g[i] / mu[i],
                       .flux_right = 0.5 * speed + steep * bend * g[next] / mu[next]};
}

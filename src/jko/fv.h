// SPDX-License-Identifier: BSD-3-Clause
/* The inside of the finite-volume step. Internal. */
#ifndef JKO_SRC_JKO_FV_H
#define JKO_SRC_JKO_FV_H

#include "step.h"

typedef struct jko_i_fv {
    double *flux;      // [n] F; the last one 0 on a line
    double *trial;     // [n] F of a shorter or longer step
    double *weight;    // [n] r; 0 where the face is closed
    double *stiffness; // [n] what Newton's matrix has in place of r; < 0 where F is held
    double *residual;  // [n] g
    double *direction; // [n]
    double *shared;    // [n] difference of the rank-one vector
    double *solved;    // [n] B^-1 of it
    double *diagonal;  // [n] of the energy's Hessian
    double *vector;    // [n] rank-one vector of the energy's Hessian
    double *system;    // [n] diagonal of B
    double *off;       // [n]
    double *factor;    // of B
    double *mass;      // [n] of the trial
    double *held;      // [n] change of F on held faces that the direction is to make
    bool holds;        // whether there are any
    double *kept;      // [n] fluxes to come back to
    double rank;       // weight of the rank-one part
    double nu;         // weight of the barrier
    double *plus;      // [n] F+, F- and y of the interior point method
    double *minus;     // [n]
    double *dual;      // [n]
    double *dense;     // [n][n] Hessian and [n][n] matrix, for energies without parts; else NULL
    double *scratch;   // [3][n], likewise
    size_t *pivot;     // [n], likewise
} jko_i_fv;

/* The cell to the right of face e. */
static inline size_t jko_i_fv_right(const jko_flow *flow, size_t e)
{
    return e + 1 < flow->n ? e + 1 : 0;
}

/* m = a - F + shifted F; false if some mass is not > 0. fv.c */
bool jko_i_fv_masses(const jko_flow *flow, const double *flux, double *mass);

/* The Hessian of E, and of the barrier, at flow->mass into w->diagonal, or w->dense. fv_newton.c */
jko_status jko_i_fv_curvature(jko_flow *flow, const jko_energy *energy, jko_i_fv *w);

/* Newton's direction with it, for w->residual and w->stiffness (and w->held). False if the matrix is
   not positive definite. fv_newton.c */
bool jko_i_fv_solve(const jko_flow *flow, jko_i_fv *w);

/* The longest step along the direction, at most 1, that leaves each cell a part of its mass.
   fv_newton.c */
double jko_i_fv_room(const jko_flow *flow, const jko_i_fv *w);

/* Whether masses are as accurate as the flow asks, for a gap and sum r F^2 / 2. fv.c */
bool jko_i_fv_accurate(const jko_flow *flow, double gap, double cost);

/* The step with a cost of reallocation, from w->flux and flow->mass, where
   flow->variation and value are those of the energy. fv_kinks.c */
jko_status jko_i_fv_kinks(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double before,
                          double value, jko_i_solution *solution);

/* Loops of the above in vectors; faces and cells [n]. fv_kernel.c */

/* r of faces with the mobility of masses, 2 square / (m_e + m_{e+1}), 0 between empty cells; the last
   face is closed unless round. Returns whether some face is. */
bool jko_i_fv_weigh(size_t n, bool round, double square, const double *mobility, double *weight,
                    double *stiffness);

/* g = r F + phi_{e+1} - phi_e, 0 where closed; returns sum g^2/(2 r). */
double jko_i_fv_residual(size_t n, const double *weight, const double *flux, const double *phi,
                         double *residual);

/* B, the difference of the rank-one vector, and the right-hand side -g. */
void jko_i_fv_assemble(size_t n, const double *stiffness, const double *diagonal,
                       const double *vector, const double *residual, double *system, double *off,
                       double *shared, double *direction);

/* trial = F + length direction, and the masses there; returns the least. */
double jko_i_fv_move(size_t n, double length, const double *direction, const double *flux,
                     const double *start, double *trial, double *mass);

/* The largest part of a cell's mass that the direction takes away. */
double jko_i_fv_taken(size_t n, const double *direction, const double *mass);

/* sum r F^2. */
double jko_i_fv_cost(size_t n, const double *weight, const double *flux);

#endif

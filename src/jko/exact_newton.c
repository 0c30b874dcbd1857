// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's direction of the interior point method for the exact step.
 *
 * Unknowns P [rows][n], f [rows], S = c + e(m) - f >= 0, m = column sums of P. With
 * theta = P / S, residual rd = c + e - f - S and target P_ij S_ij = mu a_i (so that a row's mass
 * does not matter, however small), the linearised conditions are
 *
 *     dS_ij = rd_ij + (H dm)_j - df_i,     dP_ij = mu a_i/S_ij - P_ij - theta_ij dS_ij
 *     sum_j dP_ij = 0,                     sum_i dP_ij = dm_j
 *
 * Let b_ij = mu a_i/S_ij - P_ij - theta_ij rd_ij, t_i = sum_j theta_ij. Eliminating dS, dP, df,
 *
 *     (I + Sigma H) dm = sum_i b_ij - sum_i theta_ij (sum_k b_ik) / t_i
 *     Sigma_jk = - sum_i theta_ij theta_ik / t_i  for j != k,   rows of Sigma sum to 0
 *
 * an n x n system whatever the energy, since H need not be inverted. The diagonal of the Laplacian
 * Sigma is summed from its off-diagonal entries: all have one sign, so nothing cancels, although
 * theta spans twenty orders of magnitude near the end. O(n^3) time.
 *
 * Source: Wright, Primal-Dual Interior-Point Methods (1997), chapters 2 and 11, for the method.
 */
#include "exact.h"

#include "base/dense.h"
#include "base/status.h"
#include "measure/cost.h"

#include <string.h>

// theta_ij theta_ik / t_i summed over rows into -Sigma; both triangles.
static void fill_laplacian(jko_i_exact *work)
{
    const size_t n = work->n;
    double *theta = work->scratch;
    memset(work->laplacian, 0, n * n * sizeof *work->laplacian);
    for (size_t k = 0; k < work->rows; k++) {
        const double *plan = work->plan + k * n;
        const double *slack = work->slack + k * n;
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            theta[j] = plan[j] / slack[j];
            sum += theta[j];
        }
        work->row_sum[k] = sum;
        for (size_t j = 0; j < n; j++) {
            const double share = theta[j] / sum;
            double *row = work->laplacian + j * n;
            for (size_t l = 0; l < j; l++) {
                row[l] -= share * theta[l];
            }
        }
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t l = 0; l < j; l++) {
            work->laplacian[l * n + j] = work->laplacian[j * n + l];
        }
    }
    for (size_t j = 0; j < n; j++) {
        double sum = 0.0;
        for (size_t l = 0; l < n; l++) {
            sum += l == j ? 0.0 : work->laplacian[j * n + l];
        }
        work->laplacian[j * n + j] = -sum;
    }
}

static void fill_system(jko_i_exact *work)
{
    const size_t n = work->n;
    memset(work->system, 0, n * n * sizeof *work->system);
    for (size_t i = 0; i < n; i++) {
        double *row = work->system + i * n;
        for (size_t k = 0; k < n; k++) {
            const double sigma = work->laplacian[i * n + k];
            const double *h = work->hessian + k * n;
            for (size_t j = 0; j < n; j++) {
                row[j] += sigma * h[j];
            }
        }
        row[i] += 1.0;
    }
}

// b into dplan, rd into dslack, its row sums' effect into df, and the right-hand side into target.
static void fill_right_side(jko_flow *flow, double mu)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    memset(work->target, 0, n * sizeof *work->target);
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        const double *plan = work->plan + k * n;
        const double *slack = work->slack + k * n;
        double *b = work->dplan + k * n;
        double *rd = work->dslack + k * n;
        const double target = mu * flow->start[work->source[k]];
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            rd[j] = c[j] + work->e[j] - work->f[k] - slack[j];
            b[j] = (target - plan[j] * rd[j]) / slack[j] - plan[j];
            sum += b[j];
        }
        work->df[k] = -sum / work->row_sum[k]; // completed once dm is known
        for (size_t j = 0; j < n; j++) {
            work->target[j] += b[j] + plan[j] / slack[j] * work->df[k];
        }
    }
}

jko_status jko_i_exact_direction(jko_flow *flow, const jko_energy *energy, double target)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    jko_status status = jko_i_energy_hessian(flow, energy, work->m, work->hessian, work->scratch);
    if (status < 0) {
        return status;
    }
    fill_laplacian(work);
    fill_system(work);
    fill_right_side(flow, target);
    if (!jko_i_lu_factor(n, work->system, work->pivot)) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the Newton system of the exact step is singular; the "
                                           "Hessian of the energy may not be finite");
    }
    memcpy(work->dm, work->target, n * sizeof *work->dm);
    jko_i_lu_solve(n, work->system, work->pivot, work->dm);
    for (size_t i = 0; i < n; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            sum += work->hessian[i * n + j] * work->dm[j];
        }
        work->y[i] = sum;
    }
    for (size_t k = 0; k < work->rows; k++) {
        const double *plan = work->plan + k * n;
        const double *slack = work->slack + k * n;
        double *dplan = work->dplan + k * n;
        double *dslack = work->dslack + k * n;
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            sum += plan[j] / slack[j] * work->y[j];
        }
        work->df[k] += sum / work->row_sum[k];
        for (size_t j = 0; j < n; j++) {
            const double change = work->y[j] - work->df[k];
            dplan[j] -= plan[j] / slack[j] * change;
            dslack[j] += change;
        }
    }
    return JKO_OK;
}

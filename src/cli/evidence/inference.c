// SPDX-License-Identifier: BSD-3-Clause
/*
 * Intervals by bootstrap over sectors, and permutations of the distance matrix.
 *
 * The bootstrap asks what other sectors of the same kind might have shown with the same tau; it
 * holds neither the error of tau nor that sectors depend on one another. A permutation keeps all
 * distances and gives them to other sectors: tau is chosen again by the same rule, the prediction
 * is judged over the true distance. (b + 1)/(B + 1) is a valid p-value (Phipson and Smyth 2010).
 */
#include "inference.h"

#include "draws.h"
#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

// Certified gap over energy released; looser than a forecast's, which no rank or sign notices.
#define PERMUTATION_TOLERANCE 1e-7
// Draws of the bootstrap in one piece of work.
#define PIECE ((size_t)25)

typedef struct boot_work {
    const ev_forecast *forecast;
    const ev_case *c;
    uint64_t stream;
    size_t draws;
    double *values; // [EV_RIVALS][EV_FIGURES][draws]
} boot_work;

static void figures(const ev_score scores[EV_RIVALS], int rival, double *out)
{
    const ev_score *s = &scores[rival];
    out[EV_W2] = s->w2;
    out[EV_L1] = s->l1;
    out[EV_RANK] = s->rank;
    out[EV_AGREE_MOVERS] = s->agree_movers;
    out[EV_AGREE_ALL] = s->agree_all;
    out[EV_W2_LESS] = s->w2 - scores[EV_NO_CHANGE].w2;
    out[EV_L1_LESS] = s->l1 - scores[EV_NO_CHANGE].l1;
}

static int draw_piece(void *user, size_t piece)
{
    const boot_work *work = user;
    const ev_forecast *f = work->forecast;
    const ev_case *c = work->c;
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    size_t *times = cli_alloc(f->n, sizeof *times);
    int code = ev_cost_create(&cost, f->n, f->distance, NULL);
    code = code != CLI_OK ? code : ev_ot_create(&ot, cost);
    for (size_t b = piece * PIECE; b < (piece + 1) * PIECE && b < work->draws; b++) {
        ev_draws random;
        ev_score scores[EV_RIVALS];
        ev_draws_start(&random, f->map->seed, work->stream + b);
        for (size_t i = 0; i < f->n; i++) {
            times[i] = 0;
        }
        for (size_t i = 0; i < f->n; i++) {
            times[ev_draw_below(&random, f->n)]++;
        }
        for (int r = 0; r < EV_RIVALS && code == CLI_OK; r++) {
            code = ev_score_of(&scores[r], ot, f->n, c->start, c->observed, c->predicted[r], times);
        }
        for (int r = 0; r < EV_RIVALS && code == CLI_OK; r++) {
            double numbers[EV_FIGURES];
            figures(scores, r, numbers);
            for (int k = 0; k < EV_FIGURES; k++) {
                work->values[((size_t)r * EV_FIGURES + (size_t)k) * work->draws + b] = numbers[k];
            }
        }
    }
    jko_ot_free(ot);
    jko_cost_free(cost);
    free(times);
    return code;
}

int ev_bootstrap(ev_intervals *out, const ev_forecast *f, const ev_case *c, uint64_t stream)
{
    const size_t draws = f->map->bootstrap;
    boot_work work = {.forecast = f, .c = c, .stream = stream, .draws = draws};
    work.values = cli_alloc((size_t)EV_RIVALS * EV_FIGURES * draws, sizeof(double));
    double *kept = cli_alloc(draws, sizeof *kept);
    const int code = ev_parallel(f->progress, "bootstrap over sectors", (draws + PIECE - 1) / PIECE,
                                 draw_piece, &work);
    for (size_t at = 0; at < (size_t)EV_RIVALS * EV_FIGURES && code == CLI_OK; at++) {
        const size_t r = at / EV_FIGURES;
        const size_t k = at % EV_FIGURES;
        double numbers[EV_FIGURES];
        size_t count = 0;
        for (size_t b = 0; b < draws; b++) {
            const double value = work.values[at * draws + b];
            if (!isnan(value)) {
                kept[count++] = value;
            }
        }
        figures(c->score, (int)r, numbers);
        out->value[r][k] = numbers[k];
        out->low[r][k] = ev_quantile(count, kept, 0.025);
        out->high[r][k] = ev_quantile(count, kept, 0.975);
        out->usable[r][k] = (double)count / (double)draws;
    }
    free(kept);
    free(work.values);
    return code;
}

typedef struct permute_work {
    const ev_forecast *forecast;
    ev_permutations *out;
} permute_work;

static int permute_once(void *user, size_t b)
{
    const permute_work *work = user;
    const ev_forecast *f = work->forecast;
    const size_t n = f->n;
    ev_draws random;
    ev_score score;
    jko_cost *shuffled = NULL;
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    size_t *order = cli_alloc(n, sizeof *order);
    double *mass = cli_alloc(n, sizeof *mass);
    double *distance = cli_alloc(n * n, sizeof *distance);
    ev_tau_choice choice = {0};
    ev_draws_start(&random, f->map->seed, 500000 + b);
    ev_draw_permutation(&random, n, order);
    for (size_t e = 0; e < n * n; e++) {
        distance[e] = f->distance[order[e / n] * n + order[e % n]];
    }
    int code = ev_cost_create(&cost, n, f->distance, NULL);
    code = code != CLI_OK ? code : ev_cost_create(&shuffled, n, distance, NULL);
    code = code != CLI_OK ? code : ev_ot_create(&ot, cost);
    code = code != CLI_OK
               ? code
               : ev_choose_tau(f, distance, shuffled, ot, PERMUTATION_TOLERANCE, &choice);
    work->out->tau[b] = choice.tried[choice.at];
    if (code == CLI_OK) {
        code = ev_step(f, &f->test, shuffled, work->out->tau[b], PERMUTATION_TOLERANCE, mass, NULL);
    }
    if (code == CLI_OK) {
        code = ev_score_of(&score, ot, n, f->test.start, f->test.observed, mass, NULL);
        work->out->w2[b] = score.w2;
        work->out->l1[b] = score.l1;
        work->out->rank[b] = score.rank;
    }
    jko_ot_free(ot);
    jko_cost_free(shuffled);
    jko_cost_free(cost);
    free(order);
    free(mass);
    free(distance);
    return code;
}

int ev_permute(ev_permutations *out, const ev_forecast *f)
{
    const size_t count = f->map->permutations;
    const ev_score *own = &f->test.score[EV_THEORY];
    *out = (ev_permutations){.count = count};
    out->tau = cli_alloc(count, sizeof(double));
    out->w2 = cli_alloc(count, sizeof(double));
    out->l1 = cli_alloc(count, sizeof(double));
    out->rank = cli_alloc(count, sizeof(double));
    permute_work work = {f, out};
    const int code = ev_parallel(f->progress, "permuted distances", count, permute_once, &work);
    double as_good[3] = {1.0, 1.0, 1.0};
    for (size_t b = 0; b < count; b++) {
        as_good[0] += out->w2[b] <= own->w2;
        as_good[1] += out->l1[b] <= own->l1;
        // Without a correlation (nobody moves) a permutation is not as good as one that has it.
        as_good[2] += isnan(own->rank) || out->rank[b] >= own->rank;
    }
    out->p_w2 = as_good[0] / ((double)count + 1.0);
    out->p_l1 = as_good[1] / ((double)count + 1.0);
    out->p_rank = as_good[2] / ((double)count + 1.0);
    return code;
}

void ev_permutations_free(ev_permutations *permutations)
{
    free(permutations->tau);
    free(permutations->w2);
    free(permutations->l1);
    free(permutations->rank);
}

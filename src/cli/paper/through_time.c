// SPDX-License-Identifier: BSD-3-Clause
/*
 * Figures over time: 3 (distance to the long run), 4 (consumption below its maximum) and 9 (what
 * is lost because labour cannot move).
 */
#include "world.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

#define PIECES ((size_t)100) // of the time axis

typedef struct named {
    const char *name;
    double beta;
    double eta;
    double sigma;
    double rate;   // of decay between t = 3 and 5; 0: not known
    double far[4]; // known L2 distances at 0, 0.2, 1, 2; 0: not known
} named;

static const named runs[] = {
    {"baseline", 0.86, NAN, NAN, 0.74902, {0.10354, 0.08683, 0.04767, 0.02257}},
    {"beta 0.8", 0.8, NAN, NAN, 1.52918, {0.10354, 0.07420, 0.02189, 0.00475}},
    {"sigma 0.3", 0.86, NAN, 0.3, 1.05790, {0.31075, 0.24856, 0.11230, 0.04073}},
    {"eta 0.5", 0.86, 0.5, NAN, 0.0, {0.0, 0.0, 0.0, 0.0}},
    {"eta -0.5", 0.86, -0.5, NAN, 0.0, {0.0, 0.0, 0.0, 0.0}},
};

static const named mobile = {"mobile", 0.86,    NAN,
                             NAN,      0.73625, {0.05444, 0.04242, 0.02337, 0.01119}};

// Follow the run to end in PIECES; states are NULL after a message.
static int follow(paper_world *world, const named *run, double end, double **times, double **states)
{
    paper_variant variant = paper_baseline;
    variant.beta = run->beta;
    variant.eta = run->eta;
    variant.sigma = run->sigma;
    const int code = paper_world_make(world, &variant);
    *times = paper_times(PIECES, end);
    *states = code == CLI_OK ? paper_follow(world, PIECES, *times + 1) : NULL;
    return code == CLI_OK && *states == NULL ? CLI_FAILED : code;
}

static void distance_claims(paper_result *result, const named *run, const double *far)
{
    static const size_t at[] = {0, 4, 20, 40}; // t = 0, 0.2, 1, 2 of 5 in 100
    for (size_t k = 0; k < 4 && run->far[k] > 0.0; k++) {
        char *what = cli_format("%s: distance at t = %g", run->name, 0.05 * (double)at[k]);
        paper_match(result, what, far[at[k]], run->far[k], 5);
        free(what);
    }
    const double rate = log(far[60] / far[100]) / 2.0;
    char *what = run->rate > 0.0
                     ? cli_format("%s: decays at the rate %.5f, to 1 %% (t from 3 to 5)", run->name,
                                  run->rate)
                     : cli_format("%s: decays (rate, t from 3 to 5)", run->name);
    paper_say(result, run->rate > 0.0 ? fabs(rate / run->rate - 1.0) <= 0.01 : rate > 0.0, what,
              "%.5f", rate);
    free(what);
}

int paper_distance(paper_result *result)
{
    int code = CLI_OK;
    for (size_t k = 0; code == CLI_OK && k < 4; k++) {
        paper_world world;
        double *times = NULL;
        double *states = NULL;
        double far[PIECES + 1];
        double logs[PIECES + 1];
        code = follow(&world, &runs[k], 5.0, &times, &states);
        for (size_t i = 0; code == CLI_OK && i <= PIECES; i++) {
            far[i] = paper_to_rest(&world, states + i * world.n);
            logs[i] = log(far[i]);
        }
        if (code == CLI_OK) {
            (void)paper_curve(result, PIECES + 1, times, logs, "%s", runs[k].name);
            distance_claims(result, &runs[k], far);
        }
        free(times);
        free(states);
        paper_world_clear(&world);
    }
    return code;
}

// X at t = 0, 0.2, 2 and in the long run.
static void consumption_claims(paper_result *result, const char *name, const double known[4],
                               const double found[4], int decimals)
{
    static const char *const when[] = {"at t = 0", "at t = 0.2", "at t = 2", "in the long run"};
    for (size_t k = 0; k < 4; k++) {
        char *what = cli_format("%s: X %s", name, when[k]);
        paper_match(result, what, found[k], known[k], decimals);
        free(what);
    }
}

int paper_consumption(paper_result *result)
{
    static const size_t which[] = {0, 1, 2, 4};
    static const double known[][4] = {{0.9798653842, 0.9801055140, 0.9806386302, 0.9806773899},
                                      {0.9812568740, 0.9816238179, 0.9820116796, 0.9820132790},
                                      {0.9299077047, 0.9333094620, 0.9393350748, 0.9395156064}};
    static const double begins[] = {8.28e-4, 7.71e-4, 1.03e-2};
    int code = CLI_OK;
    for (size_t k = 0; code == CLI_OK && k < 4; k++) {
        paper_world world;
        double *times = NULL;
        double *states = NULL;
        double x[PIECES + 1];
        double below[PIECES + 1];
        bool monotone = true;
        code = follow(&world, &runs[which[k]], 2.0, &times, &states);
        for (size_t i = 0; code == CLI_OK && i <= PIECES; i++) {
            x[i] = paper_x(&world, states + i * world.n);
            below[i] = log(world.rest_x / x[i]);
            monotone =
                monotone && (i == 0 || (which[k] == 4 ? x[i] <= x[i - 1] : x[i] >= x[i - 1]));
        }
        if (code == CLI_OK) {
            const char *name = runs[which[k]].name;
            (void)paper_curve(result, PIECES + 1, times, below, "%s", name);
            if (k < 3) {
                consumption_claims(result, name, known[k],
                                   (double[]){x[0], x[10], x[100], world.rest_x}, 10);
                char *start = cli_format("%s: log X*/X at t = 0", name);
                paper_match(result, start, below[0], begins[k], k < 2 ? 6 : 4);
                free(start);
            }
            char *what = cli_format("%s: aggregate consumption %s throughout (log X*/X at t = 0)",
                                    name, k < 3 ? "rises" : "falls");
            paper_say(result, monotone && (k < 3 ? below[0] > 0.0 : below[0] < 0.0), what, "%.3e",
                      below[0]);
            free(what);
        }
        free(times);
        free(states);
        paper_world_clear(&world);
    }
    return code;
}

int paper_efficiency(paper_result *result)
{
    static const size_t at[] = {0, 4, 20, 40, 100};
    static const double known[] = {0.019908, 0.019757, 0.019454, 0.019352, 0.019323};
    static const double x_known[] = {0.9997736614, 0.9998624790, 0.9999904252, 1.0};
    paper_world world[2];
    double *times = paper_times(PIECES, 5.0);
    double *states[2] = {NULL, NULL};
    double gain[PIECES + 1];
    double far[PIECES + 1]; // of mobile labour
    double x[PIECES + 1];
    bool positive = true;
    int code = CLI_OK;
    for (int k = 0; k < 2; k++) {
        paper_variant variant = paper_baseline;
        variant.mobile = k == 1;
        const int made = paper_world_make(&world[k], &variant);
        states[k] = made == CLI_OK ? paper_follow(&world[k], PIECES, times + 1) : NULL;
        code = states[k] == NULL ? CLI_FAILED : code;
    }
    for (size_t i = 0; code == CLI_OK && i <= PIECES; i++) {
        far[i] = paper_to_rest(&world[1], states[1] + i * world[1].n);
        x[i] = paper_x(&world[1], states[1] + i * world[1].n);
        gain[i] = x[i] - paper_x(&world[0], states[0] + i * world[0].n);
        positive = positive && gain[i] > 0.0;
    }
    if (code == CLI_OK) {
        (void)paper_curve(result, PIECES + 1, times, gain, "X mobile - X immobile");
        for (size_t j = 0; j < 5; j++) {
            char *what = cli_format("loss at t = %g", times[at[j]]);
            paper_match(result, what, gain[at[j]], known[j], 6);
            free(what);
        }
        paper_match(result, "loss in the long run", world[1].rest_x - world[0].rest_x, 0.0193226,
                    7);
        consumption_claims(result, mobile.name, x_known,
                           (double[]){x[0], x[4], x[40], world[1].rest_x}, 10);
        distance_claims(result, &mobile, far);
        paper_say(result, positive,
                  "Labour that cannot move costs consumption at all times (smallest loss)", "%.6f",
                  paper_least(PIECES + 1, gain));
    }
    for (int k = 0; k < 2; k++) {
        free(states[k]);
        paper_world_clear(&world[k]);
    }
    free(times);
    return code;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Figures over the sectors along the baseline: 1a, 1b, 2, 7a, 7b and 8.
 */
#include "world.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

typedef struct followed {
    paper_world world;
    double *states; // row 0 the start
} followed;

static int begin(followed *path, size_t count, const double *times)
{
    *path = (followed){0};
    const int code = paper_world_make(&path->world, &paper_baseline);
    if (code == CLI_OK) {
        path->states = paper_follow(&path->world, count, times);
    }
    return code == CLI_OK && path->states == NULL ? CLI_FAILED : code;
}

static int end(followed *path, int code)
{
    free(path->states);
    paper_world_clear(&path->world);
    return code;
}

static const double *state(const followed *path, size_t k)
{
    return path->states + k * path->world.n;
}

static void match_range(paper_result *result, const char *what, size_t n, const double *values,
                        double least, double largest, int decimals)
{
    char *text = cli_format("Smallest %s", what);
    paper_match(result, text, paper_least(n, values), least, decimals);
    free(text);
    text = cli_format("Largest %s", what);
    paper_match(result, text, paper_largest(n, values), largest, decimals);
    free(text);
}

int paper_density(paper_result *result)
{
    static const double times[] = {0.2, 1.0, 2.0};
    followed path;
    int code = begin(&path, 3, times);
    if (code == CLI_OK) {
        const paper_world *w = &path.world;
        double *density = cli_alloc(w->n, sizeof(double));
        paper_densities(w, state(&path, 0), density);
        (void)paper_curve(result, w->n, w->x, density, "t = 0");
        match_range(result, "density at t = 0", w->n, density, 0.8518, 1.1661, 4);
        paper_densities(w, state(&path, 1), density);
        (void)paper_curve(result, w->n, w->x, density, "t = 0.2");
        match_range(result, "density at t = 0.2", w->n, density, 0.9447, 1.0575, 4);
        paper_densities(w, w->rest, density);
        (void)paper_curve(result, w->n, w->x, density, "long run");
        match_range(result, "density in the long run", w->n, density, 0.92135, 1.06867, 5);
        free(density);
        const double far[] = {paper_to_rest(w, state(&path, 0)), paper_to_rest(w, state(&path, 1)),
                              paper_to_rest(w, state(&path, 2)), paper_to_rest(w, state(&path, 3))};
        paper_say(result, far[0] > far[1] && far[1] > far[2] && far[2] > far[3],
                  "The density approaches the long-run equilibrium (L2 distance at t = 0, 0.2, 1, "
                  "2)",
                  "%.5f, %.5f, %.5f, %.5f", far[0], far[1], far[2], far[3]);
    }
    return end(&path, code);
}

int paper_profit(paper_result *result)
{
    static const double times[] = {0.2, 2.0};
    followed path;
    int code = begin(&path, 2, times);
    if (code == CLI_OK) {
        const paper_world *w = &path.world;
        double *rates = cli_alloc(w->n, sizeof(double));
        double spread[4];
        paper_profit_rates(w, state(&path, 0), rates);
        (void)paper_curve(result, w->n, w->x, rates, "t = 0");
        match_range(result, "profit rate at t = 0", w->n, rates, 0.11164, 0.17416, 5);
        spread[0] = paper_variation(w->n, rates);
        paper_profit_rates(w, state(&path, 1), rates);
        (void)paper_curve(result, w->n, w->x, rates, "t = 0.2");
        match_range(result, "profit rate at t = 0.2", w->n, rates, 0.12265, 0.15765, 5);
        spread[1] = paper_variation(w->n, rates);
        paper_profit_rates(w, state(&path, 2), rates);
        match_range(result, "profit rate at t = 2", w->n, rates, 0.13554, 0.14418, 5);
        spread[2] = paper_variation(w->n, rates);
        paper_profit_rates(w, w->rest, rates);
        (void)paper_curve(result, w->n, w->x, rates, "long run");
        match_range(result, "profit rate in the long run", w->n, rates, 0.14, 0.14, 10);
        spread[3] = paper_variation(w->n, rates);
        paper_say(result, spread[0] > spread[1] && spread[1] > spread[2] && spread[3] < 1e-8,
                  "Profit rates become equal (coefficient of variation at t = 0, 0.2, 2 and in the "
                  "long run)",
                  "%.4f, %.4f, %.4f, %.1e", spread[0], spread[1], spread[2], spread[3]);
        free(rates);
    }
    return end(&path, code);
}

int paper_catching_up(paper_result *result)
{
    static const double times[] = {0.01, 0.5, 2.0};
    followed path;
    int code = begin(&path, 3, times);
    if (code == CLI_OK) {
        const paper_world *w = &path.world;
        double *first = cli_alloc(2 * w->n, sizeof(double));
        double *change = first + w->n;
        double r[3];
        paper_profit_rates(w, state(&path, 0), first);
        for (size_t k = 0; k < 3; k++) {
            paper_profit_rates(w, state(&path, k + 1), change);
            for (size_t i = 0; i < w->n; i++) {
                change[i] -= first[i];
            }
            paper_curve(result, w->n, first, change, "t = %g", times[k])->points = true;
            r[k] = paper_correlation(w->n, first, change);
        }
        paper_say(result, r[0] < 0.0 && r[1] < 0.0 && r[2] < 0.0,
                  "Where the profit rate begins high it falls, where it begins low it rises "
                  "(correlation at t = 0.01, 0.5, 2)",
                  "%.4f, %.4f, %.4f", r[0], r[1], r[2]);
        free(first);
    }
    return end(&path, code);
}

// Value of production of each sector; with code as the published code has it: a factor mu^q is
// missing from that.
static void production(const paper_world *w, const double *mass, bool code, double *value)
{
    jko_short_run short_run = {.struct_size = sizeof short_run, .value_of_production = value};
    (void)jko_economy_short_run(w->economy, mass, &short_run);
    for (size_t i = 0; code && i < w->n; i++) {
        value[i] *= pow(mass[i] / w->h, -w->summary.q);
    }
}

// Curves of the value of production, per worker or not, and the coefficients of variation at
// t = 0, 0.2 and in the long run, the published code's in the second row.
static void draw_production(const followed *path, paper_result *result, bool per_worker,
                            double spread[2][3])
{
    static const char *const when[] = {"t = 0", "t = 0.2", "long run"};
    const paper_world *w = &path->world;
    double *value = cli_alloc(w->n, sizeof(double));
    for (int code = 0; code < 2; code++) {
        for (size_t k = 0; k < 3; k++) {
            production(w, k < 2 ? state(path, k) : w->rest, code == 1, value);
            for (size_t i = 0; per_worker && i < w->n; i++) {
                value[i] /= w->labour[i];
            }
            spread[code][k] = paper_variation(w->n, value);
            paper_series *curve =
                paper_curve(result, w->n, w->x, value, "%s%s", when[k], code == 1 ? ", code" : "");
            curve->dashed = code == 1;
            curve->colour = k;
        }
    }
    free(value);
}

int paper_production(paper_result *result)
{
    static const double times[] = {0.2};
    double spread[2][3];
    followed path;
    int code = begin(&path, 1, times);
    if (code == CLI_OK) {
        draw_production(&path, result, false, spread);
        paper_say(result, spread[0][2] > 0.01,
                  "The value of production stays different between sectors (coefficient of "
                  "variation at t = 0, 0.2 and in the long run)",
                  "%.4f, %.4f, %.4f", spread[0][0], spread[0][1], spread[0][2]);
    }
    return end(&path, code);
}

int paper_productivity(paper_result *result)
{
    static const double times[] = {0.2};
    double spread[2][3];
    followed path;
    int code = begin(&path, 1, times);
    if (code == CLI_OK) {
        draw_production(&path, result, true, spread);
        paper_match(result, "Coefficient of variation of r/L at t = 0", spread[0][0], 0.1974, 4);
        paper_match(result, "Coefficient of variation of r/L in the long run", spread[0][2], 0.1935,
                    4);
        paper_match(result, "As the published code computes r/L, it", spread[1][0], 0.186, 3);
        paper_match(result, "So computed, in the long run it", spread[1][2], 0.206, 3);
        paper_say(result, spread[0][2] > 0.5 * spread[0][0],
                  "Labour productivity does not become equal, while profit rates do: what is left "
                  "of its initial variation",
                  "%.1f %%", 100.0 * spread[0][2] / spread[0][0]);
    }
    return end(&path, code);
}

int paper_growth(paper_result *result)
{
    static const double times[] = {0.01, 0.5, 2.0};
    followed path;
    int code = begin(&path, 3, times);
    if (code == CLI_OK) {
        const paper_world *w = &path.world;
        double *first = cli_alloc(3 * w->n, sizeof(double));
        double *now = first + w->n;
        double *after = first + 2 * w->n;
        production(w, state(&path, 0), false, first);
        for (size_t i = 0; i < w->n; i++) {
            first[i] /= w->labour[i];
        }
        for (size_t k = 0; k < 3; k++) {
            production(w, state(&path, k + 1), false, now);
            for (size_t i = 0; i < w->n; i++) {
                after[i] = now[i] / w->labour[i];
                now[i] = log(after[i] / first[i]);
            }
            paper_curve(result, w->n, first, now, "t = %g", times[k])->points = true;
        }
        const double left = paper_variation(w->n, after) / paper_variation(w->n, first);
        const double most = paper_largest(w->n, now);
        paper_say(result, left > 0.5,
                  "Productivity rises where it begins low, but by so little that differences stay: "
                  "what is left of its initial variation at t = 2, and the largest growth until "
                  "then",
                  "%.1f %%, %.1f %%", 100.0 * left, 100.0 * most);
        free(first);
    }
    return end(&path, code);
}

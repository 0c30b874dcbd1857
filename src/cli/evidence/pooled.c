// SPDX-License-Identifier: BSD-3-Clause
/*
 * Pooled regressions. Effects are taken out by means first (Frisch and Waugh 1933), which leaves
 * slopes, residuals and cluster sums as dummies would; with effects of both kinds sectors go by
 * means and years by dummies, exactly also where rows are missing.
 *
 * CV1: the usual sandwich. CV3: the jackknife over clusters, (G - 1)/G sum (b_(g) - b)(b_(g) - b)',
 * which is the better guide for some tens of clusters (MacKinnon, Nielsen and Webb 2023).
 */
#include "pooled.h"

#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY ((size_t)-1)

// Rows after the effects are out.
typedef struct design {
    size_t n;
    size_t k;
    double *x; // [n][k]
    double *y;
    size_t *group; // [n] 0 .. groups - 1
    size_t groups;
    size_t absorbed;
} design;

void ev_rows_create(ev_rows *rows, size_t most, size_t k, size_t sectors, size_t years)
{
    *rows = (ev_rows){.k = k, .sectors = sectors, .years = years};
    rows->x = cli_alloc(most * k, sizeof(double));
    rows->y = cli_alloc(most, sizeof(double));
    rows->lag = cli_alloc(most, sizeof(double));
    rows->sector = cli_alloc(most, sizeof(size_t));
    rows->year = cli_alloc(most, sizeof(size_t));
}

void ev_rows_free(ev_rows *rows)
{
    free(rows->x);
    free(rows->y);
    free(rows->lag);
    free(rows->sector);
    free(rows->year);
    *rows = (ev_rows){0};
}

static void free_design(design *d)
{
    free(d->x);
    free(d->y);
    free(d->group);
}

// Take the mean of each class of rows out of a column of stride.
static void demean(size_t n, const size_t *class, size_t classes, double *values, size_t stride)
{
    double *sum = cli_alloc(classes, sizeof *sum);
    size_t *count = cli_alloc(classes, sizeof *count);
    for (size_t i = 0; i < n; i++) {
        sum[class[i]] += values[i * stride];
        count[class[i]]++;
    }
    for (size_t i = 0; i < n; i++) {
        values[i * stride] -= sum[class[i]] / (double)count[class[i]];
    }
    free(sum);
    free(count);
}

static size_t count_classes(size_t n, const size_t *class, size_t most, size_t *renumbered)
{
    size_t *number = cli_alloc(most, sizeof *number);
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (number[class[i]] == 0) {
            number[class[i]] = ++found;
        }
        renumbered[i] = number[class[i]] - 1;
    }
    free(number);
    return found;
}

// The rows but those of a sector (NOBODY: all): regressors x, and year dummies if both effects.
static void build(design *d, const ev_rows *rows, ev_effects effects, size_t without)
{
    const bool both = effects == EV_YEARS_AND_SECTORS;
    const size_t room = rows->n > 0 ? rows->n : 1;
    size_t *year = cli_alloc(room, sizeof *year);
    size_t *at = cli_alloc(room, sizeof *at);
    size_t n = 0;
    *d = (design){.group = cli_alloc(room, sizeof(size_t))};
    for (size_t i = 0; i < rows->n; i++) {
        const bool lacks = effects == EV_INSTRUMENT && isnan(rows->lag[i]);
        if (rows->sector[i] != without && !lacks) {
            d->group[n] = rows->sector[i];
            year[n] = rows->year[i];
            at[n++] = i;
        }
    }
    d->n = n;
    d->groups = count_classes(n, d->group, rows->sectors, d->group);
    const size_t years = count_classes(n, year, rows->years, year);
    d->k = rows->k + (both && years > 0 ? years - 1 : 0);
    d->x = cli_alloc(n * d->k, sizeof(double));
    d->y = cli_alloc(n, sizeof(double));
    d->absorbed = both ? d->groups : years;
    for (size_t i = 0; i < n; i++) {
        memcpy(d->x + i * d->k, rows->x + at[i] * rows->k, rows->k * sizeof(double));
        d->y[i] = rows->y[at[i]];
        if (both && year[i] > 0) {
            d->x[i * d->k + rows->k + year[i] - 1] = 1.0;
        }
    }
    const size_t *class = both ? d->group : year;
    const size_t classes = both ? d->groups : years;
    for (size_t c = 0; c < d->k; c++) {
        demean(n, class, classes, d->x + c, d->k);
    }
    demean(n, class, classes, d->y, 1);
    free(year);
    free(at);
}

static bool slopes(const ev_rows *rows, ev_effects effects, size_t without, double *beta)
{
    design d;
    ev_fit fit = {0};
    build(&d, rows, effects, without);
    const bool good = d.n > 0 && ev_fit_ols(&fit, d.n, d.k, d.x, d.y);
    for (size_t c = 0; good && c < rows->k; c++) {
        beta[c] = fit.beta[c];
    }
    ev_fit_free(&fit);
    free_design(&d);
    return good;
}

static bool jackknife(ev_pooled *out, const ev_rows *rows, ev_effects effects)
{
    const size_t k = rows->k;
    const double share = ((double)out->groups - 1.0) / (double)out->groups;
    bool *has = cli_alloc(rows->sectors, sizeof *has);
    bool good = true;
    memset(out->cv3, 0, sizeof out->cv3);
    for (size_t i = 0; i < rows->n; i++) {
        has[rows->sector[i]] = true;
    }
    for (size_t g = 0; g < rows->sectors && good; g++) {
        double beta[EV_POOLED] = {0};
        if (!has[g]) {
            continue;
        }
        good = slopes(rows, effects, g, beta);
        for (size_t a = 0; a < k; a++) {
            for (size_t b = 0; b < k; b++) {
                out->cv3[a * k + b] += share * (beta[a] - out->beta[a]) * (beta[b] - out->beta[b]);
            }
        }
    }
    free(has);
    return good;
}

// Just identified: b = (z'x)^-1 z'y, z the regressors with the last one replaced by its lag.
static bool instrument(ev_pooled *out, const ev_rows *rows)
{
    ev_rows lagged = *rows;
    design d;
    design z;
    lagged.x = cli_alloc(rows->n * rows->k, sizeof(double));
    memcpy(lagged.x, rows->x, rows->n * rows->k * sizeof(double));
    for (size_t i = 0; i < rows->n; i++) {
        lagged.x[i * rows->k + rows->k - 1] = rows->lag[i];
    }
    build(&d, rows, EV_INSTRUMENT, NOBODY);
    build(&z, &lagged, EV_INSTRUMENT, NOBODY);
    double zx[4] = {0};
    double zy[2] = {0};
    const size_t k = rows->k;
    for (size_t i = 0; i < d.n; i++) {
        for (size_t a = 0; a < k; a++) {
            zy[a] += z.x[i * k + a] * d.y[i];
            for (size_t b = 0; b < k; b++) {
                zx[a * k + b] += z.x[i * k + a] * d.x[i * k + b];
            }
        }
    }
    const double det = k == 2 ? zx[0] * zx[3] - zx[1] * zx[2] : zx[0];
    const bool good = d.n > k && isfinite(det) && det != 0.0;
    double inverse[4] = {1.0 / det, 0.0, 0.0, 0.0};
    if (k == 2) {
        inverse[0] = zx[3] / det;
        inverse[1] = -zx[1] / det;
        inverse[2] = -zx[2] / det;
        inverse[3] = zx[0] / det;
    }
    out->n = d.n;
    out->groups = d.groups;
    out->variance = NAN;
    double *score = cli_alloc((d.groups + 1) * k, sizeof *score);
    for (size_t a = 0; a < k; a++) {
        out->beta[a] = 0.0;
        for (size_t b = 0; b < k; b++) {
            out->beta[a] += inverse[a * k + b] * zy[b];
        }
    }
    for (size_t i = 0; i < d.n; i++) {
        double residual = d.y[i];
        for (size_t a = 0; a < k; a++) {
            residual -= d.x[i * k + a] * out->beta[a];
        }
        for (size_t a = 0; a < k; a++) {
            for (size_t b = 0; b < k; b++) {
                score[d.group[i] * k + a] += inverse[a * k + b] * z.x[i * k + b] * residual;
            }
        }
    }
    const double n = (double)d.n;
    const double g = (double)d.groups;
    const double factor = g / (g - 1.0) * (n - 1.0) / (n - (double)(k + d.absorbed));
    for (size_t a = 0; a < k * k; a++) {
        out->cv1[a] = 0.0;
        out->cv3[a] = NAN;
        for (size_t c = 0; c < d.groups; c++) {
            out->cv1[a] += factor * score[c * k + a / k] * score[c * k + a % k];
        }
    }
    free(score);
    free_design(&d);
    free_design(&z);
    free(lagged.x);
    return good;
}

bool ev_pooled_fit(ev_pooled *out, const ev_rows *rows, ev_effects effects)
{
    *out = (ev_pooled){0};
    if (effects == EV_INSTRUMENT) {
        return instrument(out, rows);
    }
    design d;
    ev_fit fit = {0};
    build(&d, rows, effects, NOBODY);
    out->n = d.n;
    out->groups = d.groups;
    bool good = d.n > 0 && d.groups > 2 && ev_fit_ols(&fit, d.n, d.k, d.x, d.y);
    if (good) {
        out->variance = fit.rss / (double)d.n;
        double *covariance = cli_alloc(d.k * d.k, sizeof *covariance);
        ev_fit_cluster(&fit, d.x, d.group, d.groups, d.absorbed, covariance);
        for (size_t a = 0; a < rows->k; a++) {
            out->beta[a] = fit.beta[a];
            for (size_t b = 0; b < rows->k; b++) {
                out->cv1[a * rows->k + b] = covariance[a * d.k + b];
            }
        }
        free(covariance);
        good = jackknife(out, rows, effects);
    }
    ev_fit_free(&fit);
    free_design(&d);
    return good;
}

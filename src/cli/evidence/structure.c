// SPDX-License-Identifier: BSD-3-Clause
/*
 * R3: log mu = const + rho1 log L - (1 + rho2) log pi + year effects + u, and what follows:
 *
 *     s = rho2/(1 + rho2)   q = rho1/(beta (1 + rho2))   theta = beta rho2/rho1
 *     eta = beta (1 + rho2/rho1) - 1             sigma = 1 + rho1/D, D = beta (1 + rho2) - rho1
 *
 * Each is a ratio: where the denominator may be 0 the delta method means nothing, so it is looked
 * at first, and Fieller's set is given beside it.
 */
#include "structure.h"

#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

// A ratio (n . (1, rho1, rho2)) / (d . (1, rho1, rho2)), scaled and shifted.
typedef struct ratio {
    double top[3];
    double bottom[3];
    double scale;
    double shift;
} ratio;

static ratio ratio_of(ev_parameter parameter, double beta)
{
    switch (parameter) {
    case EV_S:
        return (ratio){{0.0, 0.0, 1.0}, {1.0, 0.0, 1.0}, 1.0, 0.0};
    case EV_Q:
        return (ratio){{0.0, 1.0, 0.0}, {beta, 0.0, beta}, 1.0, 0.0};
    case EV_THETA:
        return (ratio){{0.0, 0.0, 1.0}, {0.0, 1.0, 0.0}, beta, 0.0};
    case EV_ETA:
        return (ratio){{0.0, 0.0, 1.0}, {0.0, 1.0, 0.0}, beta, beta - 1.0};
    default:
        return (ratio){{0.0, 1.0, 0.0}, {beta, -1.0, beta}, 1.0, 1.0};
    }
}

static double form(const double *v, double a, double b, double c, double d)
{
    return v[0] * a * c + v[1] * (a * d + b * c) + v[3] * b * d;
}

static void derive(const ev_structure *s, ev_parameter parameter, ev_derived *out)
{
    const ratio r = ratio_of(parameter, s->beta);
    const double t = ev_t_quantile(0.975, s->df);
    const double top = r.top[0] + r.top[1] * s->rho1 + r.top[2] * s->rho2;
    const double bottom = r.bottom[0] + r.bottom[1] * s->rho1 + r.bottom[2] * s->rho2;
    const double vnn = form(s->covariance, r.top[1], r.top[2], r.top[1], r.top[2]);
    const double vdd = form(s->covariance, r.bottom[1], r.bottom[2], r.bottom[1], r.bottom[2]);
    const double vnd = form(s->covariance, r.top[1], r.top[2], r.bottom[1], r.bottom[2]);
    const double x = top / bottom;
    out->denominator = bottom;
    out->sure = fabs(bottom) > t * sqrt(vdd);
    out->value = r.shift + r.scale * x;
    out->se = r.scale * sqrt(vnn - 2.0 * x * vnd + x * x * vdd) / fabs(bottom);
    out->low = out->value - t * out->se;
    out->high = out->value + t * out->se;
    // (top - x bottom)^2 <= t^2 (vnn - 2 x vnd + x^2 vdd), a parabola in x.
    const double a = bottom * bottom - t * t * vdd;
    const double b = top * bottom - t * t * vnd;
    const double c = top * top - t * t * vnn;
    const double root = sqrt(fmax(b * b - a * c, 0.0)); // below 0 by rounding only, for a > 0
    out->fieller_low = a > 0.0 ? r.shift + r.scale * (b - root) / a : NAN;
    out->fieller_high = a > 0.0 ? r.shift + r.scale * (b + root) / a : NAN;
}

static void judge(ev_structure *s)
{
    cli_text why = {0};
    const double bottom = s->derived[EV_SIGMA].denominator;
    s->admissible = true;
    if (!(s->rho1 > 0.0)) {
        cli_text_add(&why, "rho1 is not > 0; ");
    }
    if (!(s->derived[EV_S].denominator > 0.0)) {
        cli_text_add(&why, "1 + rho2 is not > 0, so s < 1 fails; ");
    }
    if (!(bottom > 0.0)) {
        cli_text_add(&why, "q < 1 and sigma > 0 fail: beta must be above rho1/(1 + rho2) = %.3f; ",
                     s->rho1 / (1.0 + s->rho2));
    }
    s->admissible = why.length == 0;
    if (s->admissible) {
        cli_text_add(&why, "admissible; theta is %s 0, so the flow %s consumption",
                     s->derived[EV_THETA].value > 0.0 ? ">" : "<",
                     s->derived[EV_THETA].value > 0.0 ? "raises" : "lowers");
        if (s->derived[EV_THETA].low < 0.0 && s->derived[EV_THETA].high > 0.0) {
            cli_text_add(&why, " (its sign is not settled at 95 %%)");
        }
    } else {
        why.text[why.length - 2] = '\0';
    }
    s->verdict = cli_text_take(&why);
}

void ev_structure_derive(ev_structure *structure)
{
    for (int p = 0; p < EV_PARAMETERS; p++) {
        derive(structure, (ev_parameter)p, &structure->derived[p]);
    }
    judge(structure);
    // Past the pole the formulas still give numbers, which mean nothing.
    if (!(structure->derived[EV_SIGMA].denominator > 0.0) || !(structure->rho1 > 0.0)) {
        ev_derived *sigma = &structure->derived[EV_SIGMA];
        sigma->value = sigma->se = sigma->low = sigma->high = NAN;
        sigma->fieller_low = sigma->fieller_high = NAN;
    }
}

void ev_structure_rows(ev_rows *rows, const ev_panel *panel)
{
    ev_rows_create(rows, panel->n * panel->years, 2, panel->n, panel->years);
    for (size_t i = 0; i < panel->n; i++) {
        for (size_t t = 0; t < panel->years && panel->kept[i]; t++) {
            const int year = panel->first + (int)t;
            const double mass = ev_value(panel, EV_MASS, i, year);
            const double labour = ev_value(panel, EV_EMPLOYEES, i, year);
            const double rate = ev_measured(panel, EV_GROSS, i, year);
            const double lag = ev_measured(panel, EV_GROSS, i, year - 1);
            if (mass > 0.0 && labour > 0.0 && rate > 0.0) {
                const size_t at = rows->n++;
                rows->y[at] = log(mass);
                rows->x[2 * at] = log(labour);
                rows->x[2 * at + 1] = log(rate);
                rows->lag[at] = lag > 0.0 ? log(lag) : NAN;
                rows->sector[at] = i;
                rows->year[at] = t;
            }
        }
    }
}

static const char *const effects[] = {"year effects", "year and sector effects",
                                      "year effects, profit rate instrumented by its lag"};

ev_table *ev_structure_table(const ev_panel *panel, const ev_map *map)
{
    static const ev_column columns[] = {
        {"effects", "with", EV_TEXT},
        {"n", "n", 0},
        {"sectors", "sectors", 0},
        {"rho1", "rho1", 3},
        {"rho1_se", "s.e. CV1", 3},
        {"rho1_se_cv3", "s.e. CV3", 3},
        {"rho2", "rho2", 3},
        {"rho2_se", "s.e. CV1", 3},
        {"rho2_se_cv3", "s.e. CV3", 3},
        {"log_pi", "coefficient of log pi", 3},
        {"covariance", NULL, EV_GENERAL},
    };
    ev_table *table = ev_table_create("structure", "R3: the structural equation",
                                      sizeof columns / sizeof columns[0], columns);
    ev_rows rows;
    (void)map;
    ev_structure_rows(&rows, panel);
    for (int e = 0; e < 3; e++) {
        ev_pooled fit;
        const bool good = ev_pooled_fit(&fit, &rows, (ev_effects)e);
        const double none = good ? 0.0 : NAN;
        ev_table_text(table, effects[e]);
        const double numbers[] = {(double)fit.n,           (double)fit.groups,
                                  none + fit.beta[0],      none + sqrt(fit.cv1[0]),
                                  none + sqrt(fit.cv3[0]), none - fit.beta[1] - 1.0,
                                  none + sqrt(fit.cv1[3]), none + sqrt(fit.cv3[3]),
                                  none + fit.beta[1],      none - fit.cv1[1]};
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            ev_table_number(table, numbers[k]);
        }
    }
    ev_rows_free(&rows);
    table->note = cli_copy(
        "log mu = const + rho1 log L - (1 + rho2) log pi; mu the mass of firms, L employees, pi "
        "the "
        "gross profit rate. Errors clustered by sector: CV1, and the cluster jackknife CV3. pi has "
        "capital in its denominator, so that an error in capital pushes the coefficient of log pi "
        "towards -1; the lag mends that only as far as such errors do not last, and capital stocks "
        "carry theirs along for years. Technology is in the residual: where mass has not yet "
        "answered "
        "it, profit rates show it, which pulls the coefficient towards 0, and with sector effects "
        "little else is left. Read rho2 as descriptive.");
    return table;
}

ev_table *ev_error_table(const ev_panel *panel)
{
    static const double errors[] = {0.0, 0.05, 0.1, 0.2, 0.3, 0.4};
    static const ev_column columns[] = {{"error", "s.d. of the error in log capital", 2},
                                        {"share", "share of the variance of log pi", 3},
                                        {"rho2", "rho2 behind it", 3},
                                        {"s", "s", 3}};
    ev_table *table = ev_table_create("capital-error", "What an error in capital would hide",
                                      sizeof columns / sizeof columns[0], columns);
    ev_rows rows;
    ev_rows rates;
    ev_pooled fit;
    ev_pooled rate;
    ev_structure_rows(&rows, panel);
    ev_rows_create(&rates, rows.n > 0 ? rows.n : 1, 1, rows.sectors, rows.years);
    for (rates.n = 0; rates.n < rows.n; rates.n++) {
        rates.y[rates.n] = rows.x[2 * rates.n + 1];
        rates.x[rates.n] = rows.x[2 * rates.n];
        rates.sector[rates.n] = rows.sector[rates.n];
        rates.year[rates.n] = rows.year[rates.n];
    }
    const bool good =
        ev_pooled_fit(&fit, &rows, EV_YEARS) && ev_pooled_fit(&rate, &rates, EV_YEARS);
    for (size_t k = 0; good && k < sizeof errors / sizeof errors[0]; k++) {
        const double share = errors[k] * errors[k] / rate.variance;
        const double rho2 = share < 1.0 ? (-fit.beta[1] - 1.0) / (1.0 - share) : NAN;
        ev_table_number(table, errors[k]);
        ev_table_number(table, share);
        ev_table_number(table, rho2);
        ev_table_number(table, rho2 / (1.0 + rho2));
    }
    ev_rows_free(&rates);
    ev_rows_free(&rows);
    table->note = cli_copy(
        "If log capital has an error v that is independent of everything else, the coefficient of "
        "log pi is -1 - rho2 (1 - v^2/V), V the variance of log pi given log L and the year: the "
        "estimate of rho2 is too near 0. The table turns that around.");
    return table;
}

double ev_labour_share(const ev_panel *panel)
{
    double paid = 0.0;
    double added = 0.0;
    for (size_t k = 0; panel->value[EV_COMPENSATION] != NULL && k < panel->n * panel->years; k++) {
        const double a = panel->value[EV_COMPENSATION][k];
        const double b = panel->value[EV_VALUE_ADDED][k];
        if (panel->used[k] && !isnan(a) && !isnan(b)) {
            paid += a;
            added += b;
        }
    }
    return added > 0.0 ? paid / added : NAN;
}

static void add_parameters(ev_table *table, ev_structure *s, const char *where)
{
    static const char *const names[] = {"s", "q", "theta", "eta", "sigma"};
    ev_structure_derive(s);
    for (int p = 0; p < EV_PARAMETERS; p++) {
        const ev_derived *d = &s->derived[p];
        ev_table_text(table, where);
        ev_table_number(table, s->beta);
        ev_table_text(table, names[p]);
        const double numbers[] = {d->value,       d->se,           d->low,        d->high,
                                  d->fieller_low, d->fieller_high, d->denominator};
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
            ev_table_number(table, numbers[k]);
        }
        char *note = cli_format(
            "%s%s", d->sure ? "" : "its denominator may be 0, so that its s.e. means nothing; ",
            p == EV_SIGMA ? s->verdict : "");
        ev_table_text(table, note);
        free(note);
    }
    free(s->verdict);
    s->verdict = NULL;
}

ev_table *ev_parameters_table(const ev_panel *panel, const ev_map *map)
{
    static const ev_column columns[] = {
        {"labour_exponent_from", "beta from", EV_TEXT},
        {"beta", "beta", 3},
        {"parameter", "parameter", EV_TEXT},
        {"value", "value", 3},
        {"se", "s.e. (delta)", 3},
        {"low", "95 % from", 3},
        {"high", "to", 3},
        {"fieller_low", "Fieller from", 3},
        {"fieller_high", "to", 3},
        {"denominator", "denominator", 3},
        {"remark", "remark", EV_TEXT},
    };
    ev_table *table = ev_table_create("parameters", "Parameters that follow from R3 (year effects)",
                                      sizeof columns / sizeof columns[0], columns);
    ev_rows rows;
    ev_pooled fit;
    const double share = ev_labour_share(panel);
    ev_structure_rows(&rows, panel);
    if (ev_pooled_fit(&fit, &rows, EV_YEARS)) {
        // The second coefficient is -(1 + rho2): its sign turns the covariance around.
        ev_structure s = {.beta = map->structure_beta,
                          .df = (double)fit.groups - 1.0,
                          .rho1 = fit.beta[0],
                          .rho2 = -fit.beta[1] - 1.0,
                          .covariance = {fit.cv3[0], -fit.cv3[1], -fit.cv3[2], fit.cv3[3]}};
        add_parameters(table, &s, "the map");
        if (share > 0.0 && share < 1.0) {
            s.beta = share;
            add_parameters(table, &s, "the measured labour share");
        }
    }
    ev_rows_free(&rows);
    table->note = cli_copy("Errors by the cluster jackknife CV3. No interval holds beta's own "
                           "error. Where the denominator's interval holds 0 Fieller's set "
                           "is no interval and stands as –.");
    return table;
}

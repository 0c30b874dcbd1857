// SPDX-License-Identifier: BSD-3-Clause
/*
 * The tables of the forecast.
 */
#include "inference.h"

#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

// The first cells of a row, and the figures that follow them with their intervals.
static void add_rows(ev_table *table, const ev_case *c, const ev_intervals *intervals,
                     const char *use, size_t count, const ev_figure *figures)
{
    for (int r = 0; r < EV_RIVALS; r++) {
        char *window = cli_format("%d-%d", c->window.from, c->window.to);
        ev_table_text(table, window);
        ev_table_text(table, use);
        ev_table_text(table, ev_rival_name((ev_rival)r));
        free(window);
        for (size_t k = 0; k < count; k++) {
            ev_table_number(table, intervals->value[r][figures[k]]);
            ev_table_number(table, intervals->low[r][figures[k]]);
            ev_table_number(table, intervals->high[r][figures[k]]);
        }
        if (figures[0] == EV_RANK) {
            ev_table_number(table, c->score[r].movers);
            ev_table_number(table, c->score[r].still);
        }
    }
}

ev_table *ev_forecast_table(const ev_forecast *forecast, const ev_intervals *train,
                            const ev_intervals *test)
{
    static const ev_column columns[] = {
        {"window", "window", EV_TEXT},
        {"use", "use", EV_TEXT},
        {"forecast", "forecast", EV_TEXT},
        {"w2", "W2", 4},
        {"w2_low", "from", 4},
        {"w2_high", "to", 4},
        {"w2_less_no_change", "− no change", 4},
        {"w2_less_low", "from", 4},
        {"w2_less_high", "to", 4},
        {"l1", "L1", 4},
        {"l1_low", "from", 4},
        {"l1_high", "to", 4},
        {"l1_less_no_change", "− no change", 4},
        {"l1_less_low", "from", 4},
        {"l1_less_high", "to", 4},
    };
    static const ev_figure figures[] = {EV_W2, EV_W2_LESS, EV_L1, EV_L1_LESS};
    ev_table *table = ev_table_create("forecast", "How far each forecast is from what came",
                                      sizeof columns / sizeof columns[0], columns);
    add_rows(table, &forecast->test, test, "judged", 4, figures);
    add_rows(table, &forecast->train, train, "chosen on", 4, figures);
    table->note = cli_format("W2 and L1 are errors of shares: smaller is better. “from … to”: 95 "
                             "%% by %zu bootstrap draws "
                             "of sectors, tau kept. A forecast beats no change where the whole "
                             "interval of “− no change” "
                             "is below 0. The rows “chosen on” are no test: tau and the size of "
                             "the profit gap were chosen "
                             "there, and the trend is drawn through its end.",
                             forecast->map->bootstrap);
    return table;
}

ev_table *ev_changes_table(const ev_forecast *forecast, const ev_intervals *train,
                           const ev_intervals *test)
{
    static const ev_column columns[] = {
        {"window", "window", EV_TEXT},
        {"use", "use", EV_TEXT},
        {"forecast", "forecast", EV_TEXT},
        {"rank", "rank corr.", 2},
        {"rank_low", "from", 2},
        {"rank_high", "to", 2},
        {"agree_movers", "signs, movers", 2},
        {"agree_movers_low", "from", 2},
        {"agree_movers_high", "to", 2},
        {"agree_all", "signs, all", 2},
        {"agree_all_low", "from", 2},
        {"agree_all_high", "to", 2},
        {"movers", "move", 0},
        {"still", "stay", 0},
    };
    static const ev_figure figures[] = {EV_RANK, EV_AGREE_MOVERS, EV_AGREE_ALL};
    ev_table *table =
        ev_table_create("forecast-changes", "Which way: predicted and observed changes",
                        sizeof columns / sizeof columns[0], columns);
    add_rows(table, &forecast->test, test, "judged", 3, figures);
    add_rows(table, &forecast->train, train, "chosen on", 3, figures);
    table->note = cli_copy(
        "Spearman’s rank correlation, and the share of sectors whose predicted change has the sign "
        "of the observed one: among those that a forecast moves, and among all, where one that it "
        "leaves in its place counts as wrong unless nothing was observed there either.");
    return table;
}

ev_table *ev_permutation_table(const ev_permutations *permutations, const ev_forecast *forecast)
{
    static const ev_column columns[] = {{"distance", "distance", EV_TEXT},
                                        {"number", "number", 0},
                                        {"tau", "tau", EV_GENERAL},
                                        {"w2", "W2", 4},
                                        {"l1", "L1", 4},
                                        {"rank", "rank corr.", 2}};
    ev_table *table = ev_table_create("permutations", "Each permuted distance matrix",
                                      sizeof columns / sizeof columns[0], columns);
    const ev_score *own = &forecast->test.score[EV_THEORY];
    for (size_t b = 0; b <= permutations->count; b++) {
        const size_t k = b - (b > 0);
        ev_table_text(table, b == 0 ? "true" : "permuted");
        ev_table_number(table, (double)b);
        ev_table_number(table, b == 0 ? forecast->tau : permutations->tau[k]);
        ev_table_number(table, b == 0 ? own->w2 : permutations->w2[k]);
        ev_table_number(table, b == 0 ? own->l1 : permutations->l1[k]);
        ev_table_number(table, b == 0 ? own->rank : permutations->rank[k]);
    }
    return table;
}

static void add_summary(ev_table *table, const char *what, double own, size_t n,
                        const double *values, double p)
{
    double *kept = cli_alloc(n, sizeof *kept);
    size_t count = 0;
    for (size_t k = 0; k < n; k++) {
        if (!isnan(values[k])) {
            kept[count++] = values[k];
        }
    }
    ev_table_text(table, what);
    ev_table_number(table, own);
    ev_table_number(table, ev_quantile(count, kept, 0.025));
    ev_table_number(table, ev_quantile(count, kept, 0.5));
    ev_table_number(table, ev_quantile(count, kept, 0.975));
    ev_table_number(table, p);
    free(kept);
}

ev_table *ev_permutation_summary(const ev_permutations *permutations, const ev_forecast *forecast)
{
    static const ev_column columns[] = {
        {"figure", "figure", EV_TEXT}, {"true_distance", "true distance", 4},
        {"low", "permuted, 2.5 %", 4}, {"median", "median", 4},
        {"high", "97.5 %", 4},         {"p", "p", 3},
    };
    ev_table *table = ev_table_create("permutation-test", "Does the distance carry information?",
                                      sizeof columns / sizeof columns[0], columns);
    const ev_score *own = &forecast->test.score[EV_THEORY];
    const size_t n = permutations->count;
    add_summary(table, "W2 to the observed shares", own->w2, n, permutations->w2,
                permutations->p_w2);
    add_summary(table, "L1 to the observed shares", own->l1, n, permutations->l1,
                permutations->p_l1);
    add_summary(table, "rank correlation of changes", own->rank, n, permutations->rank,
                permutations->p_rank);
    table->note = cli_format(
        "%zu permutations of the sectors of the distance matrix, tau chosen anew on %d-%d by the "
        "same rule, judged on %d-%d. p is the share of matrices as good as the true one or better; "
        "a "
        "small p would say that the distance carries information. W2 is measured over the true "
        "distance; L1 and the rank correlation do not use any.",
        n, forecast->train.window.from, forecast->train.window.to, forecast->test.window.from,
        forecast->test.window.to);
    return table;
}

ev_table *ev_tau_table(const ev_forecast *forecast)
{
    static const ev_column columns[] = {
        {"tau", "tau", EV_GENERAL}, {"w2", "W2", 5}, {"chosen", "", EV_TEXT}};
    ev_table *table = ev_table_create("tau", "Choice of tau: error over the window chosen on",
                                      sizeof columns / sizeof columns[0], columns);
    ev_table_number(table, 0.0);
    ev_table_number(table, forecast->train.score[EV_NO_CHANGE].w2);
    ev_table_text(table, "no change, for comparison");
    // In ascending order: each time the least of those above the last.
    double last = 0.0;
    for (size_t row = 0; row < EV_TAUS; row++) {
        size_t next = EV_TAUS;
        for (size_t k = 0; k < EV_TAUS; k++) {
            const double tau = forecast->choice.tried[k];
            next = tau > last && (next == EV_TAUS || tau < forecast->choice.tried[next]) ? k : next;
        }
        if (next < EV_TAUS) {
            last = forecast->choice.tried[next];
            ev_table_number(table, last);
            ev_table_number(table, forecast->choice.w2[next]);
            ev_table_text(table, next == forecast->choice.at ? "chosen" : "");
        }
    }
    table->note =
        cli_format("Below tau = %.4g no firm moves at all (grid locking).", forecast->choice.least);
    return table;
}

ev_table *ev_shares_table(const ev_forecast *forecast)
{
    static const ev_column columns[] = {
        {"window", "window", EV_TEXT}, {"sector", "sector", EV_TEXT},
        {"label", "name", EV_TEXT},    {"rate", "profit rate", 4},
        {"weight", "weight", 4},       {"start", "share, start", 5},
        {"observed", "share, end", 5}, {"theory", "theory", 5},
        {"trend", "trend", 5},         {"profit_gap", "profit gap", 5},
    };
    ev_table *table = ev_table_create("shares", "Shares of capital by sector",
                                      sizeof columns / sizeof columns[0], columns);
    for (int k = 0; k < 2; k++) {
        const ev_case *c = k == 0 ? &forecast->test : &forecast->train;
        for (size_t i = 0; i < forecast->n; i++) {
            char *window = cli_format("%d-%d", c->window.from, c->window.to);
            ev_table_text(table, window);
            ev_table_text(table, forecast->panel->codes[forecast->who[i]]);
            ev_table_text(table, forecast->panel->labels[forecast->who[i]]);
            free(window);
            const double numbers[] = {c->rate[i],
                                      c->weight[i],
                                      c->start[i],
                                      c->observed[i],
                                      c->predicted[EV_THEORY][i],
                                      c->predicted[EV_TREND][i],
                                      c->predicted[EV_PROFIT_GAP][i]};
            for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
                ev_table_number(table, numbers[j]);
            }
        }
    }
    return table;
}

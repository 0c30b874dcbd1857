// SPDX-License-Identifier: BSD-3-Clause
/*
 * What the numbers come to, in words. The forecast comes first: where the theory loses to no
 * change, the first lines say so. Nothing here calls a large p-value a proof.
 */
#include "evidence.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void say(ev_evidence *e, ev_tone tone, char *text)
{
    e->tone[e->findings] = tone;
    e->finding[e->findings++] = text;
}

static const char *text_of(const ev_table *table, size_t row, size_t column)
{
    const char *text = table->texts[row * table->columns + column];
    return text != NULL ? text : "";
}

// How the theory did against no change by one measure of error.
typedef enum verdict { LOSES, EQUALS, NO_BETTER, BEATS } verdict;

static verdict against_no_change(const ev_evidence *e, ev_figure error, ev_figure less)
{
    const ev_intervals *test = &e->test;
    const double own = test->value[EV_THEORY][error];
    const double still = test->value[EV_NO_CHANGE][error];
    return own > still                         ? LOSES
           : own == still                      ? EQUALS
           : test->high[EV_THEORY][less] < 0.0 ? BEATS
                                               : NO_BETTER;
}

static void add_errors(const ev_evidence *e, cli_text *text, const char *name, ev_figure error,
                       ev_figure less)
{
    static const char *const words[] = {"loses to no change", "equals no change",
                                        "comes nearer than no change, but not beyond chance",
                                        "beats no change"};
    const ev_intervals *test = &e->test;
    const double own = test->value[EV_THEORY][error];
    const double still = test->value[EV_NO_CHANGE][error];
    cli_text_add(text,
                 " By %s it %s: error %.4f against %.4f, difference %.4f (95 %% from %.4f to "
                 "%.4f).",
                 name, words[against_no_change(e, error, less)], own, still, own - still,
                 test->low[EV_THEORY][less], test->high[EV_THEORY][less]);
}

static void judge_forecast(ev_evidence *e)
{
    const ev_window window = e->forecast->test.window;
    const verdict w2 = against_no_change(e, EV_W2, EV_W2_LESS);
    const verdict l1 = against_no_change(e, EV_L1, EV_L1_LESS);
    const ev_score *score = &e->forecast->test.score[EV_THEORY];
    cli_text text = {0};
    const bool against = w2 == LOSES || l1 == LOSES;
    const bool wins = w2 == BEATS && l1 == BEATS;
    cli_text_add(&text, "Forecast of %d-%d: the theory %s.", window.from, window.to,
                 w2 == LOSES && l1 == LOSES ? "loses to no change"
                 : l1 == LOSES ? "loses to no change by L1 and does not clearly beat it by W2"
                 : w2 == LOSES ? "loses to no change by W2 and does not clearly beat it by L1"
                 : wins        ? "beats no change"
                               : "does not clearly beat no change");
    add_errors(e, &text, "L1", EV_L1, EV_L1_LESS);
    add_errors(e, &text, "W2", EV_W2, EV_W2_LESS);
    cli_text_add(&text, " It moves %.0f of %zu sectors.", score->movers, e->forecast->n);
    say(e, against ? EV_AGAINST : wins ? EV_FOR : EV_NEUTRAL, cli_text_take(&text));
}

static void judge_rivals(ev_evidence *e)
{
    static const char *const names[] = {"the theory", "no change", "the linear trend",
                                        "the bare profit gap"};
    const ev_intervals *test = &e->test;
    const ev_permutations *p = &e->permutations;
    int best_w2 = 0;
    int best_l1 = 0;
    for (int r = 1; r < EV_RIVALS; r++) {
        best_w2 = test->value[r][EV_W2] < test->value[best_w2][EV_W2] ? r : best_w2;
        best_l1 = test->value[r][EV_L1] < test->value[best_l1][EV_L1] ? r : best_l1;
    }
    say(e, best_w2 == EV_THEORY && best_l1 == EV_THEORY ? EV_FOR : EV_NEUTRAL,
        cli_format("Nearest to what came by W2 is %s (%.4f), by L1 %s (%.4f).", names[best_w2],
                   test->value[best_w2][EV_W2], names[best_l1], test->value[best_l1][EV_L1]));
    const bool informs = p->p_w2 <= 0.05 || p->p_l1 <= 0.05 || p->p_rank <= 0.05;
    say(e, informs ? EV_NEUTRAL : EV_AGAINST,
        cli_format(
            "%s: %zu permuted distance matrices give p = %.3f by W2, %.3f by L1, %.3f by rank "
            "correlation (three tests: judge them together).",
            informs ? "The distance between sectors carries information by some measure"
                    : "Nothing shows that the distance between sectors carries information",
            p->count, p->p_w2, p->p_l1, p->p_rank));
}

// Windows in which the interval of b (logs, end to end) lies below 0.
static void judge_convergence(ev_evidence *e, const char *measure, const char *name)
{
    const ev_table *table = ev_get_table(e, "convergence");
    cli_text list = {0};
    size_t below = 0;
    size_t windows = 0;
    for (size_t row = 0; row < table->rows; row++) {
        if (strcmp(text_of(table, row, 1), measure) != 0 ||
            strcmp(text_of(table, row, 3), "logs") != 0) {
            continue;
        }
        const double b = ev_table_get(table, row, "b");
        below += ev_table_get(table, row, "high") < 0.0;
        windows++;
        if (!isnan(b)) {
            cli_text_add(&list, "%s%s %.4f (%.4f to %.4f)", list.length > 0 ? "; " : "",
                         text_of(table, row, 0), b, ev_table_get(table, row, "low"),
                         ev_table_get(table, row, "high"));
        }
    }
    char *numbers = cli_text_take(&list);
    if (windows > 0) {
        say(e, EV_NEUTRAL,
            cli_format("%s: the 95 %% interval of b (HC3, logs) lies below 0, as convergence would "
                       "have it, in %zu of %zu windows: %s.",
                       name, below, windows, numbers));
    }
    free(numbers);
}

static void judge_deadzone(ev_evidence *e)
{
    const ev_table *table = ev_get_table(e, "deadzone");
    cli_text list = {0};
    size_t found = 0;
    size_t able = 0;
    for (size_t row = 0; row < table->rows; row++) {
        found += ev_table_get(table, row, "p") <= 0.05;
        able += isnan(ev_table_get(table, row, "smallest_found")) ? 0 : 1;
        cli_text_add(&list, "%s%s p = %.2f", row > 0 ? ", " : "", text_of(table, row, 0),
                     ev_table_get(table, row, "p"));
    }
    if (table->rows == 0) {
        say(e, EV_NEUTRAL, cli_copy("A dead zone cannot be tested: fewer than 10 sectors."));
        return;
    }
    char *numbers = cli_text_take(&list);
    say(e, EV_NEUTRAL,
        cli_format(
            "A dead zone of a fixed cost shows in %zu of %zu windows (%s)%s.", found, table->rows,
            numbers,
            able == 0
                ? "; in none would the test find any zone of those tried in 80 % of cases, so "
                  "that a large p says little"
                : ""));
    free(numbers);
}

static void judge_structure(ev_evidence *e)
{
    const ev_table *table = ev_get_table(e, "structure");
    const ev_table *parameters = ev_get_table(e, "parameters");
    cli_text text = {0};
    cli_text_add(&text, "Structural fit with year effects: rho1 = %.3f (%.3f), rho2 = %.3f (%.3f).",
                 ev_table_get(table, 0, "rho1"), ev_table_get(table, 0, "rho1_se"),
                 ev_table_get(table, 0, "rho2"), ev_table_get(table, 0, "rho2_se"));
    for (size_t row = 0; row + 1 < parameters->rows; row++) {
        if (strcmp(text_of(parameters, row, 2), "eta") == 0) {
            const double sigma = ev_table_get(parameters, row + 1, "value");
            cli_text_add(&text, " With beta = %.3f (%s): eta = %.3f (%.3f), ",
                         ev_table_get(parameters, row, "beta"), text_of(parameters, row, 0),
                         ev_table_get(parameters, row, "value"),
                         ev_table_get(parameters, row, "se"));
            if (isnan(sigma)) {
                cli_text_add(&text, "no sigma");
            } else {
                cli_text_add(&text, "sigma = %.2f", sigma);
            }
            cli_text_add(&text, " (%s).", text_of(parameters, row + 1, 10));
        }
    }
    say(e, EV_NEUTRAL, cli_text_take(&text));
}

void ev_find(ev_evidence *e)
{
    if (e->forecast != NULL) {
        judge_forecast(e);
        judge_rivals(e);
    } else {
        say(e, EV_NEUTRAL, cli_copy("No forecast: the map has no [distance] between sectors."));
    }
    judge_convergence(e, "r_gross", "Gross profit rates");
    judge_convergence(e, "lp", "Labour productivity");
    judge_deadzone(e);
    judge_structure(e);
}

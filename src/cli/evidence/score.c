// SPDX-License-Identifier: BSD-3-Clause
/*
 * How near a prediction came: W2 and L1 of shares, rank correlation and signs of changes.
 *
 * With multiplicities, as a bootstrap draws them, masses are counted so often: W2 is between both
 * distributions after scaling to total 1, L1 is the sum over the sectors drawn.
 */
#include "forecast.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

static int sign(double x)
{
    return (x > 0.0) - (x < 0.0);
}

// Twice the centred rank of value i among values counted times [n] each; 0 is the middle.
static double centred_rank(size_t n, const double *values, const size_t *times, size_t i)
{
    double rank = 0.0;
    for (size_t j = 0; j < n; j++) {
        rank += (double)times[j] * sign(values[i] - values[j]);
    }
    return rank;
}

static double spearman(size_t n, const double *x, const double *y, const size_t *times)
{
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double a = centred_rank(n, x, times, i);
        const double b = centred_rank(n, y, times, i);
        xx += (double)times[i] * a * a;
        yy += (double)times[i] * b * b;
        xy += (double)times[i] * a * b;
    }
    return xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : NAN;
}

static int find_w2(jko_ot *ot, size_t n, const double *predicted, const double *observed,
                   const size_t *times, double *w2)
{
    jko_ot_report report = {.struct_size = sizeof report};
    double *a = cli_alloc(n, sizeof *a);
    double *b = cli_alloc(n, sizeof *b);
    double totals[2] = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        totals[0] += (a[i] = (double)times[i] * predicted[i]);
        totals[1] += (b[i] = (double)times[i] * observed[i]);
    }
    for (size_t i = 0; i < n; i++) {
        a[i] /= totals[0];
        b[i] /= totals[1];
    }
    const jko_status status = jko_ot_solve(ot, a, b, NULL, &report);
    free(a);
    free(b);
    *w2 = sqrt(fmax(report.upper, 0.0));
    return status == JKO_OK ? CLI_OK
           : status < 0     ? cli_fail_status(status, "W2 of two distributions")
                            : cli_fail(CLI_FAILED, "W2 of two distributions is not proved: %s",
                                       jko_status_text(status));
}

int ev_score_of(ev_score *out, jko_ot *ot, size_t n, const double *start, const double *observed,
                const double *predicted, const size_t *multiplicity)
{
    size_t *times = cli_alloc(n, sizeof *times);
    double *said = cli_alloc(n, sizeof *said);
    double *seen = cli_alloc(n, sizeof *seen);
    double total = 0.0;
    double agree = 0.0;
    double agree_all = 0.0;
    *out = (ev_score){0};
    for (size_t i = 0; i < n; i++) {
        times[i] = multiplicity == NULL ? 1 : multiplicity[i];
        const double weight = (double)times[i];
        said[i] = predicted[i] - start[i];
        seen[i] = observed[i] - start[i];
        const bool same = sign(said[i]) == sign(seen[i]);
        out->l1 += weight * fabs(predicted[i] - observed[i]);
        out->movers += said[i] != 0.0 ? weight : 0.0;
        out->still += said[i] == 0.0 ? weight : 0.0;
        agree += same && said[i] != 0.0 ? weight : 0.0;
        agree_all += same ? weight : 0.0;
        total += weight;
    }
    out->agree_movers = out->movers > 0.0 ? agree / out->movers : NAN;
    out->agree_all = agree_all / total;
    out->rank = spearman(n, said, seen, times);
    const int code = find_w2(ot, n, predicted, observed, times, &out->w2);
    free(times);
    free(said);
    free(seen);
    return code;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Curves and claims of an experiment.
 */
#include "paper.h"

#include "text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

paper_series *paper_curve(paper_result *result, size_t n, const double *x, const double *y,
                          const char *format, ...)
{
    char label[128];
    va_list arguments;
    assert(result->series_count < PAPER_MOST_SERIES);
    paper_series *series = &result->series[result->series_count++];
    va_start(arguments, format);
    (void)vsnprintf(label, sizeof label, format, arguments);
    va_end(arguments);
    *series = (paper_series){.label = cli_copy(label), .n = n, .colour = result->series_count - 1};
    series->x = cli_alloc(n, sizeof(double));
    series->y = cli_alloc(n, sizeof(double));
    memcpy(series->x, x, n * sizeof(double));
    memcpy(series->y, y, n * sizeof(double));
    return series;
}

void paper_say(paper_result *result, bool held, const char *text, const char *format, ...)
{
    char number[256];
    va_list arguments;
    assert(result->claim_count < PAPER_MOST_CLAIMS);
    va_start(arguments, format);
    (void)vsnprintf(number, sizeof number, format, arguments);
    va_end(arguments);
    result->claims[result->claim_count++] =
        (paper_claim){.text = cli_copy(text), .number = cli_copy(number), .held = held};
}

void paper_match(paper_result *result, const char *what, double found, double known, int decimals)
{
    const double unit = pow(10.0, -(double)decimals);
    char *text = cli_format("%s is %.*f", what, decimals, known);
    paper_say(result, fabs(found - known) <= 0.5 * unit * (1.0 + 1e-9), text, "%.*f", decimals + 1,
              found);
    result->claims[result->claim_count - 1].known = true;
    free(text);
}

void paper_clear(paper_result *result)
{
    for (size_t k = 0; k < result->series_count; k++) {
        free(result->series[k].label);
        free(result->series[k].x);
        free(result->series[k].y);
    }
    for (size_t k = 0; k < result->claim_count; k++) {
        free(result->claims[k].text);
        free(result->claims[k].number);
    }
}

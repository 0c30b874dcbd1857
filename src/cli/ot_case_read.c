// SPDX-License-Identifier: BSD-3-Clause
/*
 * Reading a transport case: every key that its kind needs, with its type, length and range.
 *
 * What the library checks is left to it (signs, sums and sizes of masses, costs). Keys of the
 * format that the kind has no use for are allowed, others are not.
 */
#include "case_json.h"
#include "ot_case.h"

#include <stdlib.h>

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

static const char *const kinds[] = {
    "exact", "interval", "circle", "entropic", "sinkhorn_divergence", "invalid"};

static const char *const costs[] = {"matrix", "sqeuclidean", "abs", "circle_sq"};

static const char *const keys[] = {
    "name", "kind", "why", "source", "a",         "b",          "x",           "y",
    "cost", "C",    "eps", "period", "rotations", "cost_scale", "closed_form", "expect"};

static void read_kind(case_reader *reader, ot_case *c)
{
    const size_t kind = case_word(reader, "kind", LENGTH(kinds), kinds);
    c->file.invalid = kind == OT_CASE_KINDS;
    c->kind = !c->file.invalid          ? (ot_case_kind)kind
              : case_has(reader, "eps") ? OT_CASE_ENTROPIC
                                        : OT_CASE_EXACT;
}

static void read_places(case_reader *reader, ot_case *c)
{
    c->a.x = case_points(reader, "x", c->a.n, &c->dim);
    c->b.x = case_points(reader, "y", c->b.n, &c->dim);
    const bool one = c->cost != OT_CASE_SQUARED || c->kind == OT_CASE_INTERVAL;
    if (reader->status >= 0 && one && c->dim != 1) {
        case_fault(reader, JKO_ERR_SHAPE, "x",
                   "has %zu coordinates a point; a line or circle has 1", c->dim);
    }
    if (c->cost == OT_CASE_CIRCLE_SQUARED) {
        c->period = case_positive(reader, "period", JKO_ERR_ARGUMENT);
    }
}

static void read_cost(case_reader *reader, ot_case *c)
{
    c->cost = (ot_case_cost)case_word(reader, "cost", LENGTH(costs), costs);
    c->scale = case_has(reader, "cost_scale") ? case_finite(reader, "cost_scale") : 1.0;
    const bool circle = c->cost == OT_CASE_CIRCLE_SQUARED;
    const bool line = c->cost == OT_CASE_SQUARED || c->cost == OT_CASE_ABS;
    if ((c->kind == OT_CASE_CIRCLE && !circle) || (c->kind == OT_CASE_INTERVAL && !line)) {
        case_fault(reader, JKO_ERR_FORMAT, "cost", "\"%s\" is no cost of kind \"%s\"",
                   costs[c->cost], kinds[c->kind]);
    }
    if (c->cost != OT_CASE_MATRIX) {
        read_places(reader, c);
    } else {
        c->matrix = case_rows(reader, "C", c->a.n, c->b.n);
    }
    // OT(a, a) needs costs from sources to sources: a matrix has them where the bins are the same.
    if (c->kind == OT_CASE_DIVERGENCE && c->cost == OT_CASE_MATRIX && c->a.n != c->b.n) {
        case_fault(reader, JKO_ERR_SHAPE, "C",
                   "has %zu rows of %zu; a divergence needs as many "
                   "rows as columns, for the same bins",
                   c->a.n, c->b.n);
    }
}

static void read_all(case_reader *reader, ot_case *c)
{
    case_check_keys(reader, LENGTH(keys), keys);
    read_kind(reader, c);
    c->a.mass = case_list(reader, "a", &c->a.n);
    c->b.mass = case_list(reader, "b", &c->b.n);
    read_cost(reader, c);
    if (c->kind == OT_CASE_ENTROPIC || c->kind == OT_CASE_DIVERGENCE) {
        c->epsilon = case_positive(reader, "eps", JKO_ERR_EPSILON);
    }
    if (c->cost != OT_CASE_MATRIX && case_has(reader, "rotations")) {
        c->rotation = case_list(reader, "rotations", &c->rotations);
    }
}

jko_status ot_case_read(ot_case *out, const char *path)
{
    *out = (ot_case){.file = {.path = path}};
    const jko_status status = case_open(&out->file, path);
    if (status < 0) {
        return status;
    }
    case_reader reader = {&out->file, out->file.root, "", JKO_OK};
    read_all(&reader, out);
    return reader.status;
}

void ot_case_free(ot_case *c)
{
    free(c->a.mass);
    free(c->a.x);
    free(c->b.mass);
    free(c->b.x);
    free(c->matrix);
    free(c->rotation);
    case_close(&c->file);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Transport between the masses of two files: cells, points, or sectors with a cost matrix.
 */
#include "ot_files.h"

#include "cli.h"
#include "ot_place.h"
#include "result.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

// The row of a plan: its sector, or its number from 0.
static void write_place(jko_writer *writer, bool first, const masses *m, size_t i)
{
    char *number = cli_format("%zu", i);
    (void)jko_writer_cell(writer, first, m->names != NULL ? m->names[i] : number);
    free(number);
}

// One arc that carries mass.
typedef struct arc {
    size_t from;
    size_t to;
    double mass;
} arc;

static int by_place(const void *one, const void *other)
{
    const arc *p = one;
    const arc *q = other;
    const int rows = (p->from > q->from) - (p->from < q->from);
    return rows != 0 ? rows : (p->to > q->to) - (p->to < q->to);
}

// The arcs of the last solve row by row, to be released by free(); NULL with *status < 0.
static arc *sparse_plan(const jko_ot *ot, size_t most, size_t *count, jko_status *status)
{
    size_t *from = cli_alloc(most, sizeof *from);
    size_t *to = cli_alloc(most, sizeof *to);
    double *mass = cli_alloc(most, sizeof *mass);
    arc *arcs = cli_alloc(most, sizeof *arcs);
    *count = 0;
    *status = jko_ot_get_arcs(ot, count, from, to, mass);
    for (size_t k = 0; k < *count; k++) {
        arcs[k] = (arc){from[k], to[k], mass[k]};
    }
    qsort(arcs, *count, sizeof *arcs, by_place);
    free(mass);
    free(to);
    free(from);
    return arcs;
}

// The same of a full matrix.
static arc *full_plan(size_t m, size_t n, const double *plan, size_t *count)
{
    arc *arcs = cli_alloc(m * n, sizeof *arcs);
    *count = 0;
    for (size_t k = 0; k < m * n; k++) {
        if (plan[k] > 0.0) {
            arcs[(*count)++] = (arc){k / n, k % n, plan[k]};
        }
    }
    return arcs;
}

static int write_plan(const char *path, const masses *a, const masses *b, size_t count,
                      const arc *arcs)
{
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    (void)jko_writer_text(writer, "from,to,mass\n");
    for (size_t k = 0; k < count; k++) {
        write_place(writer, true, a, arcs[k].from);
        write_place(writer, false, b, arcs[k].to);
        (void)jko_writer_text(writer, ",");
        (void)jko_writer_number(writer, arcs[k].mass);
        (void)jko_writer_text(writer, "\n");
    }
    status = jko_writer_commit(writer);
    const int code = status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
    jko_writer_free(writer);
    return code;
}

// From the full matrix, where there is one, else from the solver.
static int save_plan(const char *path, const jko_ot *ot, const masses *a, const masses *b,
                     const double *plan)
{
    jko_status status = JKO_OK;
    size_t count = 0;
    arc *arcs = plan != NULL ? full_plan(a->n, b->n, plan, &count)
                             : sparse_plan(ot, a->n + b->n, &count, &status);
    const int code =
        status < 0 ? cli_fail_status(status, NULL) : write_plan(path, a, b, count, arcs);
    free(arcs);
    return code;
}

static int print(const ot_request *request, const jko_ot_report *report, int code)
{
    json_t *result = result_create();
    result_text(result, "status", jko_status_name(report->status));
    result_text(result, "method", jko_ot_method_name(report->method));
    result_number(result, "transport_cost", report->transport_cost);
    if (request->where.cost == NULL) {
        // A distance is the root that undoes the power.
        const double cost = fmax(report->transport_cost, 0.0);
        result_number(result, "distance",
                      request->power == 2.0 ? sqrt(cost) : pow(cost, 1.0 / request->power));
    }
    result_number(result, "lower", report->lower);
    result_number(result, "upper", report->upper);
    result_number(result, "gap", report->gap);
    result_count(result, "iterations", report->iterations);
    result_number(result, "row_error", report->row_error);
    result_number(result, "column_error", report->column_error);
    result_number(result, "plan_error", report->plan_error);
    if (report->method == JKO_OT_SINKHORN) {
        result_text(result, "engine", jko_ot_engine_name(report->engine));
        result_number(result, "epsilon", report->epsilon);
        result_number(result, "entropic_value", report->entropic_value);
    }
    code = request->json ? result_print_json(result, code) : result_print_table(result, code);
    json_decref(result);
    return code;
}

// Whether the method that will run is exact: its plan has few arcs, and is asked for afterwards.
static bool is_sparse(const ot_request *request, const ot_place *place)
{
    const jko_ot_method method = request->settings.method;
    return method == JKO_OT_SIMPLEX || method == JKO_OT_LP || method == JKO_OT_SHORTLIST ||
           (method == JKO_OT_AUTO && place->dim == 1);
}

static int solve(const ot_request *request, ot_place *place, const masses *a, const masses *b)
{
    jko_ot *ot = NULL;
    double *plan = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    jko_status status = ot_place_solver(&ot, place, request->exact, &request->settings);
    if (status >= 0 && request->plan != NULL && !is_sparse(request, place)) {
        if (a->n > SIZE_MAX / sizeof(arc) / b->n) {
            status = JKO_ERR_TOO_LARGE;
        } else {
            plan = cli_alloc(a->n * b->n, sizeof *plan);
        }
    }
    if (status >= 0) {
        status = jko_ot_solve(ot, a->mass, b->mass, plan, &report);
    }
    int code = status == JKO_OK ? CLI_OK : CLI_FAILED;
    if (status < 0) {
        char *both = cli_format("%s to %s", a->path, b->path);
        code = cli_fail_input(status, both);
        free(both);
    } else if (status > 0) {
        (void)cli_fail(code, "ot: %s", jko_status_text(status));
    }
    if (status >= 0 && request->settings.epsilon > 0.0 && report.method != JKO_OT_SINKHORN) {
        (void)cli_fail(
            code, "ot: --epsilon is ignored: method %s is exact; sinkhorn and debiased take it",
            jko_ot_method_name(report.method));
    }
    if (status >= 0 && request->plan != NULL) {
        const int written = save_plan(request->plan, ot, a, b, plan);
        code = written != CLI_OK ? written : code;
    }
    if (status >= 0) {
        code = print(request, &report, code);
    }
    free(plan);
    jko_ot_free(ot);
    return code;
}

static int diverge(const ot_request *request, ot_place *place, const masses *a, const masses *b)
{
    jko_ot_divergence_report report = {.struct_size = sizeof report};
    const jko_status status =
        ot_place_divergence(place, &request->settings, a->mass, b->mass, &report);
    int code = status == JKO_OK ? CLI_OK : CLI_FAILED;
    if (status < 0) {
        char *both = cli_format("%s to %s", a->path, b->path);
        code = cli_fail_input(status, both);
        free(both);
        return code;
    }
    if (status > 0) {
        (void)cli_fail(code, "ot: %s", jko_status_text(status));
    }
    json_t *result = result_create();
    result_text(result, "status", jko_status_name(report.status));
    result_text(result, "method", "debiased");
    result_number(result, "divergence", report.divergence);
    result_number(result, "value_ab", report.value_ab);
    result_number(result, "value_aa", report.value_aa);
    result_number(result, "value_bb", report.value_bb);
    result_number(result, "accuracy", report.accuracy);
    result_number(result, "epsilon", report.epsilon);
    result_count(result, "iterations", report.iterations);
    code = request->json ? result_print_json(result, code) : result_print_table(result, code);
    json_decref(result);
    return code;
}

static int solve_or_diverge(const ot_request *request, ot_place *place, const masses *a,
                            const masses *b)
{
    return request->debiased ? diverge(request, place, a, b) : solve(request, place, a, b);
}

static int between_points(const ot_request *request)
{
    points a = {0};
    points b = {0};
    ot_place place = {0};
    int code = points_read(&a, request->source, request->column);
    if (code == CLI_OK) {
        code = points_read(&b, request->target, request->column);
    }
    if (code == CLI_OK) {
        code = ot_place_points(&place, &a, &b, request->period, request->power);
    }
    if (code == CLI_OK) {
        code = solve_or_diverge(request, &place, &a.m, &b.m);
    }
    ot_place_free(&place);
    points_free(&a);
    points_free(&b);
    return code;
}

static int between_masses(const ot_request *request)
{
    masses a = {0};
    masses b = {0};
    ot_place place = {0};
    int code = masses_read_nonnegative(&a, request->source, request->column);
    if (code == CLI_OK) {
        code = masses_read_nonnegative(&b, request->target, request->column);
    }
    if (code == CLI_OK) {
        code = request->where.cost != NULL
                   ? ground_create(&place.cost, &request->where, &a, &b)
                   : ot_place_cells(&place, &request->where, request->power, &a, &b);
    }
    if (code == CLI_OK) {
        code = solve_or_diverge(request, &place, &a, &b);
    }
    ot_place_free(&place);
    masses_free(&a);
    masses_free(&b);
    return code;
}

int ot_files(const ot_request *request)
{
    return request->points ? between_points(request) : between_masses(request);
}

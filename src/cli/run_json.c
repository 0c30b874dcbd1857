// SPDX-License-Identifier: BSD-3-Clause
/*
 * run.json: what was run, with what, what it proved, and all that `jko verify` needs beside the
 * arrays. JSON has no NaN: null stands for it. docs/formats.md describes each member.
 */
#include "run_json.h"

#include "pde.h"
#include "sha256.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *run_json_reals(size_t n, const double *values)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        (void)json_array_append_new(list, real_or_null(values[i]));
    }
    return list;
}

static json_t *options(const char *text)
{
    json_t *object = json_object();
    char *copy = cli_copy(text);
    for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *equals = strstr(line, " = ");
        if (equals != NULL) {
            *equals = '\0';
            (void)json_object_set_new(object, line, json_string(equals + 3));
        }
    }
    free(copy);
    return object;
}

static json_t *grid(const cli_scenario *scenario)
{
    static const char *const kinds[] = {"circle", "line", "cost"};
    json_t *object = json_pack("{s:s, s:I, s:f}", "kind", kinds[scenario->kind], "n",
                               (json_int_t)scenario->n, "cell", scenario->cell);
    if (scenario->kind != SCENARIO_COST) {
        (void)json_object_set_new(object, "length", json_real(scenario->length));
    }
    if (scenario->names != NULL) {
        json_t *names = json_array();
        for (size_t i = 0; i < scenario->n; i++) {
            (void)json_array_append_new(names, json_string(scenario->names[i]));
        }
        (void)json_object_set_new(object, "sectors", names);
    }
    return object;
}

static json_t *economy(const cli_run *run)
{
    static const char *const classes[] = {"convex", "degenerate", "nonconvex"};
    const cli_scenario *scenario = run->scenario;
    const jko_economy_summary *s = &run->summary;
    double *weights = cli_alloc(scenario->n, sizeof *weights);
    (void)jko_economy_get_weights(run->economy, weights);
    json_t *object = json_pack(
        "{s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:s, s:b, s:o, s:o, s:o}", "energy",
        scenario->scaling == JKO_ENERGY_LOG ? "log" : "level", "labour",
        scenario->parameters.labour == JKO_LABOUR_MOBILE ? "mobile" : "immobile", "beta", s->beta,
        "eta", scenario->parameters.eta, "sigma", scenario->parameters.sigma, "theta", s->theta,
        "s", s->s, "c", s->c, "exponent", s->exponent, "scale", s->scale, "class",
        classes[s->convexity], "efficient", (int)s->efficient, "rho1", real_or_null(scenario->rho1),
        "rho2", real_or_null(scenario->rho2), "weights", run_json_reals(scenario->n, weights));
    free(weights);
    return object;
}

static json_t *flow(const cli_run *run)
{
    static const char *const reallocations[] = {"none", "soft", "hull", "hard"};
    const jko_flow_settings *settings = &run->scenario->flow;
    json_t *object = json_pack(
        "{s:s, s:s, s:f, s:f, s:s, s:f, s:f, s:f, s:I, s:o, s:o, s:I}", "method",
        jko_step_method_name(settings->method), "steps", run->scenario->single ? "single" : "flow",
        "epsilon", settings->epsilon, "blur", settings->blur, "reallocation",
        reallocations[settings->reallocation], "reallocation_cost", settings->reallocation_cost,
        "tolerance", settings->tolerance, "absolute_tolerance", settings->absolute_tolerance,
        "max_iterations", (json_int_t)settings->max_iterations, "tau",
        run_json_reals(run->steps, run->tau), "time", run_json_reals(run->steps, run->time), "fit",
        (json_int_t)run->fit);
    const jko_scheme scheme =
        run->scenario->follows ? run->scenario->advance.scheme : JKO_SCHEME_FIXED;
    (void)json_object_set_new(object, "stepping", json_string(jko_scheme_name(scheme)));
    (void)json_object_set_new(object, "inner_steps", json_integer((json_int_t)run->inner_count));
    return object;
}

static json_t *linked(void)
{
    json_t *list = json_array();
    const char *glpk = jko_feature("glpk");
    const char *fftw = jko_feature("fftw");
    const char *openmp = jko_feature("openmp");
    (void)json_array_append_new(list, json_sprintf("libjko %s (BSD-3-Clause)", jko_version()));
    if (glpk != NULL) {
        (void)json_array_append_new(list, json_sprintf("GLPK %s (GPL-3.0-or-later)", glpk));
    }
    if (fftw != NULL) {
        (void)json_array_append_new(list, json_sprintf("FFTW %s (GPL-2.0-or-later)", fftw));
    }
#ifdef JKO_GSL
    (void)json_array_append_new(list, json_string("GSL " JKO_GSL " (GPL-3.0-or-later)"));
#endif
    if (openmp != NULL) {
        (void)json_array_append_new(list, json_sprintf("OpenMP %s", openmp));
    }
    if (pde_integrator() != NULL) {
        (void)json_array_append_new(list, json_sprintf("%s (BSD-3-Clause)", pde_integrator()));
    }
    (void)json_array_append_new(list, json_string("jansson (MIT)"));
    (void)json_array_append_new(list, json_string("inih (BSD-3-Clause)"));
    (void)json_array_append_new(list, json_string("libmd (BSD, ISC, Beerware and public domain)"));
    return list;
}

// The licence that follows from what is linked.
static const char *licence(void)
{
#ifdef JKO_GSL
    return "GPL-3.0-or-later";
#else
    return jko_feature("glpk") != NULL   ? "GPL-3.0-or-later"
           : jko_feature("fftw") != NULL ? "GPL-2.0-or-later"
                                         : "BSD-3-Clause";
#endif
}

static json_t *inputs(const cli_scenario *scenario)
{
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->input_count; k++) {
        (void)json_array_append_new(list, json_pack("{s:s, s:s}", "file", scenario->inputs[k].name,
                                                    "sha256", scenario->inputs[k].sha256));
    }
    return list;
}

// What the forecast is compared with, or NULL without a panel.
static json_t *panel(const cli_scenario *scenario)
{
    if (scenario->panel == NULL) {
        return NULL;
    }
    return json_pack("{s:I, s:o, s:o}", "left_out", (json_int_t)scenario->panel->left, "observed",
                     run_json_reals(scenario->n, scenario->panel->observed), "rate",
                     run_json_reals(scenario->n, scenario->panel->rate));
}

// Each output but run.json itself, with its checksum; NULL after a message.
static json_t *outputs(const char *folder, const char *const *names)
{
    json_t *list = json_array();
    for (size_t k = 0; names[k] != NULL; k++) {
        char hex[65] = "";
        char message[512] = "";
        if (strcmp(names[k], RUN_JSON) == 0) {
            continue;
        }
        char *path = run_path(folder, names[k]);
        const int failed = cli_sha256_file(path, hex, message, sizeof message);
        free(path);
        if (failed != 0) {
            (void)cli_fail(CLI_FAILED, "%s", message);
            json_decref(list);
            return NULL;
        }
        (void)json_array_append_new(list, json_pack("{s:s, s:s}", "file", names[k], "sha256", hex));
    }
    return list;
}

// The status of the whole run: the first step's that is not proved, else what all steps say.
static const char *overall(const cli_run *run)
{
    bool locked = run->steps > 0;
    bool local = false;
    if (run->cancelled) {
        return jko_status_name(JKO_CANCELLED);
    }
    for (size_t k = 0; k < run->steps; k++) {
        const jko_status status = run->reports[k].status;
        if (status != JKO_OK && status != JKO_LOCKED && status != JKO_LOCAL) {
            return jko_status_name(status);
        }
        locked = locked && status == JKO_LOCKED;
        local = local || status == JKO_LOCAL;
    }
    return jko_status_name(local ? JKO_LOCAL : locked ? JKO_LOCKED : JKO_OK);
}

json_t *run_json_begin(const cli_run *run, const char *format, const char *folder,
                       const char *const *names)
{
    const cli_scenario *scenario = run->scenario;
    const char *slash = strrchr(scenario->path, '/');
    json_t *files = outputs(folder, names);
    if (files == NULL) {
        return NULL;
    }
    json_t *object = json_object();
    const struct {
        const char *key;
        json_t *value;
    } members[] = {
        {"format", json_string(format)},
        {"version", json_string(jko_version())},
        {"scenario", json_string(slash == NULL ? scenario->path : slash + 1)},
        {"wall_seconds", json_real(run->seconds)},
        {"options", options(scenario->options)},
        {"grid", grid(scenario)},
        {"economy", economy(run)},
        {"panel", panel(scenario)},
        {"linked", linked()},
        {"licence", json_string(licence())},
        {"inputs", inputs(scenario)},
        {"outputs", files},
    };
    for (size_t k = 0; k < sizeof members / sizeof members[0]; k++) {
        if (members[k].value != NULL) {
            (void)json_object_set_new(object, members[k].key, members[k].value);
        }
    }
    return object;
}

int run_json_names(const char *format, const char *folder, const char *const *names)
{
    json_t *files = json_array();
    for (size_t k = 0; names[k] != NULL; k++) {
        if (strcmp(names[k], RUN_JSON) != 0) {
            (void)json_array_append_new(files, json_pack("{s:s}", "file", names[k]));
        }
    }
    return run_json_end(
        json_pack("{s:s, s:s, s:o}", "format", format, "version", jko_version(), "outputs", files),
        folder);
}

int run_json_end(json_t *object, const char *folder)
{
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (text == NULL) {
        return cli_fail(CLI_FAILED, "%s/%s could not be made", folder, RUN_JSON);
    }
    char *path = run_path(folder, RUN_JSON);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    if (status >= 0) {
        (void)jko_writer_text(writer, text);
        (void)jko_writer_text(writer, "\n");
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    free(path);
    free(text);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

int run_write_json(const cli_run *run, const char *folder, const char *const *names)
{
    double gap = 0.0;
    double share = 0.0;
    json_t *object = run_json_begin(run, RUN_FORMAT, folder, names);
    if (object == NULL) {
        return CLI_FAILED;
    }
    run_largest_gap(run, &gap, &share);
    (void)json_object_set_new(object, "status", json_string(overall(run)));
    (void)json_object_set_new(object, "steps", json_integer((json_int_t)run->steps));
    (void)json_object_set_new(object, "largest_gap", real_or_null(gap));
    (void)json_object_set_new(object, "largest_gap_over_released", real_or_null(share));
    (void)json_object_set_new(object, "flow", flow(run));
    return run_json_end(object, folder);
}

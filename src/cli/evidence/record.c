// SPDX-License-Identifier: BSD-3-Clause
/*
 * The files of jko panel: tables, figures, steps, report, evidence.json with all numbers, and
 * run.json with what was read, what was written and what is linked.
 */
#include "evidence.h"

#include "run.h"
#include "sha256.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int write_text(const char *folder, const char *name, const char *text)
{
    char *path = run_path(folder, name);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status >= 0) {
        (void)jko_writer_text(writer, text);
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static int write_json(const char *folder, const char *name, json_t *object)
{
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (text == NULL) {
        return cli_fail(CLI_FAILED, "%s could not be made", name);
    }
    char *whole = cli_format("%s\n", text);
    const int code = write_text(folder, name, whole);
    free(whole);
    free(text);
    return code;
}

static json_t *case_json(const ev_forecast *f, const ev_case *c)
{
    return json_pack("{s:i, s:i, s:f, s:s, s:f, s:f, s:I}", "from", c->window.from, "to",
                     c->window.to, "tau", f->tau, "status", jko_status_name(c->report.status),
                     "gap", c->report.gap, "released", c->report.released, "iterations",
                     (json_int_t)c->report.iterations);
}

static int write_results(const ev_evidence *e, const char *folder)
{
    static const char *const tones[] = {"neutral", "for", "against"};
    json_t *object = json_object();
    json_t *findings = json_array();
    json_t *tables = json_object();
    for (size_t k = 0; k < e->findings; k++) {
        (void)json_array_append_new(
            findings, json_pack("{s:s, s:s}", "text", e->finding[k], "theory", tones[e->tone[k]]));
    }
    for (size_t k = 0; k < e->tables; k++) {
        (void)json_object_set_new(tables, e->table[k]->name, ev_table_json(e->table[k]));
    }
    (void)json_object_set_new(object, "title", json_string(e->map->title));
    (void)json_object_set_new(object, "findings", findings);
    if (e->forecast != NULL) {
        (void)json_object_set_new(object, "steps",
                                  json_pack("{s:o, s:o}", "train",
                                            case_json(e->forecast, &e->forecast->train), "test",
                                            case_json(e->forecast, &e->forecast->test)));
    }
    (void)json_object_set_new(object, "tables", tables);
    return write_json(folder, EV_RESULTS, object);
}

// A file's name with its checksum; without its folders: where it lay is nobody's business.
static json_t *file_json(const char *path)
{
    char hex[CLI_SHA256_SIZE] = "";
    char message[512] = "";
    const char *slash = strrchr(path, '/');
    if (cli_sha256_file(path, hex, message, sizeof message) != CLI_OK) {
        (void)cli_fail(CLI_FAILED, "%s", message);
        return NULL;
    }
    return json_pack("{s:s, s:s}", "file", slash == NULL ? path : slash + 1, "sha256", hex);
}

static json_t *linked(void)
{
    json_t *list = json_array();
    const char *glpk = jko_feature("glpk");
    const char *fftw = jko_feature("fftw");
    const char *openmp = jko_feature("openmp");
    (void)json_array_append_new(list, json_sprintf("libjko %s (BSD-3-Clause)", jko_version()));
    (void)json_array_append_new(list, json_sprintf("GSL %s (GPL-3.0-or-later)", JKO_GSL));
    if (glpk != NULL) {
        (void)json_array_append_new(list, json_sprintf("GLPK %s (GPL-3.0-or-later)", glpk));
    }
    if (fftw != NULL) {
        (void)json_array_append_new(list, json_sprintf("FFTW %s (GPL-2.0-or-later)", fftw));
    }
    if (openmp != NULL) {
        (void)json_array_append_new(list, json_sprintf("OpenMP %s", openmp));
    }
    (void)json_array_append_new(list, json_string("jansson (MIT)"));
    (void)json_array_append_new(list, json_string("inih (BSD-3-Clause)"));
    (void)json_array_append_new(list, json_string("libmd (BSD, ISC, Beerware and public domain)"));
    return list;
}

static int write_record(const ev_evidence *e, const char *folder, const char *const *names)
{
    const char *const inputs[] = {e->panel_path, e->map->path, e->map->distance_path};
    json_t *object = json_object();
    json_t *in = json_array();
    json_t *out = json_array();
    json_t *steps = json_array();
    bool good = true;
    for (size_t k = 0; k < 3 && inputs[k] != NULL; k++) {
        json_t *file = file_json(inputs[k]);
        good = good && file != NULL;
        (void)json_array_append_new(in, file);
    }
    for (size_t k = 0; names[k] != NULL; k++) {
        char *path = run_path(folder, names[k]);
        char hex[CLI_SHA256_SIZE] = "";
        char message[512] = "";
        if (cli_sha256_file(path, hex, message, sizeof message) != CLI_OK) {
            (void)cli_fail(CLI_FAILED, "%s", message);
            good = false;
        }
        (void)json_array_append_new(out, json_pack("{s:s, s:s}", "file", names[k], "sha256", hex));
        free(path);
    }
    if (e->forecast != NULL) {
        (void)json_array_append_new(steps, json_string("train"));
        (void)json_array_append_new(steps, json_string("test"));
    }
    const struct {
        const char *key;
        json_t *value;
    } members[] = {
        {"format", json_string(EV_FORMAT)},
        {"version", json_string(jko_version())},
        {"title", json_string(e->map->title)},
        {"seed", json_integer((json_int_t)e->map->seed)},
        {"wall_seconds", json_real(e->seconds)},
        {"steps", steps},
        {"linked", linked()},
        {"licence", json_string("GPL-3.0-or-later")},
        {"inputs", in},
        {"outputs", out},
    };
    for (size_t k = 0; k < sizeof members / sizeof members[0]; k++) {
        (void)json_object_set_new(object, members[k].key, members[k].value);
    }
    if (!good) {
        json_decref(object);
        return CLI_FAILED;
    }
    return write_json(folder, RUN_JSON, object);
}

// The lines of a text as a list that ends with NULL; the texts stay in place of the lines.
static const char **split(char *text)
{
    size_t count = 0;
    for (const char *c = text; *c != '\0'; c++) {
        count += *c == '\n';
    }
    const char **names = cli_alloc(count + 2, sizeof *names);
    count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        names[count++] = line;
    }
    return names;
}

int ev_write(ev_evidence *e, const char *folder)
{
    cli_text outputs = {0};
    int code = CLI_OK;
    for (size_t k = 0; k < e->tables && code == CLI_OK; k++) {
        code = ev_table_write(e->table[k], folder);
        cli_text_add(&outputs, "%s.csv\n", e->table[k]->name);
    }
    for (size_t k = 0; k < e->figures && code == CLI_OK; k++) {
        char *name = cli_format("%s.svg", e->figure[k].name);
        code = write_text(folder, name, e->figure[k].svg);
        cli_text_add(&outputs, "%s\n", name);
        free(name);
    }
    if (code == CLI_OK && e->forecast != NULL) {
        code = ev_write_steps(e, folder, &outputs);
    }
    code = code != CLI_OK ? code : ev_write_report(e, folder);
    code = code != CLI_OK ? code : write_results(e, folder);
    cli_text_add(&outputs, "%s\n%s\n", EV_REPORT, EV_RESULTS);
    char *list = cli_text_take(&outputs);
    const char **names = split(list);
    code = code != CLI_OK ? code : write_record(e, folder, names);
    size_t count = 0;
    while (names[count] != NULL) {
        count++;
    }
    names[count] = RUN_JSON;
    code = code != CLI_OK ? code : run_write_sums(folder, names);
    free(names);
    free(list);
    return code;
}

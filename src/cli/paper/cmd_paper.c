// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko paper -o DIR: compute all numerical experiments of the theory, and say what held.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime, isatty

#include "paper.h"

#include "options.h"
#include "outdir.h"
#include "parallel.h"
#include "run.h"
#include "run_json.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE "index.html"
#define CLAIMS "claims.csv"
#define FORMAT "jko-run-paper-1"

typedef struct paper_job {
    const char *folder;
    const char *only;
    int64_t jobs;
    const paper_experiment **chosen;
    paper_result *results;
    size_t count;
} paper_job;

static void help(void)
{
    printf("usage: jko paper -o DIR [--only 1a,3] [--jobs N]\n\n"
           "Compute the numerical experiments of the theory from nothing: a table and a figure of "
           "each,\nand index.html, which says what each shows, whether it held, and by which "
           "number.\n\n"
           "  -o, --output DIR   folder for the results; an earlier result is replaced\n"
           "      --only LIST    these alone, with commas between them:\n");
    for (size_t k = 0; k < paper_experiment_count; k++) {
        printf("                       %-18s %s\n", paper_experiments[k].id,
               paper_experiments[k].title);
    }
    printf("      --jobs N       experiments beside each other (0: as many as processors)\n"
           "      --help         this text\n\n"
           "Exit codes: 0 all claims held, 1 failed, or a claim did not hold (index.html says "
           "which),\n2 wrong usage.\n");
}

enum { ONLY = 256, JOBS };

static int take(void *user, int option, const char *argument)
{
    paper_job *job = user;
    if (option == JOBS) {
        return cli_count("--jobs", argument, 0, 1024, &job->jobs);
    }
    job->only = argument;
    return CLI_OK;
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, paper_job *job)
{
    static const struct option known[] = {{"output", required_argument, NULL, 'o'},
                                          {"only", required_argument, NULL, ONLY},
                                          {"jobs", required_argument, NULL, JOBS},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    const cli_syntax syntax = {":o:h", known, help, take, job};
    cli_given given = {0};
    const int code = cli_parse(argc, argv, &syntax, &given);
    job->folder = given.folder;
    if (code == CLI_OK && (optind != argc || job->folder == NULL)) {
        return cli_fail(CLI_INVALID, "%s; jko paper --help",
                        job->folder == NULL ? "-o DIR is missing"
                                            : "there is nothing to name but DIR");
    }
    return code;
}

static int choose(paper_job *job)
{
    job->chosen = cli_alloc(paper_experiment_count, sizeof(void *));
    job->results = cli_alloc(paper_experiment_count, sizeof *job->results);
    char *copy = cli_copy(job->only != NULL ? job->only : "");
    bool wanted[64] = {false};
    int code = CLI_OK;
    for (char *word = strtok(copy, ","); word != NULL && code == CLI_OK; word = strtok(NULL, ",")) {
        size_t k = 0;
        while (k < paper_experiment_count && strcmp(paper_experiments[k].id, word) != 0) {
            k++;
        }
        if (k == paper_experiment_count) {
            code = cli_fail(CLI_INVALID,
                            "--only: there is no experiment \"%s\"; jko paper --help lists them",
                            word);
        } else {
            wanted[k] = true;
        }
    }
    free(copy);
    for (size_t k = 0; k < paper_experiment_count; k++) {
        if (job->only == NULL || wanted[k]) {
            job->chosen[job->count++] = &paper_experiments[k];
        }
    }
    return code == CLI_OK && job->count == 0
               ? cli_fail(CLI_INVALID, "--only names no experiment; jko paper --help lists them")
               : code;
}

static int compute(void *user, size_t k)
{
    paper_job *job = user;
    if (run_interrupted()) {
        return CLI_FAILED;
    }
    return job->chosen[k]->run(&job->results[k]);
}

static int write_claims(const paper_job *job, const char *folder, size_t *failed)
{
    char *path = run_path(folder, CLAIMS);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    *failed = 0;
    if (status >= 0) {
        (void)jko_writer_text(writer, "experiment,held,claim,number\n");
        for (size_t k = 0; k < job->count; k++) {
            for (size_t c = 0; c < job->results[k].claim_count; c++) {
                const paper_claim *claim = &job->results[k].claims[c];
                (void)jko_writer_cell(writer, true, job->chosen[k]->id);
                (void)jko_writer_cell(writer, false, claim->held ? "yes" : "no");
                (void)jko_writer_cell(writer, false, claim->text);
                (void)jko_writer_cell(writer, false, claim->number);
                (void)jko_writer_text(writer, "\n");
                *failed += claim->held ? 0 : 1;
            }
        }
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static int write_all(paper_job *job, const char *folder, size_t *failed)
{
    char **names = cli_alloc(2 * job->count + 4, sizeof *names);
    size_t count = 0;
    int code = CLI_OK;
    for (size_t k = 0; code == CLI_OK && k < job->count; k++) {
        code = paper_write(job->chosen[k], &job->results[k], folder);
        names[count++] = cli_format("%s.csv", job->chosen[k]->id);
        if (job->results[k].figure) {
            names[count++] = cli_format("%s.svg", job->chosen[k]->id);
        }
    }
    names[count++] = cli_copy(PAGE);
    names[count++] = cli_copy(CLAIMS);
    const char *listed[128] = {NULL};
    memcpy(listed, names, count * sizeof *names);
    code = code != CLI_OK ? code : paper_write_index(job->chosen, job->results, job->count, folder);
    code = code != CLI_OK ? code : write_claims(job, folder, failed);
    listed[count] = RUN_JSON;
    code = code != CLI_OK ? code : run_json_names(FORMAT, folder, listed);
    code = code != CLI_OK ? code : run_write_sums(folder, listed);
    for (size_t k = 0; k < count; k++) {
        free(names[k]);
    }
    free(names);
    return code;
}

static int execute(paper_job *job)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    ev_progress progress;
    size_t failed = 0;
    int code = cli_outdir_create(&outdir, job->folder, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    run_catch_signals();
    ev_progress_start(&progress, (size_t)job->jobs);
    code = ev_parallel(&progress, "experiments", job->count, compute, job);
    ev_progress_end(&progress);
    if (run_interrupted()) {
        code = cli_fail(CLI_FAILED, "stopped; %s is as it was", job->folder);
    }
    code = code != CLI_OK ? code : write_all(job, cli_outdir_path(outdir), &failed);
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir);
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        printf("%zu experiments. Open %s/" PAGE ".\n", job->count, job->folder);
    }
    if (code == CLI_OK && failed > 0) {
        code = cli_fail(CLI_FAILED, "%zu claims did not hold; %s/" CLAIMS " says which", failed,
                        job->folder);
    }
    return code;
}

int cli_paper(int argc, char **argv)
{
    paper_job job = {.jobs = 1};
    int code = parse(argc, argv, &job);
    code = code != CLI_OK ? code : choose(&job);
    code = code != CLI_OK ? code : execute(&job);
    for (size_t k = 0; k < job.count; k++) {
        paper_clear(&job.results[k]);
    }
    free(job.results);
    free(job.chosen);
    return code == -1 ? CLI_OK : code;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Options: messages for those that cannot be taken, and arguments of the usual kinds.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include "options.h"

#include "cli.h"
#include "nearest.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// More options than any command has.
#define MAX_OPTIONS 64

static int refuse_long(const char *command, const char *text, const struct option *options)
{
    const char *names[MAX_OPTIONS];
    size_t count = 0;
    for (const struct option *o = options; o->name != NULL && count < MAX_OPTIONS; o++) {
        names[count++] = o->name;
    }
    const size_t length = strcspn(text + 2, "=");
    char *name = cli_copy_length(text + 2, length);
    const char *meant = cli_nearest(name, count, names);
    int code = CLI_INVALID;
    if (meant != NULL && strcmp(meant, name) == 0) {
        code = cli_fail(code, "%s: --%s takes no argument", command, name);
    } else if (meant != NULL) {
        code =
            cli_fail(code, "%s: there is no option --%s; did you mean --%s?", command, name, meant);
    } else {
        code = cli_fail(code, "%s: there is no option --%s; jko %s --help lists them", command,
                        name, command);
    }
    free(name);
    return code;
}

int cli_option_refuse(int got, char **argv, const struct option *options)
{
    const char *text = argv[optind - 1];
    if (got == ':') {
        return cli_fail(CLI_INVALID, "%s: %s needs an argument; see jko %s --help", argv[0], text,
                        argv[0]);
    }
    if (strncmp(text, "--", 2) == 0) {
        return refuse_long(argv[0], text, options);
    }
    return cli_fail(CLI_INVALID, "%s: there is no option -%c; jko %s --help lists them", argv[0],
                    optopt, argv[0]);
}

int cli_count(const char *option, const char *text, int64_t least, int64_t most, int64_t *value)
{
    double number = 0.0;
    // Whole numbers up to 2^53 are exact.
    if (jko_parse_number(text, &number) < 0 || !(number >= (double)least) ||
        !(number <= (double)most) || number != floor(number)) {
        return cli_fail(CLI_INVALID, "%s needs a whole number from %lld to %lld, not \"%s\"",
                        option, (long long)least, (long long)most, text);
    }
    *value = (int64_t)number;
    return CLI_OK;
}

int cli_threads(const char *text, int *threads)
{
    int64_t count = 0;
    const int code = cli_count("--threads", text, 0, CLI_MOST_THREADS, &count);
    *threads = (int)count;
    return code;
}

int cli_positive(const char *option, const char *text, double *value)
{
    const int code = cli_number(option, text, value);
    if (code == CLI_OK && !(isfinite(*value) && *value > 0.0)) {
        return cli_fail(CLI_INVALID, "%s needs a finite number > 0, not \"%s\"", option, text);
    }
    return code;
}

int cli_choice(const char *option, const char *text, size_t count, const char *const *words,
               size_t *choice)
{
    cli_text list = {0};
    for (size_t k = 0; k < count; k++) {
        if (strcmp(text, words[k]) == 0) {
            free(list.text);
            *choice = k;
            return CLI_OK;
        }
        cli_text_add(&list, "%s%s", k > 0 ? ", " : "", words[k]);
    }
    const int code = cli_fail(CLI_INVALID, "%s needs one of %s, not \"%s\"", option,
                              list.text != NULL ? list.text : "nothing", text);
    free(list.text);
    return code;
}

static int add_override(cli_given *given, const char *text, char *owned)
{
    if (given->count == CLI_MOST_OVERRIDES) {
        free(owned);
        return cli_fail(CLI_INVALID, "more than %d overrides; put them in the file",
                        CLI_MOST_OVERRIDES);
    }
    given->overrides[given->count] = text;
    given->owned[given->count++] = owned;
    return CLI_OK;
}

int cli_override(cli_given *given, const char *key, const char *value)
{
    char *text = cli_format("%s=%s", key, value);
    return add_override(given, text, text);
}

void cli_given_clear(cli_given *given)
{
    for (size_t k = 0; k < given->count; k++) {
        free(given->owned[k]);
    }
    given->count = 0;
}

// An option that all commands with a folder have.
static int take(const cli_syntax *syntax, int option, cli_given *given)
{
    if (given != NULL && option == 'o') {
        given->folder = optarg;
        return CLI_OK;
    }
    if (given != NULL && option == CLI_OPTION_SET) {
        return add_override(given, optarg, NULL);
    }
    if (given != NULL && option == CLI_OPTION_THREADS) {
        return cli_threads(optarg, &given->threads);
    }
    return syntax->take(syntax->user, option, optarg);
}

int cli_parse(int argc, char **argv, const cli_syntax *syntax, cli_given *given)
{
    int code = CLI_OK;
    int option = 0;
    opterr = 0;
    optind = 1;
    while (code == CLI_OK &&
           (option = getopt_long(argc, argv, syntax->letters, syntax->known, NULL)) != -1) {
        if (option == 'h') {
            syntax->help();
            return -1;
        }
        code = option == '?' || option == ':' ? cli_option_refuse(option, argv, syntax->known)
                                              : take(syntax, option, given);
    }
    return code;
}

int cli_one_file(int argc, char **argv, const char *what, cli_given *given)
{
    if (given->folder == NULL) {
        return cli_fail(CLI_INVALID, "-o DIR is missing; jko %s --help", argv[0]);
    }
    if (optind + 1 != argc) {
        return cli_fail(CLI_INVALID, "exactly one %s is needed; jko %s --help", what, argv[0]);
    }
    given->file = argv[optind];
    return CLI_OK;
}

double cli_seconds(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Options: messages for those that cannot be taken, and arguments of the usual kinds.
 */
#include "options.h"

#include "cli.h"
#include "nearest.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

// SPDX-License-Identifier: BSD-3-Clause
/*
 * The program jko: one command a file.
 */
#include "cli.h"
#ifdef JKO_ECONOMY
#include "pde.h"
#endif

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

typedef struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} command;

// The energy of a flow or a step is the economy's: without it these are left out, not half there.
#ifdef JKO_ECONOMY
#define WITH_ECONOMY(run) run
#else
#define WITH_ECONOMY(run) NULL
#endif

// The statistics of a panel are GSL's, and its forecast the economy's.
#if defined(JKO_ECONOMY) && defined(JKO_GSL)
#define WITH_GSL(run) run
#else
#define WITH_GSL(run) NULL
#endif

static const command commands[] = {
    {"flow", "run a scenario: JKO steps with a certificate each", WITH_ECONOMY(cli_flow)},
    {"pde", "the equation of a scenario by the method of lines", WITH_ECONOMY(cli_pde)},
    {"rest", "where a scenario comes to rest from random starts", WITH_ECONOMY(cli_rest_command)},
    {"compare", "two runs beside each other over time", WITH_ECONOMY(cli_compare)},
    {"step", "one JKO step, or a case file", WITH_ECONOMY(cli_step)},
    {"ot", "transport between two distributions, with bounds", cli_ot},
    {"panel", "from a sector panel to tests, a forecast and a report", WITH_GSL(cli_panel_command)},
    {"paper", "every numerical experiment of the theory, on one page", WITH_ECONOMY(cli_paper)},
    {"verify", "recompute and check what a run claims", WITH_ECONOMY(cli_verify)},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static int help(void)
{
    printf("usage: jko COMMAND [OPTIONS]\n\n"
           "Optimal transport and JKO steps between sector distributions.\n\n");
    for (size_t k = 0; k < COMMANDS; k++) {
        if (commands[k].run != NULL) {
            printf("  %-8s %s\n", commands[k].name, commands[k].summary);
        }
    }
    printf("\n  jko COMMAND --help   what a command takes\n"
           "  jko --version        version, linked libraries and the licence that follows\n\n"
           "Exit codes: 0 done, 1 failed, 2 wrong usage or invalid input, 3 unsupported.\n");
    return CLI_OK;
}

static int version(void)
{
    const char *glpk = jko_feature("glpk");
    const char *fftw = jko_feature("fftw");
    const char *openmp = jko_feature("openmp");
    bool gsl = false;
    printf("jko %s\n", jko_version());
    printf("linked:  libjko %s (BSD-3-Clause)\n", jko_version());
    if (glpk != NULL) {
        printf("         GLPK %s (GPL-3.0-or-later)\n", glpk);
    }
    if (fftw != NULL) {
        printf("         FFTW %s (GPL-2.0-or-later)\n", fftw);
    }
#ifdef JKO_GSL
    gsl = true;
    printf("         GSL %s (GPL-3.0-or-later)\n", JKO_GSL);
#endif
    if (openmp != NULL) {
        printf("         OpenMP %s\n", openmp);
    }
#ifdef JKO_ECONOMY
    printf("         jansson (MIT), inih (BSD-3-Clause), libmd (BSD, ISC, Beerware and public "
           "domain)\n");
    if (pde_integrator() != NULL) {
        printf("         %s (BSD-3-Clause)\n", pde_integrator());
    }
#else
    printf("         jansson (MIT)\n");
#endif
    printf("licence: this program may be passed on under %s\n",
           glpk != NULL   ? "GPL-3.0-or-later as a whole, since it links GLPK"
           : gsl          ? "GPL-3.0-or-later as a whole, since it links GSL"
           : fftw != NULL ? "GPL-2.0-or-later as a whole, since it links FFTW"
                          : "BSD-3-Clause");
    return CLI_OK;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        return cli_fail(CLI_INVALID, "a command is missing; jko --help lists them");
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        return help();
    }
    if (strcmp(argv[1], "--version") == 0) {
        return version();
    }
    for (size_t k = 0; k < COMMANDS; k++) {
        if (strcmp(argv[1], commands[k].name) != 0) {
            continue;
        }
#if defined(JKO_ECONOMY) && !defined(JKO_GSL)
        if (commands[k].run == NULL) {
            return cli_fail(CLI_UNSUPPORTED,
                            "%s: this program was built without GSL (-Dgsl=disabled), whose "
                            "statistics it needs",
                            commands[k].name);
        }
#endif
        if (commands[k].run == NULL) {
            return cli_fail(CLI_UNSUPPORTED,
                            "%s: this program was built without the economy (-Deconomy=disabled), "
                            "whose energy it needs",
                            commands[k].name);
        }
        return commands[k].run(argc - 1, argv + 1);
    }
    return cli_fail(CLI_INVALID, "there is no command \"%s\"; jko --help lists them", argv[1]);
}

int main(int argc, char **argv)
{
    // A closed pipe is an error of the write, not the end of the program.
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); // nor is a limit on the size of files
    const int code = run(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == CLI_OK) {
        return cli_fail(CLI_FAILED, "standard output cannot be written: %s", strerror(errno));
    }
    return code;
}

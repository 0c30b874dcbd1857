// SPDX-License-Identifier: BSD-3-Clause
/*
 * What `jko pde` says in a build without SUNDIALS.
 */
#include "cli.h"
#include "pde.h"

int pde_integrate(cli_run *run, pde_model *model, pde_counts *counts)
{
    (void)run;
    (void)model;
    (void)counts;
    return cli_fail(CLI_UNSUPPORTED, "pde: this program was built without SUNDIALS; install it "
                                     "(Debian: libsundials-dev) and build with "
                                     "-Dsundials=enabled");
}

const char *pde_integrator(void)
{
    return NULL;
}

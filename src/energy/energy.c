// SPDX-License-Identifier: BSD-3-Clause
/*
 * What an energy must have before the library calls it.
 */
#include "energy/energy.h"

#include "base/status.h"

// Size of jko_energy in the first release: it may grow at the end, never shrink.
#define FIRST_RELEASE (offsetof(jko_energy, size) + sizeof(((jko_energy *)0)->size))

static jko_status check_size(const char *name, const jko_energy *energy)
{
    if (energy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", name);
    }
    if (energy->struct_size < FIRST_RELEASE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "struct_size of %s is %zu; set it to sizeof(jko_energy), which is %zu",
                          name, energy->struct_size, sizeof *energy);
    }
    return JKO_OK;
}

jko_status jko_i_energy_check(const jko_energy *energy)
{
    const jko_status status = check_size("energy", energy);
    if (status < 0) {
        return status;
    }
    if (energy->eval == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "energy has no eval; every energy needs one");
    }
    if ((energy->majorant == NULL) != (energy->majorant_bytes == NULL)) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "energy has %s but no %s; a majorant needs both, or set both to NULL",
                          energy->majorant != NULL ? "majorant" : "majorant_bytes",
                          energy->majorant != NULL ? "majorant_bytes" : "majorant");
    }
    return JKO_OK;
}

jko_status jko_i_energy_check_out(const jko_energy *out)
{
    return check_size("out", out);
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * The version of the library and of what it was built with.
 */
#include <jko/version.h>

#include "base/parallel.h"

#include <stddef.h>
#include <string.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *jko_version(void)
{
    return TEXT(JKO_VERSION_MAJOR) "." TEXT(JKO_VERSION_MINOR) "." TEXT(JKO_VERSION_PATCH);
}

const char *jko_feature(const char *feature)
{
    if (feature == NULL) {
        return NULL;
    }
#ifdef JKO_GLPK_VERSION
    if (strcmp(feature, "glpk") == 0) {
        return JKO_GLPK_VERSION;
    }
#endif
#ifdef JKO_FFTW_VERSION
    if (strcmp(feature, "fftw") == 0) {
        return JKO_FFTW_VERSION;
    }
#endif
#ifdef JKO_ECONOMY
    if (strcmp(feature, "economy") == 0) {
        return jko_version();
    }
#endif
    if (strcmp(feature, "openmp") == 0) {
        return jko_i_parallel_version();
    }
    return NULL;
}

// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * The version, the export macro and the extern "C" guards.
 *
 * This file is the only place where the version is written; the build reads it from here.
 */
#ifndef JKO_VERSION_H
#define JKO_VERSION_H

#define JKO_VERSION_MAJOR 0
#define JKO_VERSION_MINOR 1
#define JKO_VERSION_PATCH 0

#if defined(__GNUC__)
#define JKO_API __attribute__((visibility("default")))
#else
#define JKO_API
#endif

#ifdef __cplusplus
#define JKO_BEGIN_DECLS extern "C" {
#define JKO_END_DECLS }
#else
#define JKO_BEGIN_DECLS
#define JKO_END_DECLS
#endif

JKO_BEGIN_DECLS

/**
 * The version of the library that is linked, as "major.minor.patch". Static text, never NULL.
 *
 * Thread-safe. Compare with JKO_VERSION_MAJOR and its kin, the version of the headers.
 */
JKO_API const char *jko_version(void);

/**
 * What an optional feature was built with: one of "economy", "fftw", "glpk", "openmp".
 *
 * @param feature  Name of a feature; an unknown name counts as not built in.
 *
 * @return The linked version ("5.0"; "201511" for OpenMP; the library's own for the economy), or
 *         NULL if this build has none. Static text.
 */
JKO_API const char *jko_feature(const char *feature);

JKO_END_DECLS

#endif

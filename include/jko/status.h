// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * What a call came to: status codes, their names and texts, and the detail of the last failure.
 *
 * Zero: done. Positive: the outputs are valid, read the report. Negative: failed, and every array
 * and object of the caller is as it was before the call.
 */
#ifndef JKO_STATUS_H
#define JKO_STATUS_H

#include <jko/version.h>

JKO_BEGIN_DECLS

/**
 * Every status: code, value, name, text.
 *
 * The name is what the command line program prints; the names of bad input are those of the
 * shared case files. The list is append-only.
 */
#define JKO_STATUS_LIST(X)                                                                         \
    X(JKO_OK, 0, "converged", "done; a solver met its tolerance, and its report proves it")        \
    X(JKO_LOCKED, 1, "locked", "not moving is optimal: the input is the exact answer")             \
    X(JKO_LOCAL, 2, "local", "the energy is not convex: a stationary point, no global bound")      \
    X(JKO_NOT_CONVERGED, 3, "iteration_limit", "the iteration limit came first; bounds hold")      \
    X(JKO_STALLED, 4, "stalled", "round-off stopped progress short of the tolerance; bounds hold") \
    X(JKO_TIME_LIMIT, 5, "time_limit", "the time limit came first; the bounds hold")               \
    X(JKO_CANCELLED, 6, "cancelled", "the caller's progress callback stopped the call")            \
    X(JKO_ERR_ARGUMENT, -1, "invalid_argument", "an argument is out of its stated range")          \
    X(JKO_ERR_NOMEM, -2, "out_of_memory", "not enough memory")                                     \
    X(JKO_ERR_NUMERIC, -3, "numeric_failure", "the numbers left the range of double precision")    \
    X(JKO_ERR_SOLVER, -4, "solver_failure", "an external solver failed")                           \
    X(JKO_ERR_CALLBACK, -5, "callback_failure", "a callback of the caller reported an error")      \
    X(JKO_ERR_FILE, -6, "file_failure", "a file could not be read or written")                     \
    X(JKO_ERR_FORMAT, -7, "format_failure", "a file does not have the stated format")              \
    X(JKO_ERR_SHAPE, -8, "shape_mismatch", "arrays of different lengths")                          \
    X(JKO_ERR_EMPTY, -9, "empty_input", "there is nothing to work on: a length is 0")              \
    X(JKO_ERR_NONFINITE, -10, "nonfinite_input", "a NaN or infinity where a number is needed")     \
    X(JKO_ERR_NEGATIVE_MASS, -11, "negative_mass", "a mass or density below 0")                    \
    X(JKO_ERR_ZERO_MASS, -12, "zero_total_mass", "all masses are 0")                               \
    X(JKO_ERR_MASS_MISMATCH, -13, "mass_mismatch", "the two totals of mass differ")                \
    X(JKO_ERR_WEIGHT, -14, "nonpositive_weight", "a weight of the energy is 0 or negative")        \
    X(JKO_ERR_TAU, -15, "nonpositive_tau", "the time step is not a finite positive number")        \
    X(JKO_ERR_EPSILON, -16, "nonpositive_eps",                                                     \
      "the entropic regularisation is not a finite positive number")                               \
    X(JKO_ERR_INFEASIBLE, -17, "infeasible", "no plan meets the constraints")                      \
    X(JKO_ERR_UNSUPPORTED, -18, "unsupported", "this build or version cannot do that")             \
    X(JKO_ERR_TOO_LARGE, -19, "too_large", "the problem is larger than the method takes")

/** Status codes; see JKO_STATUS_LIST for each one's meaning. */
typedef enum jko_status {
#define JKO_STATUS_ENUM(code, value, name, text) code = value,
    JKO_STATUS_LIST(JKO_STATUS_ENUM)
#undef JKO_STATUS_ENUM
} jko_status;

/** The name of a status, such as "mass_mismatch". Static text; "unknown" for no known status. */
JKO_API const char *jko_status_name(jko_status status);

/** What a status means, in English. Static text, never NULL. */
JKO_API const char *jko_status_text(jko_status status);

/**
 * One line on the last failure in this thread: which argument, index and value, what to do.
 *
 * Thread-local, valid until the next failing call of this thread; "" if there was none. For
 * people: programs use the status.
 */
JKO_API const char *jko_error_detail(void);

JKO_END_DECLS

#endif

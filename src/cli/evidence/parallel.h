// SPDX-License-Identifier: BSD-3-Clause
/* Independent pieces of work on some threads, and a line that says how far they are. */
#ifndef JKO_SRC_CLI_EVIDENCE_PARALLEL_H
#define JKO_SRC_CLI_EVIDENCE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* How the command shows what it does; nothing unless standard error is a terminal. */
typedef struct ev_progress {
    bool terminal;
    size_t threads; // to use, >= 1
} ev_progress;

/* threads 0: as many as there are processors. */
void ev_progress_start(ev_progress *progress, size_t threads);
void ev_progress_say(const ev_progress *progress, const char *what, size_t done, size_t of);
void ev_progress_end(const ev_progress *progress);

/* work(user, k) for each k < count, in any order, each once. Nonzero stops the rest; the result is
   that of the smallest k that returned one. What work writes must belong to its k alone. */
int ev_parallel(const ev_progress *progress, const char *what, size_t count,
                int (*work)(void *user, size_t k), void *user);

#endif

// SPDX-License-Identifier: BSD-3-Clause
/*
 * Independent pieces of work on some threads. Which thread takes which piece has no influence on
 * results: each has random numbers and memory of its own.
 */
#define _POSIX_C_SOURCE 200809L // isatty, sysconf

#include "parallel.h"

#include "text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST_THREADS ((size_t)64)

typedef struct queue {
    pthread_mutex_t lock;
    const ev_progress *progress;
    const char *what;
    size_t next;
    size_t done;
    size_t count;
    int code;
    size_t code_of;
    int (*work)(void *user, size_t k);
    void *user;
} queue;

void ev_progress_start(ev_progress *progress, size_t threads)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    progress->terminal = isatty(STDERR_FILENO) == 1;
    progress->threads = threads > 0 ? threads : cores > 0 ? (size_t)cores : 1;
    progress->threads = progress->threads > MOST_THREADS ? MOST_THREADS : progress->threads;
}

void ev_progress_say(const ev_progress *progress, const char *what, size_t done, size_t of)
{
    if (progress->terminal && of > 0) {
        fprintf(stderr, "\r\033[K%s: %zu of %zu ", what, done, of);
        (void)fflush(stderr);
    } else if (progress->terminal) {
        fprintf(stderr, "\r\033[K%s ", what);
        (void)fflush(stderr);
    }
}

void ev_progress_end(const ev_progress *progress)
{
    if (progress->terminal) {
        fprintf(stderr, "\r\033[K");
    }
}

static void *serve(void *argument)
{
    queue *q = argument;
    (void)pthread_mutex_lock(&q->lock);
    while (q->next < q->count && q->code == 0) {
        const size_t k = q->next++;
        (void)pthread_mutex_unlock(&q->lock);
        const int code = q->work(q->user, k);
        (void)pthread_mutex_lock(&q->lock);
        q->done++;
        ev_progress_say(q->progress, q->what, q->done, q->count);
        if (code != 0 && (q->code == 0 || k < q->code_of)) {
            q->code = code;
            q->code_of = k;
        }
    }
    (void)pthread_mutex_unlock(&q->lock);
    return NULL;
}

int ev_parallel(const ev_progress *progress, const char *what, size_t count,
                int (*work)(void *user, size_t k), void *user)
{
    queue q = {.progress = progress, .what = what, .count = count, .work = work, .user = user};
    pthread_t threads[MOST_THREADS];
    size_t started = 0;
    (void)pthread_mutex_init(&q.lock, NULL);
    while (started + 1 < progress->threads && started + 1 < count &&
           pthread_create(&threads[started], NULL, serve, &q) == 0) {
        started++;
    }
    (void)serve(&q); // this thread works too, alone if no other could be had
    for (size_t k = 0; k < started; k++) {
        (void)pthread_join(threads[k], NULL);
    }
    (void)pthread_mutex_destroy(&q.lock);
    return q.code;
}

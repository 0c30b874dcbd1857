// SPDX-License-Identifier: BSD-3-Clause
/*
 * Making the k-th acquisition of memory fail, and counting what is not given back.
 *
 * The linker puts __wrap_f in the place of f in all that it links statically; the C library behind
 * it is __real_f. So the sanitizers' allocators still see every block. A thread counts as an
 * acquisition, as it needs memory for its stack, but its end is not counted here.
 */
#define _GNU_SOURCE // locale_t

#include "support/fail_alloc.h"

#include <locale.h>
#include <pthread.h>
#include <stddef.h>

static long fail_at;  // the acquisition that fails; 0: none
static long acquired; // since fail_at was set
static long live;

void jko_t_fail_at(long k)
{
    fail_at = k;
    acquired = 0;
}

long jko_t_acquisitions(void)
{
    return acquired;
}

long jko_t_live(void)
{
    return live;
}

static bool fails(void)
{
    return ++acquired == fail_at;
}

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);
locale_t __real_newlocale(int mask, const char *name, locale_t base);
locale_t __wrap_newlocale(int mask, const char *name, locale_t base);
void __real_freelocale(locale_t locale);
void __wrap_freelocale(locale_t locale);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    void *memory = fails() ? NULL : __real_aligned_alloc(alignment, size);
    live += memory != NULL;
    return memory;
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}

locale_t __wrap_newlocale(int mask, const char *name, locale_t base)
{
    const locale_t locale = fails() ? (locale_t)0 : __real_newlocale(mask, name, base);
    live += locale != (locale_t)0;
    return locale;
}

void __wrap_freelocale(locale_t locale)
{
    live--;
    __real_freelocale(locale);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument)
{
    enum { NO_RESOURCES = 11 }; // EAGAIN
    return fails() ? NO_RESOURCES : __real_pthread_create(thread, attributes, run, argument);
}

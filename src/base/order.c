// SPDX-License-Identifier: BSD-3-Clause
/*
 * The order of an array: merge sort of indices, from runs of one upwards. Stable, so the result is
 * the same everywhere; qsort() promises neither that nor to leave the heap alone.
 *
 * Source: Knuth, The Art of Computer Programming 3, section 5.2.4.
 */
#include "base/order.h"

#include <stdbool.h>
#include <string.h>

// Merge from[low..middle) and from[middle..high), both sorted, to `to`.
static void merge(const double *key, const size_t *from, size_t low, size_t middle, size_t high,
                  size_t *to)
{
    size_t left = low;
    size_t right = middle;
    for (size_t k = low; k < high; k++) {
        const bool take_right =
            left == middle || (right < high && key[from[right]] < key[from[left]]);
        to[k] = take_right ? from[right++] : from[left++];
    }
}

// How many keys are sorted from `first` on.
static size_t run_from(size_t n, const double *key, size_t first)
{
    size_t k = first + 1;
    while (k < n && !(key[k] < key[k - 1])) {
        k++;
    }
    return k - first;
}

void jko_i_order(size_t n, const double *key, size_t *order, size_t *work)
{
    size_t *from = order;
    size_t *to = work;
    // Sorted keys, and those of a circle that begins elsewhere, need one merge at most.
    const size_t head = n > 0 ? run_from(n, key, 0) : 0;
    if (head == n || head + run_from(n, key, head) == n) {
        for (size_t k = 0; k < n; k++) {
            work[k] = k;
        }
        merge(key, work, 0, head, n, order);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        order[k] = k;
    }
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            const size_t middle = n - low > width ? low + width : n;
            const size_t high = n - middle > width ? middle + width : n;
            merge(key, from, low, middle, high, to);
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != order) {
        memcpy(order, from, n * sizeof *order);
    }
}

// SPDX-License-Identifier: BSD-3-Clause
/*
 * The nearest word, by edit distance: insertions, deletions, substitutions and swaps of
 * neighbours count one each.
 *
 * Three rows of the table of distances between beginnings. O(length of text * length of word) a
 * word.
 * Source: Wagner and Fischer (1974); the swap is that of optimal string alignment.
 */
#include "nearest.h"

#include <string.h>

// Longer texts are not misspelt keys or options.
#define MAX_LENGTH ((size_t)40)

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Edits from a to b, both at most MAX_LENGTH long.
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][MAX_LENGTH + 1];
    const size_t m = strlen(a);
    const size_t n = strlen(b);
    for (size_t j = 0; j <= n; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t same = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(same, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], two_above[j - 2] + 1);
            }
        }
    }
    return rows[m % 3][n];
}

const char *cli_nearest(const char *text, size_t count, const char *const *words)
{
    const size_t length = strlen(text);
    const char *best = NULL;
    // A third of the letters may be wrong, one in the shortest.
    size_t allowed = length / 3 > 0 ? length / 3 : 1;
    for (size_t k = 0; k < count && length <= MAX_LENGTH; k++) {
        if (strlen(words[k]) > MAX_LENGTH) {
            continue;
        }
        const size_t edits = distance(text, words[k]);
        if (edits < allowed || (edits == allowed && best == NULL)) {
            best = words[k];
            allowed = edits;
        }
    }
    return best;
}

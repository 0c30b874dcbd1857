// SPDX-License-Identifier: BSD-3-Clause
/*
 * Laplacians of graphs, eliminated without cancellation in an order that keeps them sparse.
 *
 * Diagonals are sums of weights and never differences, so the elimination has no cancellation
 * however weakly parts are joined: eliminating a node adds w_k w_l / sum to the weight between each
 * two of its neighbours. The next node is always one with the fewest neighbours among those that
 * are left (minimum degree), until those are all but a clique; the graph is kept as rows of bits,
 * so that uniting the neighbours of two nodes is a few operations. Weights stand in a dense
 * triangle. A row of few entries is taken entry by entry, one of many as a vector.
 *
 * Source: Grassmann, Taksar and Heyman, Operations Research 33 (1985); Tinney and Walker, Proc.
 * IEEE 55 (1967).
 */
#include "laplacian.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/vector.h"

#include <string.h>

#define BITS ((size_t)64)
#define DENSE ((size_t)8)  // a row with one in so many entries is taken as a vector
#define FEW ((size_t)100)  // nodes up to which an order does not pay
#define CLIQUE ((size_t)2) // nodes whose least degree is this share of them are taken as they are

static size_t words(size_t n)
{
    return (n + BITS - 1) / BITS;
}

bool jko_i_laplacian_create(jko_i_laplacian *l, size_t n)
{
    memset(l, 0, sizeof *l);
    l->weight = jko_i_alloc_unset(n * (n - 1) / 2 + 1, sizeof *l->weight);
    l->excess = jko_i_alloc(n, sizeof *l->excess);
    l->sum = jko_i_alloc(n, sizeof *l->sum);
    l->value = jko_i_alloc(n, sizeof *l->value);
    l->list = jko_i_alloc(n, sizeof *l->list);
    l->node = jko_i_alloc(n, sizeof *l->node);
    l->place = jko_i_alloc(n, sizeof *l->place);
    l->degree = jko_i_alloc(n, sizeof *l->degree);
    l->graph = jko_i_alloc_unset(n * words(n), sizeof *l->graph);
    l->mask = jko_i_alloc(words(n), sizeof *l->mask);
    return l->weight != NULL && l->excess != NULL && l->sum != NULL && l->value != NULL &&
           l->list != NULL && l->node != NULL && l->place != NULL && l->degree != NULL &&
           l->graph != NULL && l->mask != NULL;
}

void jko_i_laplacian_free(jko_i_laplacian *l)
{
    jko_i_free(l->weight);
    jko_i_free(l->excess);
    jko_i_free(l->sum);
    jko_i_free(l->value);
    jko_i_free(l->list);
    jko_i_free(l->node);
    jko_i_free(l->place);
    jko_i_free(l->degree);
    jko_i_free(l->graph);
    jko_i_free(l->mask);
}

void jko_i_laplacian_clear(jko_i_laplacian *l, size_t count)
{
    l->count = count;
    memset(l->graph, 0, count * words(count) * sizeof *l->graph);
}

static uint64_t *neighbours(const jko_i_laplacian *l, size_t node)
{
    return l->graph + node * words(l->count);
}

static void set(uint64_t *bits, size_t k)
{
    bits[k / BITS] |= (uint64_t)1 << (k % BITS);
}

static void unset(uint64_t *bits, size_t k)
{
    bits[k / BITS] &= ~((uint64_t)1 << (k % BITS));
}

static bool has(const uint64_t *bits, size_t k)
{
    return (bits[k / BITS] >> (k % BITS) & 1) != 0;
}

// to |= from. Returns how many bits it then has.
static JKO_I_CLONES size_t unite(size_t count, const uint64_t *restrict from, uint64_t *restrict to)
{
    uint64_t sum = 0;
    for (size_t w = 0; w < count; w++) {
        uint64_t x = to[w] | from[w];
        to[w] = x;
        x -= (x >> 1) & 0x5555555555555555u;
        x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
        x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
        x += x >> 8;
        x += x >> 16;
        x += x >> 32;
        sum += x & 0x7f;
    }
    return (size_t)sum;
}

void jko_i_laplacian_join(jko_i_laplacian *l, size_t used, const size_t *nodes)
{
    const size_t count = words(l->count);
    memset(l->mask, 0, count * sizeof *l->mask);
    for (size_t s = 0; s < used; s++) {
        set(l->mask, nodes[s]);
    }
    for (size_t s = 0; s < used; s++) {
        (void)unite(count, l->mask, neighbours(l, nodes[s]));
    }
}

// The nodes that are in a row of bits, into list. Returns how many there are.
static size_t read_bits(const jko_i_laplacian *l, const uint64_t *bits, size_t *list)
{
    size_t used = 0;
    for (size_t w = 0; w < words(l->count); w++) {
        if (bits[w] == 0) {
            continue;
        }
        for (size_t k = w * BITS; k < (w + 1) * BITS; k++) {
            list[used] = k;
            used += has(bits, k) ? 1 : 0;
        }
    }
    return used;
}

double jko_i_laplacian_order(jko_i_laplacian *l)
{
    const size_t gone = l->count; // a degree that no node has
    double work = 0.0;
    size_t left = l->count;
    for (size_t k = 0; k < l->count; k++) {
        unset(neighbours(l, k), k);
        memset(l->mask, 0, words(l->count) * sizeof *l->mask);
        l->degree[k] = unite(words(l->count), l->mask, neighbours(l, k));
    }
    while (left > FEW) {
        size_t best = 0;
        for (size_t k = 1; k < l->count; k++) {
            best = l->degree[k] < l->degree[best] ? k : best;
        }
        if (CLIQUE * l->degree[best] >= left) {
            break;
        }
        work += 0.5 * (double)l->degree[best] * (double)l->degree[best];
        l->node[--left] = best;
        l->degree[best] = gone;
        uint64_t *of_best = neighbours(l, best);
        const size_t used = read_bits(l, of_best, l->list);
        for (size_t s = 0; s < used; s++) {
            uint64_t *bits = neighbours(l, l->list[s]);
            const size_t both = unite(words(l->count), of_best, bits);
            unset(bits, best);
            unset(bits, l->list[s]);
            l->degree[l->list[s]] = both - 2;
        }
    }
    work += (double)left * (double)left * (double)left / 6.0;
    for (size_t k = l->count; k-- > 0;) {
        if (l->degree[k] != gone) {
            l->node[--left] = k;
        }
    }
    for (size_t k = 0; k < l->count; k++) {
        l->place[l->node[k]] = k;
    }
    memset(l->weight, 0, l->count * (l->count - (l->count > 0)) / 2 * sizeof *l->weight);
    memset(l->excess, 0, l->count * sizeof *l->excess);
    return work;
}

// Row k of the triangle: the weights between the node there and those before it.
static double *weights(const jko_i_laplacian *l, size_t k)
{
    return l->weight + k * (k - (k > 0)) / 2;
}

void jko_i_laplacian_add(jko_i_laplacian *l, double scale, size_t used, const size_t *nodes,
                         const double *shares)
{
    const bool is_dense = DENSE * used > l->count;
    if (is_dense) {
        memset(l->value, 0, l->count * sizeof *l->value);
    }
    for (size_t s = 0; s < used; s++) {
        l->list[s] = l->place[nodes[s]];
        if (is_dense) {
            l->value[l->list[s]] = shares[s];
        }
    }
    for (size_t s = 0; s < used; s++) {
        const size_t at = l->list[s];
        const double factor = scale * shares[s];
        if (is_dense) {
            jko_i_vector_add(at, factor, l->value, weights(l, at));
            continue;
        }
        for (size_t t = 0; t < s; t++) {
            const size_t other = l->list[t];
            weights(l, at > other ? at : other)[at > other ? other : at] += factor * shares[t];
        }
    }
}

// The entries of a row that are not 0, packed. Returns how many there are.
static size_t pack(const jko_i_laplacian *l, size_t k)
{
    const double *row = weights(l, k);
    size_t used = 0;
    for (size_t t = 0; t < k; t++) {
        l->list[used] = t;
        l->value[used] = row[t];
        used += row[t] > 0.0 ? 1 : 0;
    }
    return used;
}

// What eliminating the node at k, whose entries are packed, adds to the others.
static void eliminate(jko_i_laplacian *l, size_t k, size_t used, double *d)
{
    const double *row = weights(l, k);
    const bool is_dense = DENSE * used > k;
    for (size_t s = 0; s < used; s++) {
        const size_t at = l->list[s];
        double *other = weights(l, at);
        const double factor = l->value[s] / l->sum[k];
        l->excess[at] += factor * l->excess[k];
        d[at] += factor * d[k];
        if (is_dense) {
            jko_i_vector_add(at, factor, row, other);
            continue;
        }
        for (size_t t = 0; t < s; t++) {
            other[l->list[t]] += factor * l->value[t];
        }
    }
}

void jko_i_laplacian_solve(jko_i_laplacian *l, double *d)
{
    for (size_t k = l->count; k-- > 0;) {
        const size_t used = pack(l, k);
        double sum = l->excess[k];
        for (size_t s = 0; s < used; s++) {
            sum += l->value[s];
        }
        l->sum[k] = sum;
        eliminate(l, k, used, d);
    }
    for (size_t k = 0; k < l->count; k++) {
        d[k] = (d[k] + jko_i_vector_dot(k, weights(l, k), d)) / l->sum[k];
    }
}

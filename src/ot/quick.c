// SPDX-License-Identifier: BSD-3-Clause
/*
 * The network simplex in plain numbers: it finds a basis for the exact one to prove.
 *
 * Masses are rounded to whole units, so that flows are integers and exact. Their low bits hold the
 * ties of tree.h: each row has one more, and the last column makes up for them all; no basis is
 * degenerate then, and each pivot gains. Potentials are doubles, made anew from the tree now and
 * then; what they leave in doubt is left to the exact simplex.
 *
 * The tree is kept in preorder: a subtree is a run of nodes that are deeper than its top. When an
 * arc leaves, the run below it is taken out; it is turned to hang by the end of the entering arc,
 * stem node by stem node, each bringing what it has before and after the run of the one below it;
 * and it is put back behind its new parent. The walk that finds where runs end shifts potentials
 * and depths on its way: no node is visited twice.
 *
 * Pricing takes rows in turn, some at a time, and of each the arc that gains most; from these
 * enters the best, then the best of what is left, a few times. One that no longer gains is dropped.
 *
 * Source: Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 11 (preorder, ties); Mulvey,
 * J. ACM 25 (1978) (several pivots from one pricing); Kovacs, Optimization Methods and Software 30
 * (2015) (block search).
 */
#include "quick.h"

#include "base/alloc.h"
#include "price.h"
#include "start.h"

#include <float.h>
#include <math.h>

#define TIE_BITS_LEFT 62   // of an integer flow, for units and ties
#define UNIT_BITS 52       // at most: units are whole in doubles
#define LEAST_UNIT_BITS 30 // fewer do not tell masses apart
// Pivots between two calls of the caller's progress function, and between two looks at roundings.
#define ASK_EVERY 256
#define ROUNDINGS 16.0    // a reduced cost this many roundings below 0 is below 0
#define ROWS ((size_t)16) // priced at least, each for its best arc
#define PIVOTS 8          // at most, before rows are priced again
#define MOST_PIVOTS 1000  // for each node; then roundings may turn in a circle

// Bits for the ties of m rows.
static int tie_bits(size_t m)
{
    int bits = 1;
    while (m >> bits > 0) {
        bits++;
    }
    return bits;
}

static int unit_bits(size_t m)
{
    const int left = TIE_BITS_LEFT - tie_bits(m);
    return left < UNIT_BITS ? left : UNIT_BITS;
}

bool jko_i_quick_fits(size_t m, size_t n)
{
    return m <= INT32_MAX / 2 && n <= INT32_MAX / 2 && unit_bits(m) >= LEAST_UNIT_BITS;
}

jko_i_quick *jko_i_quick_create(size_t m, size_t n)
{
    jko_i_quick *quick = jko_i_alloc(1, sizeof *quick);
    if (quick == NULL) {
        return NULL;
    }
    quick->m = m;
    quick->n = n;
    quick->node = jko_i_alloc(m + n, sizeof *quick->node);
    quick->before = jko_i_alloc(m + n, sizeof *quick->before);
    quick->parent = jko_i_alloc(m + n, sizeof *quick->parent);
    quick->flow = jko_i_alloc(m + n, sizeof *quick->flow);
    quick->cost = jko_i_alloc(m + n, sizeof *quick->cost);
    quick->mass = jko_i_alloc(m + n, sizeof *quick->mass);
    quick->height = jko_i_alloc(m + n, sizeof *quick->height);
    quick->arc = jko_i_alloc(ROWS, sizeof *quick->arc);
    if (quick->node == NULL || quick->height == NULL || quick->before == NULL ||
        quick->parent == NULL || quick->flow == NULL || quick->cost == NULL ||
        quick->mass == NULL || quick->arc == NULL) {
        jko_i_quick_free(quick);
        return NULL;
    }
    return quick;
}

void jko_i_quick_free(jko_i_quick *quick)
{
    if (quick != NULL) {
        jko_i_free(quick->node);
        jko_i_free(quick->before);
        jko_i_free(quick->parent);
        jko_i_free(quick->flow);
        jko_i_free(quick->cost);
        jko_i_free(quick->mass);
        jko_i_free(quick->height);
        jko_i_free(quick->arc);
        jko_i_free(quick);
    }
}

// Masses in whole units, at least one where there is mass; the largest column takes the difference
// of the totals, some units a node.
static void round_masses(jko_i_quick *quick, const jko_i_ot_problem *problem)
{
    int exponent = 0;
    (void)frexp(problem->total, &exponent); // the unit is a power of 2: whole masses stay exact
    const int bits = unit_bits(quick->m) - exponent;
    double rest = 0.0;
    size_t largest = quick->m;
    for (size_t v = 0; v < quick->m + quick->n; v++) {
        const double mass = v < quick->m ? problem->a[v] : problem->b[v - quick->m];
        quick->mass[v] = mass > 0.0 ? fmax(rint(ldexp(mass, bits)), 1.0) : 0.0;
        rest += v < quick->m ? quick->mass[v] : -quick->mass[v];
        if (v >= quick->m && quick->mass[v] > quick->mass[largest]) {
            largest = v;
        }
    }
    quick->mass[largest] += rest;
}

// Heights from the tree, along the preorder. Returns the largest size.
static double refresh(jko_i_quick *quick)
{
    double *height = quick->height;
    double scale = 0.0;
    height[quick->root] = 0.0;
    for (uint32_t v = quick->node[quick->root].next; v != quick->root; v = quick->node[v].next) {
        const double c = quick->cost[v];
        // f_i + g_j = C_ij
        height[v] = height[quick->parent[v]] + (v < quick->m ? c : -c);
        scale = fmax(scale, fabs(height[v]));
    }
    return scale;
}

void jko_i_quick_start(jko_i_quick *quick, jko_i_tree *tree, const jko_i_ot_problem *problem)
{
    const int bits = tie_bits(quick->m);
    jko_i_ot_problem whole = *problem;
    round_masses(quick, problem);
    whole.a = quick->mass;
    whole.b = quick->mass + quick->m;
    jko_i_start(tree, &whole);
    for (size_t v = 0; v < quick->m + quick->n; v++) {
        quick->height[v] = INFINITY;
    }
    quick->root = (uint32_t)tree->root;
    uint32_t last = quick->root;
    for (size_t v = tree->root; v != JKO_I_NONE; v = jko_i_tree_walk(tree, tree->root, v)) {
        const uint32_t u = (uint32_t)v;
        quick->node[last].next = u;
        quick->before[u] = last;
        quick->node[u].depth = (uint32_t)tree->depth[v];
        quick->parent[u] = v == tree->root ? u : (uint32_t)tree->parent[v];
        quick->cost[u] = v == tree->root ? 0.0 : tree->cost[v];
        quick->flow[u] = ((int64_t)tree->flow[v].high << bits) + tree->tie[v];
        last = u;
    }
    quick->node[last].next = quick->root;
    quick->before[quick->root] = last;
    (void)refresh(quick);
}

// The arc that empties first when mass goes from row i to column j, and the common ancestor.
static uint32_t find_leaving(const jko_i_quick *quick, uint32_t i, uint32_t j, uint32_t *join,
                             bool *on_column)
{
    const jko_i_quick_node *node = quick->node;
    uint32_t u = i;
    uint32_t v = j;
    uint32_t leaving = 0;
    int64_t least = INT64_MAX;
    while (u != v) {
        if (node[v].depth >= node[u].depth) { // columns lose on the column's side
            if (v >= quick->m && quick->flow[v] < least) {
                least = quick->flow[v];
                leaving = v;
                *on_column = true;
            }
            v = quick->parent[v];
        } else { // rows lose on the row's side
            if (u < quick->m && quick->flow[u] < least) {
                least = quick->flow[u];
                leaving = u;
                *on_column = false;
            }
            u = quick->parent[u];
        }
    }
    *join = u;
    return leaving;
}

static void push(jko_i_quick *quick, uint32_t from, uint32_t join, bool column_side, int64_t amount)
{
    for (uint32_t v = from; v != join; v = quick->parent[v]) {
        quick->flow[v] += (v >= quick->m) == column_side ? -amount : amount;
    }
}

// Walk from v on, shifting nodes, while the next one is not `stop` and deeper than depth. Returns
// the last node.
static uint32_t shift_run(jko_i_quick *quick, uint32_t v, uint32_t stop, uint32_t depth,
                          uint32_t deeper, double rise)
{
    jko_i_quick_node *node = quick->node;
    for (;;) {
        const uint32_t next = node[v].next;
        node[v].depth += deeper; // modulo 2^32, as it may be less
        quick->height[v] += rise;
        if (next == stop || node[next].depth <= depth) {
            return v;
        }
        v = next;
    }
}

static void link(jko_i_quick *quick, uint32_t v, uint32_t next)
{
    quick->node[v].next = next;
    quick->before[next] = v;
}

// Hang the subtree below `leaving` by its node `top`, below `under`, by an arc of this cost and flow;
// its potentials rise by `rise`.
static void hang(jko_i_quick *quick, uint32_t top, uint32_t under, uint32_t leaving, double cost,
                 int64_t flow, double rise)
{
    jko_i_quick_node *node = quick->node;
    const uint32_t behind = quick->before[leaving];
    uint32_t depth = node[under].depth + 1; // of the stem node, when it hangs
    uint32_t parent = under;
    uint32_t below = quick->root; // the stem node before; the root stops no run
    uint32_t last = 0;
    uint32_t after = 0; // what followed the runs so far
    for (uint32_t stem = top;; depth++) {
        const uint32_t old_parent = quick->parent[stem];
        const uint32_t old_depth = node[stem].depth;
        const double old_cost = quick->cost[stem];
        const int64_t old_flow = quick->flow[stem];
        const uint32_t deeper = depth - old_depth;
        uint32_t end = shift_run(quick, stem, below, old_depth, deeper, rise);
        if (stem == top) {
            after = node[end].next;
        } else {
            link(quick, last, stem);
            if (node[after].depth > old_depth) { // it has more behind the run below
                link(quick, end, after);
                end = shift_run(quick, after, quick->root, old_depth, deeper, rise);
                after = node[end].next;
            }
        }
        last = end;
        quick->parent[stem] = parent;
        quick->cost[stem] = cost;
        quick->flow[stem] = flow;
        if (stem == leaving) {
            break;
        }
        cost = old_cost;
        flow = old_flow;
        parent = below = stem;
        stem = old_parent;
    }
    link(quick, behind, after);
    link(quick, last, node[under].next);
    link(quick, under, top);
}

void jko_i_quick_pivot(jko_i_quick *quick, const jko_i_quick_arc *arc, double reduced_cost)
{
    const uint32_t u = arc->row;
    const uint32_t v = arc->column;
    uint32_t join = 0;
    bool on_column = false;
    const uint32_t leaving = find_leaving(quick, u, v, &join, &on_column);
    const int64_t amount = quick->flow[leaving];
    push(quick, v, join, true, amount);
    push(quick, u, join, false, amount);
    if (on_column) {
        hang(quick, v, u, leaving, arc->cost, amount, -reduced_cost);
    } else {
        hang(quick, u, v, leaving, arc->cost, amount, reduced_cost);
    }
}

// Where pricing stands.
typedef struct pricing {
    jko_i_quick *quick;
    const jko_i_ot_problem *problem;
    double nothing; // a reduced cost above -nothing is none
    size_t next;    // row to go on with
    size_t arcs;    // in quick->arc
} pricing;

// The best arc of row i, if it gains.
static void price_row(pricing *p, size_t i)
{
    const jko_i_quick *quick = p->quick;
    const jko_cost *cost = p->problem->cost;
    const double *columns = quick->height + quick->m;
    double buffer[JKO_I_PIECE];
    double best = quick->height[i] - p->nothing;
    jko_i_quick_arc *arc = &quick->arc[p->arcs];
    bool found = false;
    for (size_t first = 0, count = 0; first < quick->n; first += count) {
        count = jko_i_cost_piece(cost, quick->n, first);
        const double *c = jko_i_cost_row_piece(cost, i, first, count, buffer);
        const double least = jko_i_price_least(count, c, columns + first);
        if (least < best) {
            const size_t k = jko_i_price_find(count, c, columns + first, least);
            *arc = (jko_i_quick_arc){(uint32_t)i, (uint32_t)(quick->m + first + k), c[k]};
            best = least;
            found = true;
        }
    }
    p->arcs += found;
}

// Price some rows, and more until one gains; false if none does.
static bool price_rows(pricing *p)
{
    const size_t m = p->quick->m;
    p->arcs = 0;
    for (size_t rows = 0; rows < m && (rows < ROWS || p->arcs == 0); rows++) {
        if (p->problem->a[p->next] > 0.0) {
            price_row(p, p->next);
        }
        p->next = p->next + 1 == m ? 0 : p->next + 1;
    }
    return p->arcs > 0;
}

static double reduced_cost(const jko_i_quick *quick, const jko_i_quick_arc *arc)
{
    return (arc->cost + quick->height[arc->column]) - quick->height[arc->row];
}

// Pick the arc that gains most, and leave out those that no longer gain.
static bool choose(pricing *p, jko_i_quick_arc *best, double *gain)
{
    jko_i_quick_arc *arc = p->quick->arc;
    size_t kept = 0;
    *gain = -p->nothing;
    for (size_t k = 0; k < p->arcs; k++) {
        const double r = reduced_cost(p->quick, &arc[k]);
        if (r < -p->nothing) {
            arc[kept++] = arc[k];
        }
        if (r < *gain) {
            *gain = r;
            *best = arc[k];
        }
    }
    p->arcs = kept;
    return kept > 0;
}

static size_t list_arcs(const jko_i_quick *quick, jko_i_basis *basis)
{
    size_t arcs = 0;
    for (uint32_t v = quick->node[quick->root].next; v != quick->root; v = quick->node[v].next) {
        const bool is_row = v < quick->m;
        basis->arc_rows[arcs] = is_row ? v : quick->parent[v];
        basis->arc_columns[arcs++] = (is_row ? quick->parent[v] : v) - quick->m;
    }
    return arcs;
}

// Ask the caller now and then whether to go on.
static jko_status ask(const jko_i_ot_limits *limits, int64_t pivots, double error)
{
    if (pivots >= limits->max_iterations) {
        return JKO_NOT_CONVERGED;
    }
    if (pivots % ASK_EVERY != 0) {
        return JKO_OK;
    }
    const jko_status status = jko_i_ot_check_limits(limits, pivots);
    return status != JKO_OK ? status : jko_i_ot_ask(limits, pivots, error);
}

jko_status jko_i_quick_run(jko_i_quick *quick, jko_i_basis *basis, const jko_i_ot_problem *problem,
                           const jko_i_ot_limits *limits, size_t *arcs, int64_t *pivots)
{
    const double largest = problem->cost->max;
    const double unit = largest > 0.0 ? largest : 1.0;
    const int64_t most = *pivots + MOST_PIVOTS * (int64_t)(quick->m + quick->n);
    jko_status status = JKO_OK;
    pricing p = {.quick = quick, .problem = problem};
    jko_i_quick_start(quick, &basis->tree, problem);
    p.nothing = ROUNDINGS * DBL_EPSILON * (largest + refresh(quick));
    while (status == JKO_OK && *pivots < most && price_rows(&p)) {
        jko_i_quick_arc arc;
        double gain = 0.0;
        for (int k = 0; k < PIVOTS && choose(&p, &arc, &gain); k++) {
            status = ask(limits, *pivots, -gain / unit);
            if (status != JKO_OK) {
                break;
            }
            jko_i_quick_pivot(quick, &arc, gain);
            if (++*pivots % ASK_EVERY == 0) {
                p.nothing = ROUNDINGS * DBL_EPSILON * (largest + refresh(quick));
            }
        }
    }
    *arcs = list_arcs(quick, basis);
    return status;
}

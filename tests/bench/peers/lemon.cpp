// SPDX-License-Identifier: BSD-3-Clause
// Time LEMON's network simplex on one dense problem: prints the cost and the seconds it took.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <lemon/full_graph.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <vector>

static double seconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

// Whole numbers of this many units to 1, and the last one takes the rounding.
static std::vector<int64_t> whole(const std::vector<double> &x)
{
    const double unit = 1e12;
    std::vector<int64_t> out(x.size());
    int64_t rest = int64_t(unit);
    size_t largest = 0;
    for (size_t i = 0; i < x.size(); i++) {
        out[i] = std::llround(unit * x[i]);
        rest -= out[i];
        largest = x[i] > x[largest] ? i : largest;
    }
    out[largest] += rest;
    return out;
}

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? std::fopen(argv[1], "rb") : nullptr;
    int64_t n = 0;
    if (file == nullptr || std::fread(&n, sizeof n, 1, file) != 1 || n < 1 || n > 20000) {
        return 1;
    }
    const size_t size = size_t(n);
    std::vector<double> a(size), b(size), c(size * size);
    const bool read = std::fread(a.data(), 8, size, file) == size &&
                      std::fread(b.data(), 8, size, file) == size &&
                      std::fread(c.data(), 8, size * size, file) == size * size;
    std::fclose(file);
    if (!read) {
        return 1;
    }
    const double start = seconds();
    typedef lemon::SmartDigraph Graph;
    Graph graph;
    graph.reserveNode(2 * int(n));
    graph.reserveArc(int(n * n));
    std::vector<Graph::Node> from(size), to(size);
    for (size_t i = 0; i < size; i++) {
        from[i] = graph.addNode();
    }
    for (size_t i = 0; i < size; i++) {
        to[i] = graph.addNode();
    }
    Graph::ArcMap<int64_t> cost(graph);
    Graph::NodeMap<int64_t> supply(graph);
    const double unit = 1e10;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            cost[graph.addArc(from[i], to[j])] = std::llround(unit * c[i * size + j]);
        }
    }
    const std::vector<int64_t> sources = whole(a), targets = whole(b);
    for (size_t i = 0; i < size; i++) {
        supply[from[i]] = sources[i];
        supply[to[i]] = -targets[i];
    }
    lemon::NetworkSimplex<Graph, int64_t, int64_t> simplex(graph);
    simplex.costMap(cost).supplyMap(supply);
    const auto status = simplex.run();
    const double taken = seconds() - start;
    if (status != simplex.OPTIMAL) {
        return 1;
    }
    double value = 0.0;
    for (Graph::ArcIt arc(graph); arc != lemon::INVALID; ++arc) {
        const size_t i = size_t(graph.id(graph.source(arc)));
        const size_t j = size_t(graph.id(graph.target(arc))) - size;
        value += double(simplex.flow(arc)) * 1e-12 * c[i * size + j];
    }
    std::printf("%.17g %.9g\n", value, taken);
    return 0;
}

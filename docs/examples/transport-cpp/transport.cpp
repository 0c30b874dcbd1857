// SPDX-License-Identifier: BSD-3-Clause
/*
 * The distance W2 between departures and arrivals on the clock, with proof.
 */
#include <cmath>
#include <cstdio>
#include <jko/jko.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// One line an object: what _create makes, the pointer releases.
template <auto release> struct releaser {
    template <typename T> void operator()(T *object) const
    {
        release(object);
    }
};
using grid = std::unique_ptr<jko_grid, releaser<jko_grid_free>>;
using cost = std::unique_ptr<jko_cost, releaser<jko_cost_free>>;
using solver = std::unique_ptr<jko_ot, releaser<jko_ot_free>>;

// A failure becomes an exception; a positive status is an answer whose bounds still hold.
static void check(jko_status status)
{
    if (status < 0) {
        throw std::runtime_error(std::string(jko_status_name(status)) + ": " + jko_error_detail());
    }
}

static grid hours(const std::vector<double> &position)
{
    const double day = 24.0; // 23 and 1 are two hours apart
    jko_grid *made = nullptr;
    check(jko_grid_create_points(&made, position.size(), 1, position.data(), &day));
    return grid(made);
}

static cost squared(const grid &from, const grid &to)
{
    jko_cost *made = nullptr;
    check(jko_cost_create_squared(&made, from.get(), to.get()));
    return cost(made);
}

static solver create(const cost &c, const jko_ot_settings &settings)
{
    jko_ot *made = nullptr;
    check(jko_ot_create(&made, c.get(), &settings));
    return solver(made);
}

int main()
try {
    const std::vector<double> departure = {23, 9, 12}, a = {0.5, 0.25, 0.25};
    const std::vector<double> arrival = {1, 14, 18}, b = {0.5, 0.25, 0.25};
    const cost c = squared(hours(departure), hours(arrival)); // keeps no grid

    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SIMPLEX;
    const solver ot = create(c, settings);

    jko_ot_report report = {};
    report.struct_size = sizeof report;
    std::vector<double> f(a.size()), g(b.size());
    check(jko_ot_solve(ot.get(), a.data(), b.data(), nullptr, &report));
    check(jko_ot_get_potentials(ot.get(), f.data(), g.data()));

    std::printf("W2 = %.6f hours, proved to lie between %.6f and %.6f\n",
                std::sqrt(report.transport_cost), std::sqrt(std::fmax(report.lower, 0.0)),
                std::sqrt(report.upper));
    double dual = 0.0; // the proof: these potentials, and f_i + g_j <= C_ij
    for (std::size_t i = 0; i < a.size(); i++) {
        dual += a[i] * f[i] + b[i] * g[i];
    }
    std::printf("a.f + b.g = %.6f hours squared\n", dual);
    return report.status == JKO_OK ? 0 : 1;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}

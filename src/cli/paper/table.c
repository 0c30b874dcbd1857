// SPDX-License-Identifier: BSD-3-Clause
/*
 * The experiments, in the order of the page.
 */
#include "paper.h"

#define BASE "beta 0.86, eta 0.0207, sigma 1.3145 (s = 0.0385), 200 sectors, labour fixed"
#define CODE BASE ", threshold 0.1, kernel 0.05; not conserving mass"

const paper_experiment paper_experiments[] = {
    {"1a", "Density of firms", BASE,
     "Firms spread to a long-run distribution known in closed form.", "sector x",
     "density of firms", "set yrange [0.8:1.2]; set xtics 0.2", paper_density},
    {"1b", "Profit rates", BASE, "Profit rates become equal.", "sector x", "profit rate",
     "set yrange [0.11:0.18]; set xtics 0.2", paper_profit},
    {"2", "Change of profit rates", BASE, "High profit rates fall, low ones rise.",
     "profit rate at t = 0", "change since t = 0", "set xtics 0.02", paper_catching_up},
    {"3", "Distance to the long run", "baseline; beta 0.8; sigma 0.3; eta 0.5",
     "The flow converges exponentially.", "time t", "log of L2 distance", "", paper_distance},
    {"4", "Consumption below its long-run value", "baseline; beta 0.8; sigma 0.3; eta -0.5",
     "Consumption rises where theta > 0, and falls where theta < 0 (eta -0.5).", "time t",
     "log(X* / X)", "set yrange [-0.001:0.001]", paper_consumption},
    {"5", "Change of profit rates under a fixed cost (code)", CODE,
     "Where profit rates differ little, firms stay.", "profit rate at t = 0", "change since t = 0",
     "set xtics 0.02", paper_code_change},
    {"6", "Profit rates under a fixed cost (code)", CODE, "Profit rates do not become equal.",
     "sector x", "profit rate", "set xtics 0.2", paper_code_profit},
    {"7a", "Value of production", BASE " (dashed: as the published code computes it)",
     "Production stays different between sectors.", "sector x", "value of production",
     "set xtics 0.2; set key maxrows 3 width -4", paper_production},
    {"7b", "Labour productivity", BASE " (dashed: as the published code computes it)",
     "Productivity does not become equal.", "sector x", "production per worker",
     "set xtics 0.2; set key maxrows 3 width -4", paper_productivity},
    {"8", "Growth of labour productivity", BASE, "Productivity does not converge as profits do.",
     "productivity at t = 0", "log growth since t = 0", "", paper_growth},
    {"9", "Loss from labour that cannot move", "baseline, with labour mobile and immobile",
     "Immobile labour lowers consumption, at all times.", "time t", "X mobile - X immobile", "",
     paper_efficiency},
    {"preferences", "Preferences that differ between sectors",
     BASE ", preferences 1 + 0.3 cos(4 pi x)", "Firms gather where demand is.", "sector x",
     "density of firms", "set xtics 0.2", paper_preferences},
    {"mobile-preferences", "Preferences that differ, labour mobile",
     "baseline, labour mobile, preferences 1 + 0.3 cos(4 pi x)",
     "Firms gather where demand is, and wages are equal.", "sector x", "density of firms",
     "set xtics 0.2", paper_mobile_preferences},
    {"agglomeration", "Agglomeration",
     "eta 4.595 (s = 1.133), 12 sectors alike, firms at first 1 + 0.3 sin(2 pi x), entropic steps "
     "of tau 5, blurred by a cell",
     "Strong externalities draw firms into one sector.", "sector x", "share of firms",
     "set xtics 0.2; set ytics 0.2; set yrange [0:1.05]; set key maxrows 2 width -2",
     paper_agglomeration},
    {"soft", "A cost in proportion to distance", BASE ", cost 0.014 for each unit of distance",
     "Small differences of profit rates stay for ever.", "sector x", "profit rate", "set xtics 0.2",
     paper_soft},
    {"hull", "The convex hull of a fixed cost", BASE ", threshold 0.014 on the force",
     "Small differences of profit rates stay for ever.", "sector x", "profit rate", "set xtics 0.2",
     paper_hull},
};

const size_t paper_experiment_count = sizeof paper_experiments / sizeof paper_experiments[0];

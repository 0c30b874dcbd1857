// SPDX-License-Identifier: BSD-3-Clause
/*
 * The cases of tests/cases/step that are one step between atoms, as C data: copied from the
 * case.json of the same name, whose README says how the values were computed (stationarity to 40
 * digits with a dual bound, a conic solver, first-order iterations). Include after <cmocka.h>.
 */
#ifndef JKO_TESTS_JKO_CASES_H
#define JKO_TESTS_JKO_CASES_H

#include "jko/problem.h"

typedef struct expected {
    const double *next_mass; // NULL: none stated
    double mass_tolerance;
    double before;
    double after;
    double after_tolerance;
    double transport; // NaN: not stated
    double transport_tolerance;
    double objective;
    double objective_tolerance;
    double objective_kl; // NaN: not stated
    double gap;
} expected;

static inline expected case_atoms_austria_12(problem *p)
{
    static const double w[] = {1.060822, 0.759809, 0.862245, 1.04203,  0.845647, 0.945356,
                               0.50488,  1.415188, 0.974567, 0.733456, 0.948413, 0.696769};
    static const double a[] = {0.05575,  0.025337, 0.026973, 0.049658, 0.037828, 0.051056,
                               0.034301, 0.107144, 0.380466, 0.058111, 0.031872, 0.141503};
    static const double d[] = {
        0.0,      0.763815, 0.744429, 0.808227, 0.864154, 0.80179,  0.889222, 0.762467, 0.873649,
        0.940444, 0.920355, 0.848592, 0.763815, 0.0,      0.570993, 0.786978, 0.769537, 0.694208,
        0.834273, 0.682602, 0.821682, 0.924349, 0.882768, 0.785936, 0.744429, 0.570993, 0.0,
        0.651596, 0.658039, 0.547978, 0.778199, 0.629771, 0.815461, 0.907851, 0.836081, 0.7483,
        0.808227, 0.786978, 0.651596, 0.0,      0.762832, 0.438445, 0.83572,  0.754828, 0.874881,
        0.932489, 0.872289, 0.833186, 0.864154, 0.769537, 0.658039, 0.762832, 0.0,      0.363794,
        0.862206, 0.769295, 0.894576, 0.784575, 0.721711, 0.743898, 0.80179,  0.694208, 0.547978,
        0.438445, 0.363794, 0.0,      0.814222, 0.696552, 0.856128, 0.85535,  0.788117, 0.74287,
        0.889222, 0.834273, 0.778199, 0.83572,  0.862206, 0.814222, 0.0,      0.690316, 0.516707,
        0.890276, 0.865012, 0.814859, 0.762467, 0.682602, 0.629771, 0.754828, 0.769295, 0.696552,
        0.690316, 0.0,      0.604467, 0.761739, 0.756427, 0.530482, 0.873649, 0.821682, 0.815461,
        0.874881, 0.894576, 0.856128, 0.516707, 0.604467, 0.0,      0.862606, 0.849541, 0.749672,
        0.940444, 0.924349, 0.907851, 0.932489, 0.784575, 0.85535,  0.890276, 0.761739, 0.862606,
        0.0,      0.883136, 0.84829,  0.920355, 0.882768, 0.836081, 0.872289, 0.721711, 0.788117,
        0.865012, 0.756427, 0.849541, 0.883136, 0.0,      0.836044, 0.848592, 0.785936, 0.7483,
        0.833186, 0.743898, 0.74287,  0.814859, 0.530482, 0.749672, 0.84829,  0.836044, 0.0};
    static const double next[] = {0.05575,
                                  0.028960899138933075,
                                  0.03326470091166869,
                                  0.049658,
                                  0.037828,
                                  0.051056,
                                  0.034301,
                                  0.107144,
                                  0.3670590988910511,
                                  0.058111,
                                  0.035363301058347146,
                                  0.141503};
    *p = (problem){.n = 12, .h = 0.08333333333333333, .s = 0.038461538461538464, .tau = 10.0};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    memcpy(p->d, d, sizeof d);
    problem_on_matrix(p);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-06,
                      .before = 0.06014820955064781,
                      .after = 0.059543446641513814,
                      .after_tolerance = 1e-08,
                      .transport = 0.01107433280181637,
                      .transport_tolerance = 1e-06,
                      .objective = 0.06009716328160464,
                      .objective_tolerance = 1e-10,
                      .objective_kl = NAN,
                      .gap = 1e-10};
}

static inline expected case_atoms_circle_long_step(problem *p)
{
    static const double w[] = {1.772, 0.571, 1.443, 1.129, 1.724, 1.029, 1.695, 0.707};
    static const double a[] = {0.194726, 0.193712, 0.030426, 0.035497,
                               0.172414, 0.154158, 0.143002, 0.076065};
    static const double next[] = {0.18966456463502723, 0.05594160023712682, 0.14075609413854462,
                                  0.10478979289794518, 0.1693670700830027,  0.10321559550890405,
                                  0.16640513098770235, 0.06986015151174704};
    *p = (problem){.n = 8, .h = 0.125, .s = 0.038461538461538464, .tau = 10.0};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-06,
                      .before = -0.11400350898864346,
                      .after = -0.1185852308914382,
                      .after_tolerance = 1e-08,
                      .transport = 0.004286458068283012,
                      .transport_tolerance = 1e-06,
                      .objective = -0.11837090798802405,
                      .objective_tolerance = 1e-10,
                      .objective_kl = NAN,
                      .gap = 1e-10};
}

static inline expected case_atoms_one_cell(problem *p)
{
    static const double w[] = {0.817};
    static const double a[] = {1.0};
    static const double next[] = {1.0};
    *p = (problem){.n = 1, .h = 1.0, .s = 0.038461538461538464, .tau = 0.1};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-06,
                      .before = 0.10299840742863962,
                      .after = 0.10299840742863962,
                      .after_tolerance = 1e-08,
                      .transport = 0.0,
                      .transport_tolerance = 1e-06,
                      .objective = 0.10299840742863962,
                      .objective_tolerance = 1e-10,
                      .objective_kl = NAN,
                      .gap = 1e-10};
}

static inline expected case_atoms_soft(problem *p)
{
    static const double w[] = {0.617, 1.736, 0.695, 1.461, 1.594, 1.471, 0.893, 0.957, 1.438};
    static const double a[] = {0.101773, 0.118736, 0.125675, 0.146492, 0.117965,
                               0.143408, 0.019275, 0.080185, 0.146492};
    static const double next[] = {0.05930613989764659, 0.16498440127920677, 0.06712237022355944,
                                  0.13789464463644183, 0.14358583431685817, 0.13208117565183836,
                                  0.07492463345567443, 0.08446410053209549, 0.13563770000667896};
    *p = (problem){.n = 9,
                   .h = 0.1111111111111111,
                   .s = 0.038461538461538464,
                   .tau = 10.0,
                   .reallocation = JKO_REALLOCATION_SOFT,
                   .k = 0.003};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-06,
                      .before = -0.09511043898429314,
                      .after = -0.09694977889043918,
                      .after_tolerance = 1e-08,
                      .transport = NAN,
                      .transport_tolerance = NAN,
                      .objective = -0.09673028909066879,
                      .objective_tolerance = 1e-10,
                      .objective_kl = NAN,
                      .gap = 1e-10};
}

static inline expected case_atoms_zero_masses_s_negative(problem *p)
{
    static const double w[] = {1.688, 0.679, 1.223, 1.128, 1.747, 0.995, 1.08};
    static const double a[] = {0.160622, 0.0, 0.235751, 0.124352, 0.0, 0.0, 0.479275};
    static const double next[] = {0.18934902570373124, 0.07045724602260549, 0.14781606986946688,
                                  0.10105403611734626, 0.11123289401318687, 0.12891934329518914,
                                  0.2511713849784741};
    *p = (problem){.n = 7, .h = 0.14285714285714285, .s = -0.375, .tau = 1.0};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-06,
                      .before = INFINITY,
                      .after = 0.011499009919307851,
                      .after_tolerance = 1e-08,
                      .transport = 0.010157728269139823,
                      .transport_tolerance = 1e-06,
                      .objective = 0.016577874053877763,
                      .objective_tolerance = 1e-10,
                      .objective_kl = NAN,
                      .gap = 1e-10};
}

static inline expected case_entropic_circle_12(problem *p)
{
    static const double w[] = {1.756, 1.228, 1.116, 1.18,  1.498, 1.785,
                               1.047, 0.8,   0.987, 0.588, 1.336, 1.79};
    static const double a[] = {0.116014, 0.119573, 0.076157, 0.047687, 0.014235, 0.098932,
                               0.074733, 0.111744, 0.061922, 0.113167, 0.04911,  0.116726};
    static const double next[] = {0.11317115818778645, 0.09864847306715617, 0.07619806237704364,
                                  0.05511040913136654, 0.05562320699968497, 0.0772455044461971,
                                  0.08163977513407861, 0.08446177656727731, 0.0868762253104853,
                                  0.07837515184659832, 0.08802053238120454, 0.10462972455112104};
    *p = (problem){
        .n = 12, .h = 0.08333333333333333, .s = 0.038461538461538464, .tau = 0.1, .eps = 0.0625};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-09,
                      .before = -0.11480107111054301,
                      .after = -0.11734822901502129,
                      .after_tolerance = 1e-10,
                      .transport = 0.0063298894371368675,
                      .transport_tolerance = 1e-09,
                      .objective = -0.3207397365828689,
                      .objective_tolerance = 1e-11,
                      .objective_kl = 1.400257614488422,
                      .gap = 1e-11};
}

static inline expected case_entropic_matrix_zero_mass(problem *p)
{
    static const double w[] = {0.555, 1.267, 0.525, 1.168, 1.77};
    static const double a[] = {0.711679, 0.428832, 0.0, 0.301095, 1.058394};
    static const double d[] = {0.0, 0.3, 0.9, 0.4, 0.7, 0.2, 0.0, 0.5, 0.8, 0.1, 0.6, 0.4, 0.0,
                               0.3, 0.5, 0.9, 0.2, 0.1, 0.0, 0.6, 0.3, 0.7, 0.8, 0.2, 0.0};
    static const double next[] = {0.7116928293282202, 0.4261204178671216, 0.00629484362166387,
                                  0.2948412122099928, 1.0610506969730014};
    *p = (problem){.n = 5, .h = 0.2, .s = 0.5, .tau = 0.5, .eps = 0.02};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    memcpy(p->d, d, sizeof d);
    problem_on_matrix(p);
    return (expected){.next_mass = next,
                      .mass_tolerance = 2.5e-09,
                      .before = -0.020369677062330716,
                      .after = -0.020729021451214417,
                      .after_tolerance = 1e-10,
                      .transport = 0.0009167763909078684,
                      .transport_tolerance = 1e-09,
                      .objective = -0.0389000752011598,
                      .objective_tolerance = 1e-11,
                      .objective_kl = 0.011372185111734023,
                      .gap = 1e-11};
}

static inline expected case_local_s_above_1(problem *p)
{
    static const double w[] = {1.079, 0.882, 1.682, 1.13, 0.613, 1.475};
    static const double a[] = {0.104524, 0.223089, 0.223089, 0.269891, 0.082683, 0.096724};
    *p = (problem){.n = 6, .h = 0.16666666666666666, .s = 1.47, .tau = 1.0};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.objective = -0.0032501463920926944, .gap = NAN};
}

static inline expected case_locked_circle_16(problem *p)
{
    static const double w[] = {1.043, 0.967, 1.047, 0.974, 0.996, 1.04,  0.986, 1.001,
                               0.966, 1.046, 1.049, 0.967, 0.962, 0.997, 1.002, 1.028};
    static const double a[] = {0.0635, 0.0615, 0.0645, 0.0605, 0.0655, 0.0595, 0.0635, 0.0615,
                               0.0645, 0.0605, 0.0625, 0.0625, 0.0635, 0.0615, 0.0655, 0.0595};
    static const double next[] = {0.0635, 0.0615, 0.0645, 0.0605, 0.0655, 0.0595, 0.0635, 0.0615,
                                  0.0645, 0.0605, 0.0625, 0.0625, 0.0635, 0.0615, 0.0655, 0.0595};
    *p = (problem){.n = 16, .h = 0.0625, .s = 0.038461538461538464, .tau = 0.01};
    memcpy(p->w, w, sizeof w);
    memcpy(p->a, a, sizeof a);
    problem_on_grid(p, true);
    return (expected){.next_mass = next,
                      .mass_tolerance = 1e-14,
                      .before = -0.002243664790895663,
                      .after = -0.002243664790895663,
                      .after_tolerance = 1e-11,
                      .transport = 0.0,
                      .transport_tolerance = 1e-14,
                      .objective = -0.002243664790895663,
                      .objective_tolerance = 1e-13,
                      .objective_kl = NAN,
                      .gap = 1e-13};
}

/* Take the step of p and compare with what the case expects; the report is left in *r, the masses
   in m, and the flow is returned. */
static inline jko_flow *case_run(const problem *p, const expected *want, jko_status status,
                                 jko_step_report *r, double *m)
{
    jko_flow *flow = problem_flow(p);
    memcpy(m, p->a, p->n * sizeof *m);
    *r = (jko_step_report){.struct_size = sizeof *r};
    assert_int_equal(jko_flow_step(flow, p->tau, m, r), status);
    assert_int_equal(r->status, status);
    for (size_t j = 0; j < p->n; j++) {
        assert_close_abs(m[j], want->next_mass[j], want->mass_tolerance);
    }
    assert_close_abs(r->energy_before, want->before, 1e-13 + 1e-12 * fabs(want->before));
    assert_close_abs(r->energy_after, want->after, want->after_tolerance);
    if (!isnan(want->transport)) {
        assert_close_abs(r->transport_cost, want->transport, want->transport_tolerance);
    }
    assert_close_abs(r->objective, want->objective, want->objective_tolerance);
    if (!isnan(want->objective_kl)) {
        assert_close_abs(r->objective_kl, want->objective_kl, want->objective_tolerance);
    }
    assert_at_most(r->gap, want->gap);
    return flow;
}

#endif

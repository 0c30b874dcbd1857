# SPDX-License-Identifier: BSD-3-Clause
"""libjko through ctypes, for the comparison with its peers: what a call costs its user."""
import ctypes as ct
import functools
import itertools

import numpy as np

AUTO, LP, SINKHORN, SIMPLEX, MONOTONE = range(5)
handle = double_p = ct.c_void_p


class Settings(ct.Structure):
    """jko_ot_settings, as far as it is set here."""

    _fields_ = [
        ("struct_size", ct.c_size_t), ("method", ct.c_int), ("epsilon", ct.c_double),
        ("tolerance", ct.c_double), ("max_iterations", ct.c_int64), ("time_limit", ct.c_double),
        ("threads", ct.c_int), ("progress", ct.c_void_p), ("user", ct.c_void_p)]


class Report(ct.Structure):
    """jko_ot_report."""

    _fields_ = [("struct_size", ct.c_size_t), ("status", ct.c_int), ("method", ct.c_int)] + [
        (name, ct.c_double) for name in (
            "transport_cost", "upper", "lower", "gap", "row_error", "column_error", "plan_error",
            "entropic_value", "solver_objective", "epsilon")] + [
        ("iterations", ct.c_int64)] + [
        (name, ct.c_double) for name in (
            "seconds", "entropic_cost", "neg_entropy_value", "dual_value", "accuracy")] + [
        ("engine", ct.c_int)]


def pointer(array):
    """The numbers of a contiguous array that can be written to."""
    return ct.byref(ct.c_char.from_buffer(array))


class Library:
    """The calls that the comparison makes."""

    def __init__(self, path, answers):
        self.answers = answers  # how many are kept
        self.c = c = ct.CDLL(path)
        c.jko_error_detail.restype = c.jko_ot_engine_name.restype = ct.c_char_p
        size, out = ct.c_size_t, ct.POINTER(handle)
        c.jko_ot_settings_init.argtypes = [ct.POINTER(Settings), size]
        c.jko_ot_create.argtypes = [out, handle, handle]
        c.jko_ot_create_1d.argtypes = [out, size, double_p, size, double_p, ct.c_double,
                                       ct.c_double, handle]
        c.jko_ot_solve.argtypes = [handle, double_p, double_p, double_p, ct.POINTER(Report)]
        c.jko_ot_get_arcs.argtypes = [handle, ct.POINTER(size), handle, handle, double_p]
        c.jko_ot_get_potentials.argtypes = [handle, double_p, double_p]
        c.jko_cost_create_matrix.argtypes = [out, size, size, double_p]
        c.jko_cost_create_squared.argtypes = [out, handle, handle]
        c.jko_grid_create_circle.argtypes = [out, size, ct.c_double]
        for free in (c.jko_ot_free, c.jko_cost_free, c.jko_grid_free):
            free.argtypes, free.restype = [handle], None

    def made(self, create, *arguments):
        """What a _create function makes."""
        out = handle()
        if create(ct.byref(out), *arguments) < 0:
            raise RuntimeError(self.c.jko_error_detail().decode())
        return out

    @functools.lru_cache
    def settings(self, method, epsilon, threads):
        """Settings with the defaults for all the rest."""
        settings = Settings()
        self.c.jko_ot_settings_init(ct.byref(settings), ct.sizeof(Settings))
        settings.method, settings.epsilon, settings.threads = method, epsilon, threads
        return ct.byref(settings)

    def solved(self, ot, a, b, plan):
        """The report of a solve."""
        report = Report(struct_size=ct.sizeof(Report))
        status = self.c.jko_ot_solve(ot, pointer(a), pointer(b),
                                     None if plan is None else pointer(plan), ct.byref(report))
        if status != 0:
            raise RuntimeError("status %d %s" % (status, self.c.jko_error_detail().decode()))
        return report

    @functools.lru_cache
    def arrays(self, m, n):
        """Where answers on a line or circle go, in turn: arrays of the caller's, touched before."""
        def one():
            return (np.zeros(m + n, np.uintp) + 1, np.zeros(m + n, np.uintp) + 1,
                    np.zeros(m + n) + 1.0, np.zeros(m) + 1.0, np.zeros(n) + 1.0)
        return itertools.cycle([one() for _ in range(self.answers)])

    def one_dimension(self, x, a, y, b, period, threads=1):
        """Exact transport on a line (period 0) or circle: report, arcs, potentials."""
        ot = self.made(self.c.jko_ot_create_1d, len(x), pointer(x), len(y), pointer(y), period,
                       2.0, self.settings(MONOTONE, 0.0, threads))
        report = self.solved(ot, a, b, None)
        count = ct.c_size_t(len(a) + len(b))
        rows, columns, mass, f, g = next(self.arrays(len(a), len(b)))
        self.c.jko_ot_get_arcs(ot, ct.byref(count), pointer(rows), pointer(columns), pointer(mass))
        self.c.jko_ot_get_potentials(ot, pointer(f), pointer(g))
        self.c.jko_ot_free(ot)
        return report, (rows[:count.value], columns[:count.value], mass[:count.value]), (f, g)

    def matrix(self, c, a, b, method, epsilon=0.0, threads=1):
        """Transport with a cost given as a matrix: report and plan. All that is made is timed."""
        cost = self.made(self.c.jko_cost_create_matrix, len(a), len(b), pointer(c))
        return self.with_cost(cost, a, b, method, epsilon, threads)

    def circle(self, a, b, method, epsilon=0.0, threads=1):
        """The same between two measures on one grid of a circle of circumference 1."""
        grid = self.made(self.c.jko_grid_create_circle, len(a), 1.0)
        cost = self.made(self.c.jko_cost_create_squared, grid, grid)
        self.c.jko_grid_free(grid)
        return self.with_cost(cost, a, b, method, epsilon, threads)

    def with_cost(self, cost, a, b, method, epsilon, threads):
        """The solve itself; releases the cost."""
        plan = np.empty((len(a), len(b)))
        ot = self.made(self.c.jko_ot_create, cost, self.settings(method, epsilon, threads))
        try:
            return self.solved(ot, a, b, plan), plan
        finally:
            self.c.jko_ot_free(ot)
            self.c.jko_cost_free(cost)

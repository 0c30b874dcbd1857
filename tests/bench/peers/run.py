# SPDX-License-Identifier: BSD-3-Clause
"""libjko and its peers on the same problems in one run; called by tools/bench_peers."""
import argparse
import os
import statistics
import sys
import time

import numpy as np

import jko
import others
import problems

ENTROPIC_ERROR = 1e-9  # L1 of rows plus columns
SHORT = 3              # times as many repeats of cases that take little
EXACT_AGREES = 1e-9    # relative, as peers count in whole numbers


def error_of(plan, a, b):
    """L1 error of the marginals of a plan, recomputed."""
    return np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum()


class Table:
    """Runs cases, checks answers against each other, and keeps one line a case and solver."""

    def __init__(self, library, threads, repeats, seed):
        self.library, self.threads, self.repeats, self.seed = library, threads, repeats, seed
        self.clock = time.process_time if threads == 1 else time.perf_counter
        self.losses, self.disagreements = [], []

    def is_short(self, taken):
        """Whether so little has been timed that more repeats are to be had for nothing."""
        return sum(s for s, _ in taken) < 0.05 and len(taken) < SHORT * self.repeats

    def timed(self, make, solve, most):
        """Median and least seconds over fresh inputs, and answer and input of the last."""
        taken = []
        rng = np.random.default_rng(self.seed)
        began = time.perf_counter()
        while (len(taken) < self.repeats or self.is_short(taken)) and (
                not taken or time.perf_counter() - began < most):
            problem = make(rng)
            start = self.clock()
            answer = solve(*problem)
            seconds = self.clock() - start
            if len(answer) == 3 and isinstance(answer[2], float):
                answer, seconds = answer[:2], answer[2]  # it timed itself
            taken.append((seconds, answer))
        return (statistics.median(s for s, _ in taken), min(s for s, _ in taken),
                [answer for _, answer in taken])

    def case(self, name, n, epsilon, bar, make, ours, peers, most=20.0):
        """One problem: libjko, then each peer; bar: the ratio to reach against the best."""
        ours(*make(np.random.default_rng(self.seed)))  # warm
        median, least, answers = self.timed(make, ours, most)
        report = answers[-1][0]
        accuracy = max(self.accuracy(make, k, answer) for k, answer in enumerate(answers))
        engine = self.library.c.jko_ot_engine_name(report.engine).decode()
        print("%s,%d,%g,%d,libjko,%.6g,%.6g,%d,%.2g,%.2g,%s,1" % (
            name, n, epsilon, self.threads, median, least, report.iterations, report.gap, accuracy,
            engine), flush=True)
        best = None
        for peer, solve in peers.items():
            if solve is None:
                continue
            try:
                took, took_least, theirs = self.timed(make, solve, most)
            except Exception as failure:  # a peer may fail in any way of its own
                print("# %s on %s: %s" % (peer, name, str(failure).split("\n")[0]), flush=True)
                continue
            error = max(self.accuracy(make, k, answer) for k, answer in enumerate(theirs))
            # Where a peer's own plan lacks mass, its value says nothing about ours.
            valid = not error > ENTROPIC_ERROR and self.agree(name, epsilon, answers, theirs)
            print("%s,%d,%g,%d,%s,%.6g,%.6g,,,%.2g,,%.3g%s" % (
                name, n, epsilon, self.threads, peer, took, took_least, error, took / median,
                "" if valid else " (not valid)"), flush=True)
            best = took if valid and (best is None or took < best) else best
        if best is not None and best < bar * median:
            self.losses.append("%s: %.3g times the best peer, bar %g" % (name, best / median, bar))

    def accuracy(self, make, k, answer):
        """The marginal error of answer number k, where it has a dense plan."""
        plan = answer[1]
        if not isinstance(plan, np.ndarray):
            return answer[0].plan_error if hasattr(answer[0], "plan_error") else float("nan")
        rng = np.random.default_rng(self.seed)
        for _ in range(k + 1):
            problem = make(rng)
        return error_of(plan, *[p for p in problem if isinstance(p, np.ndarray)][-2:])

    def agree(self, name, epsilon, ours, theirs):
        """Whether values agree: exact ones within our bounds, entropic ones by their plans."""
        for mine, other in zip(ours, theirs):
            report, value = mine[0], other[0]
            if epsilon == 0.0:
                room = EXACT_AGREES * max(abs(report.upper), 1e-6)
                bad = not report.lower - room <= value <= report.upper + room
            else:
                bad = not np.abs(mine[1] - other[1]).sum() <= 1e-6
            if bad:
                self.disagreements.append("%s: libjko %.12g, peer %.12g" % (
                    name, report.transport_cost, value))
                return False
        return True


def one(run, name, library):
    """The cases of one part."""
    # pylint: disable=too-many-branches
    has_pot, has_ott = others.pot is not None, others.jax is not None
    lemon = others.lemon if os.environ.get("LEMON") else None
    threads = run.threads
    circle = lambda x, a, b: library.one_dimension(x, a, x, b, 1.0, threads)
    dense = lambda method: lambda c, a, b, *eps: library.matrix(c, a, b, method, *eps, threads=threads)
    value = {"POT wasserstein_circle": others.pot_circle if has_pot else None}
    emd = {"POT emd": others.pot_emd if has_pot else None, "LEMON": lemon}

    def entropic(case, n, share, bar, make, **more):
        def with_epsilon(rng):
            c, a, b = make(rng)
            return c, a, b, share * c.max()
        peers = {"POT sinkhorn": others.pot_sinkhorn if has_pot else None}
        for kind in ("momentum", "late momentum", "anderson") if has_ott and n < 500 else ():
            peers["OTT " + kind] = lambda *p, kind=kind: others.ott(kind, *p)
            others.ott(kind, *with_epsilon(np.random.default_rng(0)))  # compiles
        peers.update(more)
        run.case("%s-%g" % (case, share), n, share, bar, with_epsilon, dense(jko.SINKHORN), peers)

    if name == "P1":
        for n, bar in ((1000, 100), (2000, 100), (100000, 60)):
            run.case("P1-%d" % n, n, 0.0, bar, lambda rng, n=n: problems.smooth(n, rng), circle,
                     value)
        for share, bar in ((1e-2, 100), (1e-3, 20)):
            def matrix(rng, share=share):
                x, a, b = problems.smooth(2000, rng)
                return problems.circle_cost(x), a, b, 0.25 * share
            run.case("P1-2000-%g" % share, 2000, share, bar, matrix,
                     lambda c, a, b, eps: library.circle(a, b, jko.SINKHORN, eps, threads),
                     {"POT sinkhorn": others.pot_sinkhorn if has_pot else None}, most=5.0)
        def as_matrix(rng):
            x, a, b = problems.smooth(1000, rng)
            return problems.circle_cost(x), a, b
        run.case("P1-1000-matrix", 1000, 0.0, 5, as_matrix, dense(jko.SIMPLEX), {"LEMON": lemon})
    elif name == "P2":
        for n, bar in ((2000, 30), (100000, 20)):
            run.case("P2-%d" % n, n, 0.0, bar, lambda rng, n=n: problems.rough(n, rng), circle,
                     value)
        run.case("line-100000", 100000, 0.0, 15, lambda rng: problems.rough(100000, rng),
                 lambda x, a, b: library.one_dimension(x, a, x, b, 0.0, threads),
                 {"POT emd2_1d": others.pot_line if has_pot else None})
    elif name == "P3":
        for n in (500, 1000, 2000):
            run.case("P3-%d" % n, n, 0.0, 1.3, lambda rng, n=n: problems.clouds(n, rng),
                     dense(jko.SIMPLEX), emd)
        for share, bar in ((1e-2, 1.5), (1e-3, 5)):
            entropic("P3-1000", 1000, share, bar, lambda rng: problems.clouds(1000, rng))
    elif name == "P4":
        make = lambda rng: problems.independent(400, rng)
        run.case("P4-400", 400, 0.0, 1.3, make, dense(jko.SIMPLEX), emd)
        run.case("P4-400-GLPK", 400, 0.0, 60, make, dense(jko.SIMPLEX),
                 {"GLPK dual": lambda c, a, b: glpk(library, c, a, b)})
        entropic("P4-400", 400, 1e-2, 1.3, make)
    elif name == "P5":
        run.case("P5", 62, 0.0, 1, problems.austria, dense(jko.SIMPLEX), emd)
        for share, bar in ((1e-1, 3), (1e-2, 8), (1e-3, 8), (1e-4, 40)):
            entropic("P5", 62, share, bar, problems.austria)


def glpk(library, c, a, b):
    """GLPK through libjko's method lp, whose own time is small beside it."""
    report, plan = library.matrix(c, a, b, jko.LP)
    return report.upper, plan


def main():
    """Print the table; exit with 1 if answers disagree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library")
    parser.add_argument("--only", choices=["P1", "P2", "P3", "P4", "P5"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    library = jko.Library(options.library, SHORT * options.repeats + 1)  # and the warm one
    run = Table(library, options.threads, options.repeats, options.seed)
    print("# peers: %s; seed %d; times are %s" % (
        ", ".join(others.versions()) or "none", options.seed,
        "CPU seconds of one pinned core" if options.threads == 1 else "wall seconds"))
    print("case,n,epsilon,threads,solver,median,minimum,iterations,gap,marginal_error,engine,ratio")
    for part in [options.only] if options.only else ["P1", "P2", "P3", "P4", "P5"]:
        one(run, part, library)
    print("# libjko misses its bar:" if run.losses else "# libjko reaches every bar")
    for line in run.losses:
        print("#   " + line)
    for line in run.disagreements:
        print("# ANSWERS DIFFER: " + line)
    return 1 if run.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())

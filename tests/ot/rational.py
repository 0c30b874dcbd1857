#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Optimal values of 20 transport problems in rational arithmetic, for test_rational.c.

Costs are integers over powers of two across 6 to 15 orders of magnitude, masses are integers; both
come from the generator of tests/support/close.c, so the test makes the same problems. Solved by
successive shortest paths in fractions.Fraction; each answer is proved by potentials that are
feasible on all allowed arcs and tight where there is mass. Writes rational.h:

    python3 rational.py > rational.h
"""
from fractions import Fraction

PROBLEMS = 20
SEED = 70240611
MASK = (1 << 64) - 1


class Random:
    def __init__(self, state):
        self.state = state

    def integer(self, below):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % below


def problem(k):
    """Masses, and costs with None for a forbidden arc; the order of draws is that of the test."""
    random = Random(SEED + k)
    bits = 20 + 30 * k // (PROBLEMS - 1)
    m = 4 + random.integer(9)
    n = 4 + random.integer(9)
    cost = [[None] * n for _ in range(m)]
    for i in range(m):
        for j in range(n):
            numerator = 1 + random.integer(1023)
            cost[i][j] = Fraction(numerator, 2 ** random.integer(bits + 1))
    forbidden = [[k % 4 == 3 and random.integer(3) == 0 for _ in range(n)] for _ in range(m)]
    a, b = [0] * m, [0] * n
    for _ in range(m + n):
        i, j, mass = random.integer(m), random.integer(n), 1 + random.integer(9)
        a[i] += mass
        b[j] += mass
        forbidden[i][j] = False
    for i in range(m):
        for j in range(n):
            if forbidden[i][j]:
                cost[i][j] = None
    return a, b, cost


def shortest(cost, plan, left):
    """Distances of rows and columns from the rows with mass left, and predecessors."""
    m, n = len(cost), len(cost[0])
    row = [Fraction(0) if mass > 0 else None for mass in left]
    column = [None] * n
    from_row, from_column = [None] * n, [None] * m
    changed = True
    while changed:
        changed = False
        for i in range(m):
            for j in range(n):
                c = cost[i][j]
                if c is None:
                    continue
                if row[i] is not None and (column[j] is None or row[i] + c < column[j]):
                    column[j], from_row[j], changed = row[i] + c, i, True
                if plan[i][j] > 0 and column[j] is not None and (
                        row[i] is None or column[j] - c < row[i]):
                    row[i], from_column[i], changed = column[j] - c, j, True
    return column, from_row, from_column


def solve(a, b, cost):
    m, n = len(a), len(b)
    plan = [[0] * n for _ in range(m)]
    left, wanted = list(a), list(b)
    while sum(left) > 0:
        column, from_row, from_column = shortest(cost, plan, left)
        j = min((j for j in range(n) if wanted[j] > 0 and column[j] is not None),
                key=lambda j: column[j])
        path, to = [], j
        while True:
            i = from_row[to]
            path.append((i, to, 1))
            if from_column[i] is None:
                break
            path.append((i, from_column[i], -1))
            to = from_column[i]
        mass = min([left[i], wanted[j]] + [plan[r][c] for r, c, sign in path if sign < 0])
        for r, c, sign in path:
            plan[r][c] += sign * mass
        left[i] -= mass
        wanted[j] -= mass
    return plan


def prove(a, b, cost, plan):
    """Potentials by Bellman and Ford; raises if the plan is not optimal."""
    m, n = len(a), len(b)
    f, g = [Fraction(0)] * m, [Fraction(10 ** 6)] * n
    for _ in range(m + n + 1):
        g = [min([g[j]] + [cost[i][j] - f[i] for i in range(m) if cost[i][j] is not None])
             for j in range(n)]
        f = [max([f[i]] + [cost[i][j] - g[j] for j in range(n) if plan[i][j] > 0])
             for i in range(m)]
    for i in range(m):
        assert sum(plan[i]) == a[i]
        for j in range(n):
            assert plan[i][j] >= 0
            if cost[i][j] is None:
                assert plan[i][j] == 0
            else:
                slack = cost[i][j] - f[i] - g[j]
                assert slack >= 0 and (plan[i][j] == 0 or slack == 0)
    assert all(sum(plan[i][j] for i in range(m)) == b[j] for j in range(n))
    value = sum(plan[i][j] * cost[i][j] for i in range(m) for j in range(n) if plan[i][j] > 0)
    assert value == sum(a[i] * f[i] for i in range(m)) + sum(b[j] * g[j] for j in range(n))
    return value


def main():
    print("// SPDX-License-Identifier: BSD-3-Clause")
    print("/* Optimal values of test_rational.c's problems in rational arithmetic, rounded once. Made")
    print("   by rational.py; do not edit. */")
    print("#ifndef JKO_TESTS_OT_RATIONAL_H")
    print("#define JKO_TESTS_OT_RATIONAL_H\n")
    print("static const double rational_values[%d] = {" % PROBLEMS)
    for k in range(PROBLEMS):
        a, b, cost = problem(k)
        value = prove(a, b, cost, solve(a, b, cost))
        print("    %-22s // %d by %d" % (float(value).hex() + ",", len(a), len(b)))
    print("};\n\n#endif")


main()

# SPDX-License-Identifier: BSD-3-Clause
"""The problems of the comparison: fresh inputs from a generator, all weights summing to 1."""
import csv
import pathlib

import numpy as np


def normal(weights):
    """Weights over their sum."""
    return np.ascontiguousarray(weights / weights.sum())


def smooth(n, rng):
    """P1: the economy's initial density on a circle, and itself moved and bent."""
    half = (n + 1) // 2
    x = np.arange(n) / n
    y = 30.0 - np.tan(5.5 * (x[:half] - 0.25))
    a = np.concatenate([y, y[:n - half][::-1]])
    b = np.roll(a, round(0.17 * n)) * (
        1.0 + 0.3 * np.sin(6.0 * np.pi * x + 0.4 + 0.1 * rng.random())
        + 0.1 * np.cos(14.0 * np.pi * x))
    return x, normal(a), normal(b)


def rough(n, rng):
    """P2: the same grid, independent exponential weights."""
    return np.arange(n) / n, normal(rng.exponential(size=n)), normal(rng.exponential(size=n))


def clouds(n, rng):
    """P3: points of the unit square, squared distance."""
    x, y = rng.random((2, n, 2))
    c = ((x[:, None, :] - y[None, :, :]) ** 2).sum(2)
    return np.ascontiguousarray(c), normal(rng.exponential(size=n)), normal(rng.exponential(size=n))


def independent(n, rng):
    """P4: a dense cost of independent uniform entries."""
    return rng.random((n, n)), normal(rng.exponential(size=n)), normal(rng.exponential(size=n))


def circle_cost(x):
    """The squared distance on a circle as a matrix."""
    d = np.abs(x[:, None] - x[None, :])
    return np.ascontiguousarray(np.minimum(d, 1.0 - d) ** 2)


def austria(rng):
    """P5: shares of firms 2010 and 2024, cost by what sectors buy; masses shaken by 1e-3."""
    folder = pathlib.Path(__file__).resolve().parents[3] / "data" / "austria"
    with open(folder / "austria_io_2010.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    sectors = rows[0][1:]
    columns = np.array([[float(v) for v in row[1:]] for row in rows[1:]])
    unit = columns / np.linalg.norm(columns, axis=0)
    c = (1.0 - np.clip(unit.T @ unit, -1.0, 1.0)) ** 2
    np.fill_diagonal(c, 0.0)
    firms = {}
    with open(folder / "austria_sector_panel.csv", newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            firms[row["year"], row["sector"]] = float(row["firms"])
    a, b = (np.array([firms[year, s] for s in sectors]) * (1.0 + 1e-3 * rng.random(len(sectors)))
            for year in ("2010", "2024"))
    return np.ascontiguousarray(c), normal(a), normal(b)

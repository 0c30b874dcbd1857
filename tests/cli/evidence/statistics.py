#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An independent implementation of the statistics of jko panel, by numpy and statsmodels.

    statistics.py PANEL.csv > statistics.csv     compute the stored values again
    statistics.py PANEL.csv --check DIR          compare DIR, made by jko panel, with them

It shares nothing with the program but the definitions of docs/evidence.md. The values stored in
statistics.csv were made by it with Python 3.11, numpy 2.4.6 and statsmodels 0.15.0 from the panel in
data/austria; the test reads them with awk, so that it needs neither.
"""
import csv
import sys

import numpy as np
import statsmodels.api as sm

LEFT_OUT = "A01 A02 A03 L O P Q86 Q87_Q88 S94".split()
WINDOWS = [(2010, 2019), (2018, 2022), (2010, 2024), (2018, 2024)]


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["sector"] not in LEFT_OUT]
    panel = {}
    for row in rows:
        v = {k: float(row[k]) for k in ("employees", "gva", "gross_operating_surplus",
                                        "capital_consumption", "net_fixed_assets", "dwellings",
                                        "compensation_of_employees")}
        v["K"] = v["net_fixed_assets"] - v["dwellings"]
        v["r_gross"] = v["gross_operating_surplus"] / v["net_fixed_assets"]
        v["r_net"] = (v["gross_operating_surplus"] - v["capital_consumption"]) / v["K"]
        v["lp"] = v["gva"] / v["employees"]
        panel[row["sector"], int(row["year"])] = v
    return panel


def convergence(panel, sectors):
    for first, last in WINDOWS:
        for z in ("r_gross", "r_net", "lp"):
            for form in ("logs", "levels"):
                x = np.array([panel[s, first][z] for s in sectors])
                y = np.array([panel[s, last][z] for s in sectors])
                if form == "logs":
                    keep = (x > 0) & (y > 0)
                    x, y = np.log(x[keep]), np.log(y[keep])
                fit = sm.OLS((y - x) / (last - first), sm.add_constant(x))
                key = f"convergence|{first}-{last}|{z}|{form}"
                hc1, hc3 = fit.fit(cov_type="HC1"), fit.fit(cov_type="HC3", use_t=True)
                low, high = hc3.conf_int()[1]
                yield from ((f"{key}|{name}", value) for name, value in (
                    ("n", len(x)), ("b", hc1.params[1]), ("se_hc1", hc1.bse[1]),
                    ("se_hc3", hc3.bse[1]), ("low", low), ("high", high),
                    ("p", hc3.pvalues[1]), ("sd_first", x.std(ddof=1)), ("sd_last", y.std(ddof=1))))
            yield from yearly(panel, sectors, first, last, z)


def dummies(labels):
    values = sorted(set(labels))
    return np.array([[float(label == value) for value in values[1:]] for label in labels])


def clustered(y, x, years, groups, both):
    parts = [np.column_stack(x), dummies(years), np.ones((len(y), 1))]
    parts += [dummies(groups)] if both else []
    numbers = {g: k for k, g in enumerate(sorted(set(groups)))}
    ids = np.array([numbers[g] for g in groups])
    design, y = np.column_stack(parts), np.asarray(y)
    fit = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": ids})
    k, total = len(x), np.zeros((len(x), len(x)))
    for g in range(len(numbers)):  # the jackknife over clusters, as its definition says
        part, keep = design[ids != g], ids != g
        part = part[:, (np.abs(part).sum(axis=0) > 0)]
        beta = np.linalg.lstsq(part, y[keep], rcond=None)[0][:k]
        total += np.outer(beta - fit.params[:k], beta - fit.params[:k])
    jackknife = total * (len(numbers) - 1) / len(numbers)
    return fit.params[:k], fit.bse[:k], np.sqrt(np.diag(jackknife)), len(y)


def yearly(panel, sectors, first, last, z):
    rows = [(np.log(panel[s, t][z]), np.log(panel[s, t + 1][z]), t, s)
            for s in sectors for t in range(first, last)
            if panel[s, t][z] > 0 and panel[s, t + 1][z] > 0]
    x, y, years, groups = zip(*rows)
    b, cv1, cv3, n = clustered(np.array(y) - x, [np.array(x)], years, groups, False)
    key = f"convergence|{first}-{last}|{z}|yearly logs"
    yield from ((f"{key}|{name}", value) for name, value in (
        ("n", n), ("b", b[0]), ("se_hc1", cv1[0]), ("se_hc3", cv3[0])))


def structure(panel, sectors):
    rows = [(np.log(v["K"]), np.log(v["employees"]), np.log(v["r_gross"]), t, s)
            for (s, t), v in panel.items() if s in sectors and v["r_gross"] > 0 and v["K"] > 0]
    mu, labour, pi, years, groups = zip(*rows)
    for both, name in ((False, "year effects"), (True, "year and sector effects")):
        b, cv1, cv3, n = clustered(mu, [np.array(labour), np.array(pi)], years, groups, both)
        key = f"structure|{name}"
        yield from ((f"{key}|{column}", value) for column, value in (
            ("n", n), ("rho1", b[0]), ("rho1_se", cv1[0]), ("rho1_se_cv3", cv3[0]),
            ("rho2", -b[1] - 1), ("rho2_se", cv1[1]), ("rho2_se_cv3", cv3[1]), ("log_pi", b[1])))


def dispersion(panel, sectors):
    for z in ("r_gross", "r_net", "lp"):
        for year in sorted({t for _, t in panel}):
            x = np.array([panel[s, year][z] for s in sectors])
            low, middle, high = np.quantile(x, [0.25, 0.5, 0.75])  # type 7
            yield from ((f"dispersion|{z}|{year}|{name}", value) for name, value in (
                ("mean", x.mean()), ("median", middle), ("q25", low), ("q75", high),
                ("iqr", high - low), ("sd", x.std(ddof=1)), ("sd_log", np.log(x[x > 0]).std(ddof=1))))


def compute(path):
    panel = read(path)
    sectors = list(dict.fromkeys(s for s, _ in panel))
    yield from convergence(panel, sectors)
    yield from structure(panel, sectors)
    yield from dispersion(panel, sectors)


def found(folder):
    keys = {"convergence": ("window", "measure", "form"), "structure": ("effects",),
            "dispersion": ("measure", "year")}
    values = {}
    for name, key in keys.items():
        with open(f"{folder}/{name}.csv", newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                prefix = "|".join([name] + [row[k] for k in key])
                values.update({f"{prefix}|{c}": row[c] for c in row if row[c] != ""})
    return values


def main():
    stated = list(compute(sys.argv[1]))
    if len(sys.argv) < 4:
        print("statistic,value")
        for key, value in stated:
            print(f"{key},{float(value)!r}")
        return 0
    values, worst = found(sys.argv[3]), 0.0
    for key, value in stated:
        error = abs(float(values[key]) / value - 1)
        worst = max(worst, error)
        if error > 1e-9:
            print(f"{key}: {values[key]} is not {value}")
    print(f"{len(stated)} statistics, largest relative difference {worst:.1e}")
    return int(worst > 1e-9)


if __name__ == "__main__":
    sys.exit(main())

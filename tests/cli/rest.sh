#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko rest: 200 random starts of a nonconvex energy on 12 cells end in single cells, all of which
# occur (docs/theory.md, sections 5 and 12), and each is a local minimum, as is tried here
# anew; a convex energy has one end; the same seed gives the same bytes; what is refused.
. "$(dirname "$0")/helpers.sh"

cat >gather.ini <<'INI'
[grid]
kind = circle
cells = 12
[economy]
beta = 0.5
eta = 3
sigma = 2.5
[initial]
density = uniform
[flow]
method = entropic
sigma_cells = 1
tau = 2
until = 2000
INI

expect 0 rest gather.ini --starts 200 --seed 1 -o ends
silent
check 'checksums' sh -c 'cd ends && sha256sum --status -c SHA256SUMS'
same 'starts' "$(wc -l <ends/starts.csv)" 201
same 'end states' "$(wc -l <ends/catalogue.csv)" 13
check 'counts add up, each is one cell and a minimum' awk -F, '
    NR > 1 { sum += $2; seen[$6] = 1; if ($5 != 1 || $7 < 1 - 1e-9 || $10 != "yes") bad = 1 }
    END { for (c in seen) cells++; exit bad || sum != 200 || cells != 12 }' ends/catalogue.csv
check 'the energy fell at every step' awk -F, '
    NR > 1 && !($5 < $4 && ($6 == "nan" || $6 > 0)) { bad = 1 } END { exit bad || NR < 201 }' ends/starts.csv
check 'tau and class are stated' grep -q 'tau = 2' ends/log.txt
check 'tau and class are stated' grep -q 'nonconvex' ends/log.txt

# E = -(c/s) log( h sum w (m/h)^s ) with w = 1, of a state in one cell and of neighbours of it.
s=$(member ends economy.s)
check 'single cells are local minima' awk -v s="$s" '
    function energy(a, b) { return -0.25 / s * log((exp(s * log(a * 12)) + (b > 0 ? exp(s * log(b * 12)) : 0)) / 12) }
    BEGIN { e = energy(1, 0)
        for (d = 0.4; d > 1e-6; d /= 2) if (!(energy(1 - d, d) > e)) exit 1 }'

expect 0 rest gather.ini --starts 20 --seed 7 -o once
expect 0 rest gather.ini --starts 20 --seed 7 --threads 2 -o twice
for name in starts.csv catalogue.csv states.csv log.txt; do
    check "$name has the same bytes" cmp -s once/$name twice/$name
done
expect 0 rest gather.ini --starts 20 --seed 8 -o other
check 'another seed starts elsewhere' sh -c '! cmp -s once/starts.csv other/starts.csv'

# Convex: one end, the equilibrium.
expect 0 rest "$data/baseline.ini" --starts 6 -o one --set flow.method=fv --set flow.stepping=fixed \
    --set flow.tau=5 --set flow.until=500 --set flow.save= --set grid.cells=24
same 'one end state' "$(wc -l <one/catalogue.csv)" 2
same 'of all starts' "$(cell one/catalogue.csv 1 count)" 6

# Refused, or failed, with nothing left behind.
for words in '--starts 0' '--starts 1.5' '--seed -1' '--set flow.tau=0' '--set flow.wrong=1' \
    '--set flow.steps=single'; do
    # shellcheck disable=SC2086
    expect 2 rest gather.ini -o none $words || printf '    for %s\n' "$words"
    clean none
done
expect 2 rest "$data/baseline.ini" -o none
says 'flow.stepping = fixed'
expect 1 rest gather.ini --starts 3 -o none --set flow.until=2
says 'has not come to rest'
check 'no hint where s is far from 1' sh -c '! grep -q "so near 1" err'
clean none

# s = 1.133: short steps between atoms stand still in several cells, long ones gather.
set -- --starts 3 --set grid.cells=20 --set economy.beta=0.86 --set economy.eta=1.37 \
    --set economy.sigma=4 --set economy.labour_distribution=paper --set flow.save=
expect 1 rest gather.ini "$@" -o none --set flow.until=40
says 'has not come to rest' 'with s so near 1' 'tau of 100 to 300'
clean none
expect 1 rest gather.ini "$@" -o still --set flow.method=atoms --set flow.sigma_cells= \
    --set flow.tau=1 --set flow.until=200
says 'not confirmed' 'with s so near 1' 'tau of 100 to 300'
expect 0 rest gather.ini "$@" -o near --set flow.tau=100 --set flow.until=20000
check 'long steps gather in one cell each' awk -F, 'NR > 1 && $5 != 1 { bad = 1 } END { exit bad || NR < 2 }' near/catalogue.csv
finish

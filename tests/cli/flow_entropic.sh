#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The baseline scenario from end to end: files, figures, bounds, and that a run repeats itself.
. "$(dirname "$0")/helpers.sh"

reference=$root/tests/reference

# The files, and nothing printed into a pipe.
expect 0 flow "$data/entropic.ini" -o base
silent
clean
files='SHA256SUMS log.txt run.json states.npy steps.csv trajectory.csv'
if command -v gnuplot >/dev/null; then
    files="SHA256SUMS figure.svg log.txt run.json states.npy steps.csv trajectory.csv"
    check 'figure.svg is not empty' test -s base/figure.svg
fi
same 'files' "$(echo $(ls -A base))" "$files"
same 'headings of trajectory.csv' "$(head -n 1 base/trajectory.csv)" \
    'x,t=0,t=0.1,t=0.2,t=0.5,t=1,t=2'
same 'headings of steps.csv' "$(head -n 1 base/steps.csv)" \
    'step,t,tau,energy,consumption,profit_min,profit_max,transport_cost,gap,released,iterations,mass,status,step_cost,objective,epsilon,stationarity,density_gap'
same 'rows of trajectory.csv' "$(wc -l <base/trajectory.csv)" 201
same 'rows of steps.csv' "$(wc -l <base/steps.csv)" 22
same 'bytes of states.npy' "$(wc -c <base/states.npy)" $((128 + 21 * 2 * 200 * 8))
check 'sha256sum agrees' sh -c 'cd base && sha256sum --status -c SHA256SUMS'
same 'SHA256SUMS names all other files' \
    "$(echo $(cut -c 67- base/SHA256SUMS | sort))" "$(echo $(ls -A base | grep -v SHA256SUMS | sort))"

# run.json. (alter reads it with a JSON library, so it is JSON.)
same 'version' "jko $(member base version)" "$("$jko" --version | head -n 1)"
same 'status' "$(member base status)" converged
same 'method' "$(member base flow.method)" entropic
same 'steps' "$(member base steps)" 20
same 'largest gap' "$(member base largest_gap)" \
    "$(awk -F, 'NR > 1 && $9 + 0 > gap { gap = $9 + 0 } END { printf "%.17g", gap }' base/steps.csv)"
check 'wall time' awk -v s="$(member base wall_seconds)" 'BEGIN { exit !(s > 0 && s < 600) }'
same 'linked libraries' "$(member base linked.0 | cut -d ' ' -f 1)" libjko
if "$jko" --version | grep -q GLPK; then
    same 'licence' "$(member base licence)" GPL-3.0-or-later
else
    same 'licence' "$(member base licence)" BSD-3-Clause
fi
for pair in grid.kind=circle grid.cells=200 grid.length=1 economy.labour=immobile economy.beta=0.86 \
    economy.rho1=0.214 economy.rho2=0.04 economy.technology=1 economy.labour_distribution=paper \
    economy.preferences=1 economy.energy=log initial.density=paper flow.method=entropic \
    flow.steps=flow flow.tau=0.1 flow.until=2 flow.sigma_cells=2 flow.reallocation=none \
    flow.tolerance=1e-7 flow.max_iterations=10000 'flow.save=0 0.1 0.2 0.5 1 2'; do
    same "option ${pair%%=*}" "$(member base "options.${pair%%=*}")" "${pair#*=}"
done
same 'inputs' "$(member base inputs)" 1
same 'name of the input' "$(member base inputs.0.file)" entropic.ini
same 'checksum of the input' "$(member base inputs.0.sha256)" \
    "$(sha256sum <"$data/entropic.ini" | cut -c -64)"
outputs=$(member base outputs)
same 'outputs' "$((outputs + 2))" "$(ls -A base | wc -l)"
k=0
while [ $k -lt "$outputs" ]; do
    name=$(member base outputs.$k.file)
    same "checksum of $name" "$(member base outputs.$k.sha256)" \
        "$(sha256sum <"base/$name" | cut -c -64)"
    k=$((k + 1))
done

# What verify says, and a second run into the same folder, with another number of threads.
expect 0 verify base
check 'verify counts the steps' grep -q '^20 steps recomputed' out
cp -r base first
for threads in 1 2; do
    expect 0 flow "$data/entropic.ini" -o base --threads $threads
    silent
    clean
    same "files, $threads threads" "$(echo $(ls -A base))" "$files"
    for name in $files; do
        case $name in
        run.json | SHA256SUMS) ;; # the wall time differs
        *) check "$name has the same bytes with $threads threads" cmp -s "first/$name" "base/$name" ;;
        esac
    done
    check "run.json differs in nothing but the wall time with $threads threads" sh -c \
        'grep -v wall_seconds first/run.json >left; grep -v wall_seconds base/run.json | cmp -s left -'
    expect 0 verify base
done

# So few arcs as 200 squared open no team of threads; 600 squared do.
for threads in 1 2; do
    expect 0 flow "$data/entropic.ini" -o wide$threads --set grid.cells=600 --set flow.until=0.1 \
        --set flow.save=0.1 --threads $threads
done
check 'the same bytes from one thread and from a team' cmp -s wide1/states.npy wide2/states.npy

# A folder that holds something else is refused, and left alone.
mkdir -p foreign/deep
echo mine >foreign/note
expect 2 flow "$data/entropic.ini" -o foreign
says foreign note 'new or empty folder'
same 'foreign folder' "$(echo $(ls -A foreign)) $(cat foreign/note)" 'deep note mine'
echo mine >base/note
expect 2 flow "$data/entropic.ini" -o base
says base note
check 'the result beside it is still there' cmp -s base/states.npy first/states.npy
mkdir empty
expect 0 flow "$data/entropic.ini" -o empty/ --set flow.until=0.1 --set flow.save=0.1
check 'an empty folder is taken' test -f empty/run.json
expect 0 flow "$data/entropic.ini" -o new/ --set flow.until=0.1 --set 'flow.save=0 0.1'
check 'a name with a slash is taken' test -f new/run.json
clean

# Acceptance: X never falls, mass, gaps.
check 'X never falls' awk -F, 'NR > 2 && $5 + 0 < last { bad = 1 } { last = $5 + 0 } END { exit bad }' \
    base/steps.csv
check 'mass is kept to 1e-13' awk -F, '
    NR > 1 { d = $12 - 1; if (d < 0) d = -d; if (d > 1e-13) bad = 1; n++ } END { exit bad || n != 21 }' \
    base/steps.csv
check 'each gap is at most max(1e-6 of the energy released, 1e-14)' awk -F, '
    NR > 2 { n++; most = 1e-6 * $10; if (most < 1e-14) most = 1e-14
             if (!($9 >= 0 && $9 <= most && $10 > 0 && $13 == "converged")) bad = 1 }
    END { exit bad || n != 20 }' base/steps.csv
awk -F, 'NR > 2 { n++; if ($9 > g) g = $9 } END { printf "largest gap %.2e of %d steps\n", g, n }' base/steps.csv

# Closed forms at t = 0, from the definitions of docs/theory.md and nothing else.
check 'closed forms at t = 0' awk -F, '
    function near(what, got, want) {
        e = got / want - 1; if (e < 0) e = -e
        if (!(e <= 1e-9)) { printf "%s is %.15g, should be %.15g\n", what, got, want; bad = 1 }
        if (e > worst) worst = e
    }
    function tan(x) { return sin(x) / cos(x) }
    BEGIN {
        n = 200; h = 1 / n; beta = 0.86; pi = atan2(0, -1)
        eta = beta * (1 + 0.04 / 0.214) - 1; sigma = 1 + 0.214 / (beta * 1.04 - 0.214)
        q = (sigma - 1) / sigma; theta = 1 + eta - beta; s = theta * q; c = (1 - beta) ^ 2
        for (i = 0; i < n; i++) {
            k = i < n / 2 ? i : n - 1 - i
            mu[i] = 30 - tan(5.5 * (k / n - 0.25)); m += mu[i] * h
            labour[i] = 1.5 + 0.5 * sin(2 * pi * (i / n - 0.25)); l += labour[i] * h
        }
        least = 1e9
        for (i = 0; i < n; i++) { mu[i] /= m; w[i] = (labour[i] / l) ^ (beta * q); z += h * w[i] * mu[i] ^ s }
        for (i = 0; i < n; i++) {
            p = (1 - beta) * w[i] * mu[i] ^ (s - 1) / z
            if (p > most) most = p
            if (p < least) least = p
        }
    }
    FILENAME ~ /trajectory/ && FNR > 1 { near("density of cell " FNR - 2, $2, mu[FNR - 2]); rows++ }
    FILENAME ~ /steps/ && FNR == 2 {
        near("energy", $4, -(c / s) * log(z)); near("consumption", $5, z ^ (1 / q))
        near("profit_min", $6, least); near("profit_max", $7, most); rows++
    }
    END { printf "t = 0 against closed forms: largest relative error %.1e\n", worst; exit bad || rows != 201 }' \
    base/trajectory.csv base/steps.csv

# The same figures as an independent program stored them, 12 digits.
check 'stored figures at t = 0' awk -F, '
    function near(got, want) { e = got / want - 1; if (e < 0) e = -e; if (!(e <= 1e-9)) bad = 1; n++ }
    NR == FNR && FNR == 2 { x = $2; least = $5; most = $6 }
    NR != FNR && FNR == 2 { near($5, x); near($6, least); near($7, most) }
    END { exit bad || n != 3 }' "$reference/baseline_n200_conservative.csv" base/steps.csv
check 'figures of the theory at t = 0 and in the long run' awk '
    /^Aggregate/ && / from 0\.9798653842 / { a = 1 }
    /^Profit/ && /between 0\.11164 and 0\.17416,/ { b = 1 }
    /^In the long run X is 0\.9806773899 and the profit rate 0\.14000 / { c = 1 }
    END { exit !(a && b && c) }' base/log.txt

# l1 FOLDER TIME BOUND: L1 distance of the density to the stored trajectory.
l1() {
    awk -F, -v time="t=$2" -v bound="$3" '
        FNR == 1 { for (i = 1; i <= NF; i++) if ($i == time) column = i; next }
        NR == FNR { stored[FNR] = $column; next }
        { d = $column - stored[FNR]; sum += (d < 0 ? -d : d) / 200; n++ }
        END { printf "%s: L1 %.3e, below %s\n", time, sum, bound; exit !(n == 200 && sum > 0 && sum < bound) }' \
        "$reference/baseline_n200_conservative_mu.csv" "$1/trajectory.csv"
}
check 'L1 at t = 0.2, tau = 0.1' l1 base 0.2 2.0e-3
check 'L1 at t = 1, tau = 0.1' l1 base 1 1.3e-3
check 'L1 at t = 2, tau = 0.1' l1 base 2 1.6e-3
expect 0 flow "$data/entropic.ini" -o half --tau 0.05
silent
check 'L1 at t = 0.2, tau = 0.05' l1 half 0.2 1.0e-3
check 'L1 at t = 1, tau = 0.05' l1 half 1 1.0e-3
check 'L1 at t = 2, tau = 0.05' l1 half 2 1.0e-3

# For people: a table with -v, findings on a terminal.
expect 0 flow "$data/entropic.ini" -o table -v
check 'the table has a heading' grep -q '^ *step  *t  *tau  *energy' err
same 'rows of the table' "$(grep -c ' converged$' err)" 20
check '-v prints on standard error only' test ! -s out
if command -v script >/dev/null; then
    script -qec "$jko flow $data/entropic.ini -o terminal" /dev/null </dev/null >out 2>&1
    same 'exit code on a terminal' $? 0
    check 'findings on a terminal' grep -q 'Aggregate consumption X rises' out
    check 'progress on a terminal' grep -q 'step 20 of 20' out
else
    echo 'skipped: a terminal: there is no script(1) here'
fi
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko pde against the independent trajectories of tests/reference, and the variants of the cost of
# reallocation (docs/theory.md, section 18) against figures from a computation of its own.
. "$(dirname "$0")/helpers.sh"

base=$data/baseline.ini

if "$jko" pde "$base" -o probe 2>&1 | grep -q 'without SUNDIALS'; then
    expect 3 pde "$base" -o none
    check 'it says what to install' grep -q 'libsundials-dev' err
    finish
fi

# near WHAT GOT WANT ABSOLUTE
near() {
    check "$1: $2 is not $3" awk -v got="$2" -v want="$3" -v tolerance="$4" '
        BEGIN { e = got - want; if (e < 0) e = -e; exit !(e <= tolerance) }'
}

# agrees NAME LIMIT ARGUMENT...: trajectory and X within LIMIT of reference NAME at all its times.
agrees() {
    name=$1
    limit=$2
    shift 2
    rm -rf run
    expect 0 pde "$base" -o run --rtol 1e-10 --atol 1e-12 "$@"
    silent
    check "$name: densities" awk -F, -v limit="$limit" '
        NR == FNR { if (FNR == 1) { for (i = 2; i <= NF; i++) name[$i] = i; next }
            for (c in name) want[FNR, c] = $name[c]; next }
        FNR == 1 { for (i = 2; i <= NF; i++) if ($i in name) column[i] = $i; next }
        { for (i in column) { d = $i - want[FNR, column[i]]; seen++
            if (!(d < limit && -d < limit)) bad = 1 } }
        END { exit bad || seen < 1000 }' "$root/tests/reference/${name}_mu.csv" run/trajectory.csv
    check "$name: X" awk -F, -v limit="$limit" '
        NR == FNR { if (FNR > 1) want[$1 + 0] = $2; next }
        FNR > 1 && ($1 + 0) in want { d = $3 - want[$1 + 0]; seen++
            if (!(d < limit && -d < limit)) bad = 1 }
        END { exit bad || seen < 4 }' "$root/tests/reference/$name.csv" run/times.csv
    check "$name: checksums" sh -c 'cd run && sha256sum --status -c SHA256SUMS'
    same "$name: status" "$(member run status)" integrated
}

agrees baseline_n200_conservative 1e-7
agrees baseline_n400_conservative 1e-7 --set grid.cells=400
agrees beta080_n200_conservative 1e-7 --set economy.beta=0.8
agrees mobile_n200_conservative 1e-7 --set economy.labour=mobile
agrees baseline_n200_central 1e-7 --set pde.scheme=central

# The table: t, least and largest profit rate, steepest slope, X; and the mass of `code`.
law() {
    rm -rf run
    expect 0 pde "$base" -o run --set flow.save='0.01 0.2 2' --set "pde.reallocation=$1" \
        --set "pde.reallocation_cost=$2" --set "pde.scheme=$3"
}
row() { # row NUMBER MIN MAX SLOPE X and the last digits of the rates and slope, and of X
    near 'least profit rate' "$(cell run/times.csv "$1" profit_min)" "$2" "$6"
    near 'largest profit rate' "$(cell run/times.csv "$1" profit_max)" "$3" "$6"
    near 'slope' "$(cell run/times.csv "$1" profit_slope)" "$4" 6e-4
    near 'X' "$(cell run/times.csv "$1" consumption)" "$5" "$7"
}
law code 0.1 central
row 2 0.1149 0.1680 0.220 0.979884 6e-5 6e-7
row 3 0.1179 0.1631 0.1025 0.979994 6e-5 1e-6
row 4 0.1179 0.1631 0.1000 0.98001 6e-5 7e-6
near 'mass at 0.2' "$(cell run/times.csv 3 mass)" 1.00031 1e-5
near 'mass at 2' "$(cell run/times.csv 4 mass)" 1.00045 6e-6
same 'it is labelled' "$(member run equation.conserves_mass)" false
law soft 0.014 conservative
row 3 0.11651 0.16479 0.1074 0.9799005 6e-6 6e-8
row 4 0.11682 0.16440 0.1000 0.9799077 6e-6 6e-8
law hard 9.8e-5 conservative
row 4 0.1169 0.1643 0.1000 0.97991 2e-4 6e-6
near 'mass of hard' "$(cell run/times.csv 4 mass)" 1 1e-12
law hull 0.014 conservative
near 'mass of hull' "$(cell run/times.csv 4 mass)" 1 1e-12
rm -rf run
expect 0 pde "$base" -o run --set grid.kind=line --set economy.energy=level
check 'X rises on a line' awk -F, 'NR > 2 && $3 < x { bad = 1 } { x = $3 } END { exit bad || NR < 5 }' run/times.csv

# Refused, with nothing left behind.
for set in pde.scheme=left pde.reallocation=code pde.relative_tolerance=0 pde.relative_tolerance=1 \
    pde.width=1 flow.until=-1 pde.absolute_tolerance=nan; do
    rm -rf run
    expect 2 pde "$base" -o run --set $set || printf '    for %s\n' $set
    clean run
done
rm -rf run
expect 2 pde "$base" -o run --set pde.scheme=central --set grid.kind=line
clean run
expect 3 pde "$base" -o run --set economy.rho1= --set economy.rho2= --set economy.eta=5 --set economy.sigma=3 \
    --set economy.beta=0.5
clean run
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What no command can read, and costs that no double holds: exit code 2 from each, one line that names
# it, and nothing left behind.
. "$(dirname "$0")/helpers.sh"

bad() { # bad PART ARGUMENT...: refused as bad input
    part=$1
    shift
    cases=$((cases + 1))
    expect 2 "$@" || printf '    for %s\n' "$*"
    # A case file has its status on standard output.
    checks=$((checks + 1))
    [ "$(wc -l <err)" -eq 1 ] || fail "$*: not one line: $(cat err)"
    check "$* names $part: $(cat err)" grep -qF -- "$part" err
    clean out.d
}

printf 'mass\n1\n2\n' >a.csv
printf 'mass\n2\n1\n' >b.csv
printf 'mass,x\n1,0\n2,1e200\n' >far.csv
printf '0,1e308\n1e308,0\n' >huge.csv
mkdir folder
base=$data/baseline.ini
"$jko" --version >version

for missing in none folder; do
    bad $missing flow $missing -o out.d
    grep -q SUNDIALS version && bad $missing pde $missing -o out.d
    bad $missing rest $missing -o out.d
    bad $missing compare $missing $missing -o out.d
    grep -q GSL version && bad $missing panel a.csv --map $missing -o out.d
    bad $missing step $missing --line --tau 1 --beta 0.5 --s 0
    bad $missing step a.csv --cost $missing --tau 1 --beta 0.5 --s 0
    bad $missing step a.csv --line --tau 1 --beta 0.5 --s 0 --weights $missing:w
    bad $missing step --case $missing
    bad $missing ot $missing b.csv --line
    bad $missing ot a.csv $missing --line
    bad $missing ot a.csv b.csv --cost $missing
    bad $missing ot --points $missing far.csv
    bad $missing ot --points far.csv $missing
    bad $missing ot --case $missing
    bad $missing flow "$base" -o out.d --set initial.density="$work/$missing:m"
    bad $missing flow "$base" -o out.d --set economy.preferences="$work/$missing:m"
    bad $missing flow "$data/austria.ini" -o out.d --set panel.file="$work/$missing"
    bad $missing flow "$data/austria.ini" -o out.d --set grid.file="$work/$missing"
    bad $missing flow "$data/austria.ini" -o out.d --set grid.distance=matrix \
        --set grid.file="$work/$missing"
done
bad nowhere verify nowhere
bad a.csv verify a.csv

bad overflow ot --points far.csv far.csv
for method in exact sinkhorn; do
    bad overflow ot a.csv b.csv --cost huge.csv --method $method
done
bad overflow ot a.csv b.csv --circle --length 1e200
bad overflow ot a.csv b.csv --line --length 1e200 --power 3
bad overflow step a.csv --line --length 1e200 --tau 1 --beta 0.5 --s 0
bad overflow step a.csv --cost huge.csv --tau 1e-5 --beta 0.5 --s 0
bad overflow step a.csv --line --tau 1e-320 --beta 0.5 --s 0
for method in atoms exact1d fv; do
    bad overflow flow "$base" -o out.d --set grid.length=1e200 --set flow.method=$method \
        --set flow.stepping=fixed --set flow.tau=1
done
grep -q SUNDIALS version && bad overflow pde "$base" -o out.d --set grid.length=1e200
bad overflow rest "$base" -o out.d --set grid.length=1e200 --set flow.stepping=fixed --set flow.tau=1
printf '%d inputs refused\n' "$cases"
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs over lists of sectors: cost matrices with and without names, and the panel in other ways.
. "$(dirname "$0")/helpers.sh"

# kind = cost: a matrix with and without names, densities and weights from files, by row or name.
printf ',a,b,c\na,0,1,4\nb,1,0,1\nc,4,1,0\n' >named.csv
printf '0,1,4\n1,0,1\n4,1,0\n' >plain.csv
printf 'sector,m,w\nc,0.5,3\na,0.2,1\nb,0.3,2\n' >by_name.csv
printf 'm,w\n0.2,1\n0.3,2\n0.5,3\n' >by_row.csv
cat >cost.ini <<'INI'
[grid]
kind = cost
file = named.csv
[economy]
weights = by_name.csv:w
[initial]
density = by_name.csv:m
[flow]
method = atoms
tau = 50
until = 100
INI
runs 'a matrix with names' cost.ini
same 'first column' "$(echo $(cut -d , -f 1 run/trajectory.csv))" 'sector a b c'
same 'masses by name' "$(echo $(cut -d , -f 2 run/trajectory.csv | awk 'NR > 1 { print $1 + 0 }'))" '0.2 0.3 0.5'
same 'weights by name' "$(member run economy.weights.0) $(member run economy.weights.2)" '1 3'
same 'inputs' "$(echo $(for k in 0 1 2; do member run inputs.$k.file; done))" 'cost.ini named.csv by_name.csv'
cp run/states.npy named.npy
runs 'a matrix without names' cost.ini --set grid.file=plain.csv --set economy.weights=by_row.csv:w \
    --set initial.density=by_row.csv:m
same 'first column, no names' "$(echo $(cut -d , -f 1 run/trajectory.csv))" 'sector 0 1 2'
check 'names change nothing' cmp named.npy run/states.npy
runs 'a matrix, entropic' cost.ini --set flow.method=entropic --set flow.epsilon=0.001 --set initial.density=uniform
for pair in soft:0.0001 hull:0.0001 hard:0.00001; do
    runs "a matrix, ${pair%:*}" cost.ini --set flow.reallocation=${pair%:*} --set flow.reallocation_cost=${pair#*:}
done
# The Austrian panel with other costs, one tau, no fit, mobile labour, an entropic step.
panel=$data/austria.ini
runs 'panel, soft' "$panel" --set flow.reallocation=soft --set flow.reallocation_cost=0.01 --set 'flow.tau=1 fit'
runs 'panel, hard' "$panel" --set flow.reallocation=hard --set flow.reallocation_cost=0.0001 --set 'flow.tau=1 fit'
runs 'panel, one tau' "$panel" --set flow.tau=1
same 'no fit' "$(member run flow.fit) $(grep -c '^No fit was asked for' run/log.txt)" '0 1'
runs 'panel, only a fit' "$panel" --set flow.tau=fit
same 'fit alone' "$(member run flow.fit) $(member run steps)" '1 1'
runs 'panel, mobile' "$panel" --set flow.tau=2 --set economy.labour=mobile
runs 'panel, entropic' "$panel" --set flow.tau=2 --set flow.method=entropic --set flow.epsilon=0.0001

printf '%d runs, each verified\n' "$runs"
finish

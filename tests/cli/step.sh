#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: step.sh PROGRAM    jko step on files from end to end
here=$(dirname "$0")
. "$here/tools.sh"

# Two cells, w = 1, s = 0 (E = -(c/2) log(mu_0 mu_1), c = 1/4, h = 1/2, tau = 1), a distance of 1/2
# on the line, so moving costs 1/8 per unit of mass. At the optimum with d moved from 0 to 1 the
# variation -(c/2)/m_i of the source exceeds that of the target by the cost:
# (c/2)(1/m_1 - 1/m_0) = 1/8, so 1/m_1 - 1/m_0 = 1, m_1 = (3 - sqrt 5)/2, m_0 = 1 - m_1.
printf 'x,mass\n0,0.9\n.5,0.1\n' >now.csv
expect 0 "closed form" "$jko" step now.csv --line --tau 1 --beta 0.5 --s 0 -o next.csv --json
near energy_before 0.12770640594149769 1e-15 # -(1/8) log(1.8 * 0.2)
near transport_cost 0.070491502812526287 1e-9 # d/4, d = 0.9 - m_0
near step_cost 0.035245751406263144 1e-9
near gap_max 0 1e-12
[ "$(value status)" = converged ] || fail "$name: status $(value status)"
awk -F, 'NR == 1 { if ($0 != "x,mass,density") exit 1; next }
    function off(a, b) { return a - b > 1e-8 || b - a > 1e-8 }
    NR == 2 { bad = off($1, 0) || off($2, .61803398874989485) || off($3, 2 * $2) }
    NR == 3 { bad = bad || off($1, .5) || off($2, .38196601125010515) || off($3, 2 * $2) }
    END { exit bad || NR != 3 }' next.csv || fail "$name: next.csv: $(cat next.csv)"

# The summary says the same; densities and sectors; a matrix; weights from a file.
printf 'sector,density\na,1.8\nb,0.2\n' >sectors.csv
printf ',a,b\na,0,.25\nb,.25,0\n' >cost.csv
printf 'sector,w\na,2\nb,2\n' >weights.csv
expect 0 "sectors" "$jko" step sectors.csv --cost cost.csv --tau 1 --beta 0.5 --s 0 \
    --weights weights.csv:w --output next.csv
near transport_cost 0.070491502812526287 1e-9 # the same: E is divided by sum w for s = 0
near mass 1 1e-15
grep -q '^b,0.3819660' next.csv || fail "$name: next.csv: $(cat next.csv)"

# Too short a step between atoms: locked, the same bits.
expect 0 "locked" "$jko" step now.csv --line --tau 0.001 --beta 0.5 --s 0 --json
[ "$(value status)" = locked ] || fail "$name: status $(value status)"
near transport_cost 0 0

# An entropic step, by either of the two widths: epsilon = blur^2 / tau.
expect 0 "epsilon" "$jko" step now.csv --line --tau 0.5 --beta 0.5 --s 0.2 --method entropic \
    --epsilon 0.02 --json --threads 1
cp out epsilon.json
expect 0 "blur" "$jko" step now.csv --line --tau 0.5 --beta 0.5 --s 0.2 --method entropic \
    --blur 0.1 --json --threads 2
near objective_kl "$(sed -n 's/^  "objective_kl": \(.*\),$/\1/p' epsilon.json)" 1e-12

# Not convex: a local answer that says so and claims no gap.
expect 0 "local" "$jko" step now.csv --line --tau 1 --beta 0.5 --s 1.5 --json
[ "$(value status)" = local ] || fail "$name: status $(value status)"
[ -z "$(value gap_max)" ] || fail "$name: a gap"
near stationarity_max 0 1e-9

# Moving costs more: hard costs of 10 per unit of time are never worth it.
expect 0 "hard" "$jko" step now.csv --line --tau 1 --beta 0.5 --s 0 --reallocation hard \
    --reallocation-cost 10
[ "$(value status)" = locked ] || fail "$name: status $(value status)"

refused() {
    expect 2 "$@"
    [ ! -s out ] || fail "$name: output in spite of the error"
}
step() {
    name=$1
    shift
    refused "$name" "$jko" step "$@"
}
step "no tau" now.csv --line --beta 0.5 --s 0
says --tau
step "no beta" now.csv --line --tau 1 --s 0
says --beta
step "no s" now.csv --line --tau 1 --beta 0.5
says --s
step "tau of 0" now.csv --line --tau 0 --beta 0.5 --s 0
says --tau
step "tau no number" now.csv --line --tau one --beta 0.5 --s 0
says --tau one
step "beta of 2" now.csv --line --tau 1 --beta 2 --s 0
says beta 2
step "s nan" now.csv --line --tau 1 --beta 0.5 --s inf
says 's is inf'
step "two widths" now.csv --line --tau 1 --beta 0.5 --s 0 --method entropic --blur 1 --epsilon 1
says --blur --epsilon
step "no width" now.csv --line --tau 1 --beta 0.5 --s 0 --method entropic
says --blur --epsilon
step "width of an exact step" now.csv --line --tau 1 --beta 0.5 --s 0 --blur 1
says --method
step "reallocation without a cost" now.csv --line --tau 1 --beta 0.5 --s 0 --reallocation soft
says --reallocation-cost
step "weight of 0" now.csv --line --tau 1 --beta 0.5 --s 0 --weights 0
says weights 0
printf 'w\n1\n' >short.csv
step "too few weights" now.csv --line --tau 1 --beta 0.5 --s 0 --weights short.csv:w
says short.csv now.csv
printf 'sector,w\nb,1\na,1\n' >other.csv
step "weights of others" sectors.csv --cost cost.csv --tau 1 --beta 0.5 --s 0 \
    --weights other.csv:w
says other.csv:2 '"b"' '"a"'
step "no such weights" now.csv --line --tau 1 --beta 0.5 --s 0 --weights weights.csv:v
says weights.csv '"v"'
printf 'mass\n1\n-0.5\n' >bad.csv
step "negative mass" bad.csv --line --tau 1 --beta 0.5 --s 0
says bad.csv:3 -0.5
printf '0,-1\n-1,0\n' >bad.csv
step "negative cost" now.csv --cost bad.csv --tau 1 --beta 0.5 --s 0
says -1
printf '0,nan\n1,0\n' >bad.csv
step "no number for a cost" now.csv --cost bad.csv --tau 1 --beta 0.5 --s 0
says bad.csv:1 '"nan" is no cost' 'for every pair'
step "misspelt option" now.csv --line --taus 1
says --taus 'did you mean --tau'
step "two commands in one" now.csv --case case.json
says --case

expect 1 "no folder" "$jko" step now.csv --line --tau 1 --beta 0.5 --s 0 -o none/next.csv
says none/next.csv
expect 0 "help" "$jko" step --help
grep -q -- --reallocation-cost out || fail "help: not complete"

exit "$failed"

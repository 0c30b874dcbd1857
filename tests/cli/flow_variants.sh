#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Runs of every variant of a scenario, each verified.
. "$(dirname "$0")/helpers.sh"

# near WHAT GOT WANT RELATIVE
near() {
    check "$1: $2 is not $3" awk -v got="$2" -v want="$3" -v tolerance="$4" '
        BEGIN { e = got - want; if (e < 0) e = -e; w = want < 0 ? -want : want; exit !(e <= tolerance * w) }'
}

sed 's/^cells = .*/cells = 40/; s/^until = .*/until = 0.3/; /^save/d' "$data/entropic.ini" >small.ini
small=small.ini
# Figures of the model at t = 0, N = 200, by variant, from a computation of its own.
full="$data/entropic.ini --set flow.until=0.1 --set flow.save=0.1"

runs 'labour mobile' $full --set economy.labour=mobile
near 'X(0), mobile' "$(cell run/steps.csv 1 consumption)" 0.9997736614 2e-10
same 'labour' "$(member run economy.labour)" mobile
runs 'beta 0.8' $full --set economy.beta=0.8
near 'X(0), beta 0.8' "$(cell run/steps.csv 1 consumption)" 0.9812568740 2e-10
near 'eta, beta 0.8' "$(member run economy.eta)" -0.0504673 1e-6
near 'sigma, beta 0.8' "$(member run economy.sigma)" 1.3462783 1e-7

# eta and sigma by hand: the file's rho1 and rho2 must go.
grep -v '^rho' "$data/entropic.ini" >hand.ini
runs 'sigma 0.3, s < 0' hand.ini --set economy.eta=0.020747663551401869 --set economy.sigma=0.3 \
    --set flow.until=0.1 --set flow.save=0.1
near 'X(0), sigma 0.3' "$(cell run/steps.csv 1 consumption)" 0.9299077047 2e-10
check 's < 0' awk -v s="$(member run economy.s)" 'BEGIN { exit !(s < 0) }'
same 'class' "$(member run economy.class)" convex
hand="hand.ini --set grid.cells=40 --set flow.until=0.3 --set flow.save=0.3"
runs 'theta < 0: X falls' $hand --set economy.eta=-0.5 --set economy.sigma=1.3145209
check 'X falls' awk -F, 'NR > 2 && $5 + 0 >= last { bad = 1 } { last = $5 + 0 } END { exit bad }' run/steps.csv
same 'efficient' "$(member run economy.efficient)" false
check 'the log says so' grep -q 'the flow does not raise X' run/log.txt
runs 's = 0' $hand --set economy.eta=-0.25 --set economy.beta=0.75 --set economy.sigma=2
same 's' "$(member run economy.theta)" 0
runs 's tiny' $hand --set economy.eta=-0.249999999 --set economy.beta=0.75 --set economy.sigma=2
runs 's = 1' $hand --set economy.eta=1.5 --set economy.beta=0.5 --set economy.sigma=2
same 'class of s = 1' "$(member run economy.class)" degenerate

# Exact steps; all four costs of reallocation, entropic and exact; level; s = 1 and s > 1.
sed '/^rho/d; /^sigma_cells/d; /^method/d; /^save/d
    s/^cells = .*/cells = 24/; s/^until = .*/until = 4/; s/^tau = .*/tau = 2/' "$data/entropic.ini" >bare.ini
bare=bare.ini
exact="$bare --set flow.method=atoms"
entropic="$bare --set flow.method=entropic --set flow.sigma_cells=1"
for pair in soft:0.005 hull:0.01 hard:0.0001 none:; do
    cost="--set flow.reallocation=${pair%:*}"
    [ "${pair#*:}" ] && cost="$cost --set flow.reallocation_cost=${pair#*:}"
    for energy in log level; do
        for method in "$exact" "$entropic"; do
            runs "${pair%:*}, $energy, ${method##*method=}" $method $cost --set economy.energy=$energy
            same 'all converged' "$(member run status)" converged
            same 'kind' "$(member run flow.reallocation) $(member run economy.energy)" "${pair%:*} $energy"
        done
    done
done
strong='--set economy.beta=0.5 --set economy.eta=3 --set economy.sigma=2.5'
runs 's = 1, exact' $exact --set economy.eta=1.5 --set economy.beta=0.5 --set economy.sigma=2
runs 's > 1, exact' $exact $strong
same 'status of s > 1' "$(member run status)" local
same 'class of s > 1' "$(member run economy.class)" nonconvex
same 'no gap for s > 1' "$(last gap) $(last status)" 'nan local'
check 'the log says so' grep -q 'no global bound' run/log.txt
check 'the energy falls' awk -F, 'NR > 2 && $4 + 0 > last { bad = 1 } { last = $4 + 0 } END { exit bad }' run/steps.csv
runs 's > 1, entropic' $entropic $strong
same 'status of s > 1, entropic' "$(member run status)" local
runs 's > 1, mobile, eta 5' $exact --set economy.labour=mobile --set economy.eta=5 --set economy.sigma=2

# epsilon in place of sigma_cells: the same blur gives the same bits.
runs 'sigma_cells' $entropic
cp run/states.npy by_sigma.npy
epsilon=$(member run flow.blur | awk '{ printf "%.17g", $1 * $1 / 2 }')
runs 'epsilon' $bare --set flow.method=entropic --set flow.epsilon="$epsilon"
same 'epsilon' "$(last epsilon | awk '{ print ($1 > 0) }')" 1
check 'epsilon and sigma_cells agree' cmp by_sigma.npy run/states.npy

# Times to save that are no multiples of tau; one tau longer than the whole run; a start not saved.
runs 'odd times' $small --set flow.tau=0.1 --set 'flow.save=0.25 0.07 0.3 0.07 0'
same 'headings' "$(head -n 1 run/trajectory.csv)" 'x,t=0,t=0.07,t=0.25,t=0.3'
same 'steps' "$(echo $(awk -F, 'NR > 2 { printf "%.15g:%.15g\n", $2, $3 }' run/steps.csv))" \
    '0.07:0.07 0.16:0.09 0.25:0.09 0.3:0.05'
runs 'a key taken out' $small --set flow.sigma_cells= --set flow.epsilon=1e-3
same 'the other in its place' "$(awk -F, '{ for (i = 1; i <= NF; i++) if ($i == "epsilon") c = i }
    NR == 3 { print $c }' run/steps.csv)" 0.001
runs 'a long tau' $small --set flow.tau=5
same 'one step' "$(member run steps) $(last tau)" '1 0.29999999999999999'
runs 'nothing between' $small --set flow.save=0.3
same 'headings, start not saved' "$(head -n 1 run/trajectory.csv)" 'x,t=0.3'
runs 'default times' "$data/entropic.ini" --set grid.cells=10 --set flow.until=0.2 --set flow.save=0
same 'headings, end not saved' "$(head -n 1 run/trajectory.csv)" 'x,t=0'

# kind = line and its length; one cell and two.
runs 'line' $small --set grid.kind=line --set grid.length=2.5
same 'cell' "$(member run grid.cell)" 0.0625
same 'last position' "$(tail -n 1 run/trajectory.csv | cut -d , -f 1)" 2.4375
for n in 1 2 3; do
    for kind in circle line; do
        runs "$n cells on a $kind" $small --set grid.kind=$kind --set grid.cells=$n
        runs "$n cells on a $kind, exact" $exact --set grid.kind=$kind --set grid.cells=$n \
            --set initial.density=uniform
    done
done

# Columns of files on a grid, with an empty cell.
printf 'x,tech,lab,pref,dens\n0,1,1.5,1,2\n0.5,2,0.5,1.25,0\n' >two.csv
runs 'columns of files on a grid' $small --set grid.cells=2 --set economy.technology=two.csv:tech \
    --set economy.labour_distribution=two.csv:lab --set economy.preferences=two.csv:pref \
    --set initial.density=two.csv:dens
same 'the empty cell at the start' "$(tail -n 1 run/trajectory.csv | cut -d , -f 1,2)" 0.5,0
same 'infinite profit in an empty cell' "$(cell run/steps.csv 1 profit_max)" inf

# Single steps without a panel, in any order; tolerances that leave a plan short of optimal; powers
# of all sizes; an empty cell where the energy is a sum of logarithms.
for method in "$exact" "$entropic"; do
    sed '/^until/d; s/^tau = .*/steps = single/' bare.ini >single.ini
    runs 'single steps' single.ini ${method#bare.ini} '--set=flow.tau=3 0.5 1'
    same 'headings of single steps' "$(head -n 1 run/trajectory.csv)" 'x,t=0,t=0.5,t=1,t=3'
    command -v gnuplot >/dev/null && check 'figure of single steps' grep -q 'tau = 3' run/figure.svg
    runs 'a loose tolerance' $method --set flow.tolerance=0.001
    check 'the gap is what the tolerance allows' awk -F, '
        NR > 2 { if (!($9 <= 1e-3 * $10)) bad = 1 } END { exit bad || NR < 4 }' run/steps.csv
    runs 's = -12' $method --set economy.beta=0.35 --set economy.eta=5.3 --set economy.sigma=0.3246
    printf 'm\n' >holes.csv
    awk 'BEGIN { for (i = 0; i < 24; i++) print i % 5 == 2 ? 0 : 1 + i / 24 }' >>holes.csv
    for theta in 0 0.000001 -0.3 0.3; do
        runs "empty cells, theta $theta" $method --set initial.density=holes.csv:m --set economy.beta=0.75 \
            --set economy.eta="$(awk -v t=$theta 'BEGIN { printf "%.17g", t - 0.25 }')" --set economy.sigma=2
    done
done

# More cells than GLPK takes here.
runs 'many cells' "$data/entropic.ini" --set grid.cells=520 --set flow.until=0.1 --set flow.save=0.1
"$jko" --version | grep -q GLPK &&
    check 'verify says that GLPK was left out' grep -q '^GLPK recomputed no transport cost: 520 cells' out

# Debiased steps; what cannot follow the flow is said with what to change.
runs 'debiased' "$data/entropic.ini" --set flow.method=debiased
check 'verify says what it left out' grep -q '^not recomputed: gap' out
check 'no caution for two cells' sh -c '! grep -q CAUTION run/log.txt'
runs 'a blur of half a cell' "$data/entropic.ini" --set flow.sigma_cells=0.5
check 'the log says so' grep -q '^CAUTION, 20 of 20 steps: the blur is less than a cell' run/log.txt
runs 'a wide blur' "$data/entropic.ini" --set flow.sigma_cells=8
check 'the log says so' grep -q '^CAUTION, .*the blur diffuses' run/log.txt
runs 'atoms that lock' "$data/entropic.ini" --set flow.method=atoms --set flow.sigma_cells= --set grid.cells=50
check 'the log says so' grep -q '^CAUTION, .*lock on this grid' run/log.txt

# An iteration limit is said, and verify says it too.
expect 1 flow "$data/entropic.ini" -o limited --set grid.cells=40 --set flow.max_iterations=2 \
    --set flow.until=0.3 --set flow.save=0.3
says 'not every step is proved' limited/steps.csv
same 'status' "$(member limited status)" iteration_limit
expect 0 verify limited
check 'verify says what is open' grep -q '^3 of them say themselves that they did not converge' out
check 'the log says so' grep -q 'did NOT reach their tolerance' limited/log.txt

printf '%d runs, each verified\n' "$runs"
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko verify on results that somebody changed before putting the checksums right again: the
# certificates and the recomputed numbers catch what the checksums cannot.
. "$(dirname "$0")/helpers.sh"

# begin NAME: a fresh copy of a result, to be changed.
begin() {
    rm -rf run
    cp -r "$1" run
}

# caught WHAT PART...: with right checksums, verify fails and its one line has every part.
caught() {
    about=$1
    shift
    tampered=$((tampered + 1))
    seal run
    if expect 1 verify run; then
        says "$@" || printf '    after %s\n' "$about"
        if grep -q checksum err; then
            fail "$about: the checksums were not put right: $(cat err)"
        fi
    else
        printf '    after %s\n' "$about"
    fi
}

# index N STEP ROW CELL: where a number stands in states.npy; row 0 masses, 1 potential.
index() {
    echo $(((2 * $2 + $3) * $1 + $4))
}

tampered=0
leaves=0
expect 0 flow "$data/baseline.ini" -o entropic --set grid.cells=40 --set flow.until=0.6 \
    --set 'flow.save=0 0.3 0.6'
expect 0 flow "$data/austria.ini" -o exact --set 'flow.tau=0.05 0.5 5 fit'
cat >local.ini <<'INI'
[grid]
kind = line
cells = 12
[economy]
beta = 0.5
eta = 3
sigma = 2.5
[initial]
density = paper
[flow]
method = exact
tau = 0.15
until = 0.45
INI
expect 0 flow local.ini -o local
same 'status of the local run' "$(member local status)" local
for name in entropic exact local; do
    begin $name
    seal run
    check "seal changes nothing of $name" diff -r $name run
    expect 0 verify run
done

# The issue's own case: one mass changed by 1e-3 relative; each step is named.
for name in entropic:40:6 exact:52:4 local:12:3; do
    n=${name#*:}
    steps=${n#*:}
    n=${n%:*}
    for step in 0 1 $((steps / 2)) "$steps"; do
        for place in 0 $((n / 2)) $((n - 1)); do
            begin "${name%%:*}"
            "$alter" npy run/states.npy "$(index "$n" "$step" 0 $place)" 1.001
            part='its certificate fails'
            [ "$step" -eq 0 ] && part=column
            caught "mass $place of step $step of ${name%%:*}" "step $step: " "$part"
        done
    done
done

# Two masses changed so that the total stays: only the certificate itself sees it.
balanced() { # balanced NAME N STEP CELL
    begin "$1"
    down=$(od -An -v -t f8 -w8 -j $((128 + 8 * $(index "$2" "$3" 0 "$4"))) -N 16 "$1/states.npy" |
        awk '{ m[NR] = $1 } END { printf "%.17g", 1 - 1e-3 * m[1] / m[2] }')
    "$alter" npy run/states.npy "$(index "$2" "$3" 0 "$4")" 1.001
    "$alter" npy run/states.npy "$(index "$2" "$3" 0 $(($4 + 1)))" "$down"
}
for step in 1 3 6; do
    balanced entropic 40 $step 3
    caught "two masses of step $step of entropic" "step $step: its certificate fails" columns
done
for step in 2 3 4; do
    balanced exact 52 $step 3
    caught "two masses of step $step of exact" "step $step: its certificate fails" gap
done
for step in 1 3; do
    balanced local 12 $step 4
    caught "two masses of step $step of local" "step $step: its certificate fails" gap
done

# The potential.
for step in 1 3 6; do
    begin entropic
    "$alter" npy run/states.npy "$(index 40 $step 1 7)" 1.001
    caught "potential of step $step of entropic" "step $step: its certificate fails"
done
for step in 1 4; do
    begin exact
    "$alter" npy run/states.npy "$(index 52 $step 1 51)" 1.001
    caught "potential of step $step of exact" "step $step: " potential
done
begin entropic
"$alter" npy run/states.npy "$(index 40 0 1 0)" 1.001
caught 'potential of the start' 'step 0: ' potential

# Every cell of steps.csv. Only the count of iterations cannot be known.
for name in entropic:6 exact:4 local:3; do
    steps=${name#*:}
    name=${name%:*}
    for column in $(head -n 1 $name/steps.csv | tr ',' ' '); do
        [ "$column" = iterations ] && continue
        row=0
        while [ $row -le "$steps" ]; do
            begin $name
            before=$(cell run/steps.csv $((row + 1)) "$column")
            case $column:$before in
            # Below 1e-13 of what it is the difference of, a gap is rounding.
            gap:[0-9]* | stationarity:[0-9]*) set_cell run/steps.csv $((row + 1)) "$column" 1e-7 ;;
            *) set_cell run/steps.csv $((row + 1)) "$column" spoil ;;
            esac
            caught "$column of step $row of $name ($before)" "step $row: "
            row=$((row + 1))
        done
    done
done

# A status that is another known word, in one row, and everywhere.
for pair in entropic:locked entropic:local entropic:iteration_limit entropic:initial exact:locked \
    exact:local exact:stalled local:converged local:locked local:time_limit; do
    name=${pair%:*}
    begin $name
    set_cell run/steps.csv 3 status "${pair#*:}"
    caught "status ${pair#*:} of step 2 of $name" ''
done
begin exact
set_cell run/steps.csv 2 status converged
caught 'a locked step called converged' 'step 1: '
begin exact
set_cell run/steps.csv 2 status initial
caught 'a locked step called initial' 'step 1: '
begin entropic
sed -i '$d' run/steps.csv
caught 'a row less of steps.csv' steps.csv

# trajectory.csv: cells, the first column, headings, columns left out.
for column in t=0 t=0.3 t=0.6; do
    for row in 1 20 40; do
        begin entropic
        set_cell run/trajectory.csv $row $column spoil
        caught "row $row of $column" 'step ' "column $column"
    done
done
for pair in entropic:x:2 entropic:x:40 exact:sector:1 exact:sector:52 local:x:5; do
    begin "${pair%%:*}"
    rest=${pair#*:}
    set_cell run/trajectory.csv "${rest#*:}" "${rest%:*}" spoil
    caught "first column of ${pair%%:*}" trajectory.csv
done
begin entropic
sed -i '1s/t=0\.3/t=0.2/' run/trajectory.csv
caught 'a heading that is another step' trajectory.csv t=0.2
begin entropic
sed -i '1s/^x/y/' run/trajectory.csv
caught 'the first heading' trajectory.csv
for fields in 1,3,4 1,2,4 1-3; do
    begin entropic
    cut -d , -f $fields entropic/trajectory.csv >run/trajectory.csv
    caught "columns $fields of trajectory.csv only" 'no column'
done
begin exact
cut -d , -f 1-4 exact/trajectory.csv >run/trajectory.csv
caught 'a column less of single steps' 'no column'

# Every cell of forecast.csv.
for column in $(head -n 1 exact/forecast.csv | tr ',' ' '); do
    for row in 1 2 3 4 5 6; do
        begin exact
        set_cell run/forecast.csv $row "$column" spoil
        caught "$column in row $row of forecast.csv" forecast.csv "column $column"
    done
done

# cost.npy: any distance, on or off the diagonal.
for place in 0 1 53 700 1300 2650 2703; do
    begin exact
    "$alter" npy run/cost.npy $place 1.001
    caught "distance $place" ''
done

# Every leaf of run.json, but those that the folder does not determine.
for name in entropic exact local; do
    for path in $("$alter" json-list $name/run.json); do
        case $path in
        version | scenario | wall_seconds | linked.* | licence | inputs.* | panel.left_out) continue ;;
        options.panel.* | options.grid.file) continue ;;
        # A column that is not used: with given weights, or on a grid.
        options.grid.distance) [ $name = exact ] || continue ;;
        options.grid.length | options.economy.technology | options.economy.labour_distribution | \
            options.economy.preferences) [ $name = exact ] && continue ;;
        outputs.*) continue ;; # put right by seal; their names see below
        # Larger tau may make the same steps, and what a gap is always good enough for is not used.
        options.flow.tau | flow.absolute_tolerance) continue ;;
        # A third of the long lists is enough.
        economy.weights.*[0124567] | panel.*[0124567] | grid.sectors.*[0124567]) continue ;;
        esac
        begin $name
        "$alter" json-spoil run/run.json "$path"
        leaves=$((leaves + 1))
        caught "$path of $name" ''
    done
done
for change in 'entropic 0.0999' 'entropic 0.16' 'local 0.1' 'local 0.3' 'exact 0.05 0.5 5' \
    'exact 0.05 0.5 5 fitx' 'exact 0.05 0.5 fit' 'exact 0.05 0.5 5 6 fit'; do
    begin "${change%% *}"
    "$alter" json-set run/run.json options.flow.tau "\"${change#* }\""
    caught "tau of $change" ''
done
begin entropic
"$alter" json-spoil run/run.json outputs.2.file
seal run
expect 1 verify run
says 'run.json' 'states.npyx'
# Words that would be legal.
for change in 'entropic grid.kind "line"' 'entropic economy.energy "level"' \
    'entropic flow.reallocation "soft"' 'entropic flow.method "exact"' 'local economy.class "convex"' \
    'entropic status "cancelled"' 'exact status "locked"' 'exact flow.fit 0' 'exact flow.fit 1' \
    'exact flow.steps "flow"' 'entropic largest_gap null' 'entropic steps 5' 'exact economy.rho1 null'; do
    set -- $change
    begin "$1"
    "$alter" json-set run/run.json "$2" "$3"
    caught "$change" ''
done
# Both of a pair that is compared: the certificate is left to see it.
begin entropic
"$alter" json-set run/run.json options.flow.reallocation '"hull"'
"$alter" json-set run/run.json flow.reallocation '"hull"'
"$alter" json-set run/run.json options.flow.reallocation_cost '"0.05"'
"$alter" json-set run/run.json flow.reallocation_cost 0.05
caught 'another cost of reallocation' 'step 1: '
begin entropic
"$alter" json-set run/run.json options.economy.labour_distribution '"1"'
caught 'another labour' weights

printf '%d results with right checksums and one thing changed\n' "$tampered"
finish

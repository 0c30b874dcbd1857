#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko verify with right checksums: a changed number of states.npy, steps.csv or cost.npy fails by the
# certificate or by what is recomputed, with the step named.
. "$(dirname "$0")/helpers.sh"
. "$root/tests/cli/tampered.sh"

# The issue's own case: one mass changed by 1e-3 relative; each step is named.
for name in entropic:40:6 exact:52:4 local:12:3 exact1d:40:6 fv:40:6; do
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
for step in 1 3 6; do
    for name in exact1d fv; do
        balanced $name 40 $step 3
        caught "two masses of step $step of $name" "step $step: its certificate fails" gap
    done
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
for name in entropic:6 exact:4 local:3 exact1d:6 fv:6; do
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
            density_gap:0 | density_gap:*e-[23]*) set_cell run/steps.csv $((row + 1)) "$column" 1e-7 ;;
            # Larger bounds than the best are bounds too, up to a quarter.
            density_gap:[0-9]*) set_cell run/steps.csv $((row + 1)) "$column" 1e-30 ;;
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

# cost.npy: any distance, on or off the diagonal.
for place in 0 1 53 700 1300 2650 2703; do
    begin exact
    "$alter" npy run/cost.npy $place 1.001
    caught "distance $place" ''
done

printf '%d results with right checksums and one thing changed\n' "$tampered"
finish

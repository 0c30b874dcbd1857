#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko verify with right checksums: a changed cell of trajectory.csv or forecast.csv fails, and so does
# a changed member of run.json that the folder determines.
. "$(dirname "$0")/helpers.sh"
. "$root/tests/cli/tampered.sh"

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
    'entropic flow.reallocation "soft"' 'entropic flow.method "atoms"' 'local economy.class "convex"' \
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

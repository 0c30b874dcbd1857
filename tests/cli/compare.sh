#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko compare: a run beside itself, beside a shifted one whose distances are known, beside a finer
# grid, beside the equation itself; and runs that cannot be compared.
. "$(dirname "$0")/helpers.sh"

# entry ROW COLUMN of compare.csv in the folder both.
entry() {
    cell both/compare.csv "$1" "$2"
}
near() { # near WHAT GOT WANT ABSOLUTE
    check "$1: $2 is not $3" awk -v got="$2" -v want="$3" -v tolerance="$4" '
        BEGIN { e = got - want; if (e < 0) e = -e; exit !(e <= tolerance) }'
}
compared() { # compared ARGUMENT...: into both, in the place of the comparison before
    expect 0 compare "$@" -o both
    clean
    check 'checksums' sh -c 'cd both && sha256sum --status -c SHA256SUMS'
}

flow() { # flow FOLDER ARGUMENT...
    folder=$1
    shift
    expect 0 flow "$data/baseline.ini" -o "$folder" --set flow.until=0.2 '--set=flow.save=0 0.1 0.2' "$@"
}
flow first
compared first first
same 'rows' "$(wc -l <both/compare.csv)" 4
for column in l1 l2 w2 x_difference; do
    near "$column of a run beside itself" "$(entry 3 $column)" 0 1e-15
done

# Two densities that differ by a rotation of half a cell of the coarser grid: 10 cells of density 2
# and 0 by halves, and the same one of its 20 cells later.
awk 'BEGIN { print "d"; for (i = 0; i < 20; i++) print (i < 10) ? 1.5 : 0.5 }' >here.csv
awk 'BEGIN { print "d"; for (i = 0; i < 20; i++) print (i >= 1 && i < 11) ? 1.5 : 0.5 }' >there.csv
for name in here there; do
    flow $name --set grid.cells=20 --set "initial.density=$PWD/$name.csv:d"
done
compared here there
near 'l1 of the start' "$(entry 1 l1)" 0.1 1e-15
near 'l2 of the start' "$(entry 1 l2)" "$(awk 'BEGIN { printf "%.15g", sqrt(0.1) }')" 1e-12
# Masses 0.025 go from each side of one end to the other; on a circle the quantile shift that is best
# moves all mass: at most 0.05, and more than nothing.
check 'w2 of the start' awk -v w="$(entry 1 w2)" 'BEGIN { exit !(w > 0.01 && w <= 0.05 + 1e-12) }'

# A finer grid, averaged; the equation itself.
flow coarse --set grid.cells=50
flow fine --set grid.cells=200
compared coarse fine
check 'coarse and fine are near' awk -F, '
    NR > 1 && !($2 < 0.02 && $4 < 0.01) { bad = 1 } END { exit bad || NR < 4 }' both/compare.csv
if "$jko" pde "$data/baseline.ini" -o line --set flow.until=0.2 '--set=flow.save=0 0.1 0.2' 2>/dev/null; then
    compared first line
    check 'a flow is near its equation' awk -F, '
        NR > 1 && !($2 < 1e-4 && $4 < 1e-5 && $7 < 3e-6 && -$7 < 3e-6) { bad = 1 }
        END { exit bad || NR < 4 }' both/compare.csv
fi

# Lists of sectors.
expect 0 flow "$data/austria.ini" -o austria --set 'flow.tau=0.5 5'
expect 0 flow "$data/austria.ini" -o other --set 'flow.tau=5 9'
compared austria other
same 'times of single steps' "$(cut -d, -f1 both/compare.csv | tr '\n' ' ')" 't 0 5 '
near 'the same step' "$(entry 2 w2)" 0 1e-9

# Runs that cannot be compared, and usage.
flow seven --set grid.cells=7
flow straight --set grid.kind=line
flow long --set grid.length=2
expect 0 flow "$data/baseline.ini" -o never --set flow.until=0.2 --set flow.save=0.15
for pair in 'first seven' 'first straight' 'first long' 'first never' 'first austria' 'first nowhere'; do
    rm -rf both
    # shellcheck disable=SC2086
    expect 2 compare $pair -o both || printf '    for %s\n' "$pair"
    clean both
done
expect 2 compare first
says 'two folders'
expect 0 compare --help
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko paper: every experiment of the theory, their claims, and the folder.
. "$(dirname "$0")/helpers.sh"

reference=$root/tests/reference

# All of them: exit code 0 says that each claim held.
expect 0 paper -o all --jobs 2
silent
clean
experiments='1a 1b 2 3 4 5 6 7a 7b 8 9 preferences mobile-preferences agglomeration soft hull'
for id in $experiments; do
    check "there is $id.csv" test -s "all/$id.csv"
    check "index.html has $id" grep -q "id=\"$id\"" all/index.html
    check "there are claims of $id" grep -q "^$id,yes," all/claims.csv
    if command -v gnuplot >/dev/null; then
        check "$id.svg is a whole figure" grep -q '</svg>' "all/$id.svg"
    fi
done
check 'no claim failed' sh -c '! grep -q ",no," all/claims.csv'
check 'there are enough claims' test "$(wc -l <all/claims.csv)" -gt 120
check 'the page needs no network' sh -c '! grep -q "http" all/index.html'
check 'sha256sum agrees' sh -c 'cd all && sha256sum --status -c SHA256SUMS'

# Against the stored densities of the same grid, another method's.
for pair in 't = 0,2,1e-11' 't = 0.2,6,1e-7'; do
    label=${pair%%,*}
    rest=${pair#*,}
    awk -F, -v label="$label" '$1 == label { print $3 }' all/1a.csv >ours
    cut -d, -f "${rest%,*}" "$reference/baseline_n200_conservative_mu.csv" | tail -n +2 >theirs
    check "density at $label" sh -c 'paste ours theirs | awk -v most="$1" "
        { d = \$1 - \$2; if (d < 0) d = -d; if (d > most) bad = 1 } END { exit bad || NR != 200 }"' - "${rest#*,}"
done

# The published code's rule against the same by CVODE, of high order and with steps of its own.
if "$jko" pde "$data/baseline.ini" -o rule --set pde.scheme=central --set pde.reallocation=code \
    --set pde.reallocation_cost=0.1 --set 'flow.save=0 0.2 2' 2>/dev/null; then
    for t in 0.2 2; do
        x=$(sed -n "s/^6,yes,\"X at t = $t is.*\",\(.*\)/\1/p" all/claims.csv)
        check "X at t = $t under the rule: $x" awk -F, -v t=$t -v x="$x" '
            $1 + 0 == t { d = $3 - x; if (d < 0) d = -d; found = d <= 1e-6 } END { exit !found }' rule/times.csv
    done
fi

# Some of them; the same bytes whatever runs beside them; an earlier result is replaced.
expect 0 paper -o some --only 9,1a
same 'files' "$(ls some | grep -c csv)" 3
check 'the same table' cmp -s all/1a.csv some/1a.csv
expect 0 paper -o all --only 1a
check 'the earlier result is gone' test ! -e all/9.csv
clean

# Wrong usage.
expect 2 paper -o new --only 1a,10
says '10' '--help'
expect 2 paper -o new --only ,
says 'no experiment'
expect 2 paper --only 1a
says '-o DIR is missing'
expect 2 paper -o new --jobs 1.5
says --jobs
expect 2 paper -o new more
says '--help'
mkdir mine
echo mine >mine/note
expect 2 paper -o mine --only 1a
says mine note
clean new

# Stopped: nothing is left, the earlier result is as it was.
cp -r all before
"$jko" paper -o all >out 2>err &
job=$!
sleep 0.2
kill -TERM $job
wait $job
code=$?
if [ $code -ne 0 ]; then # not done by then
    same 'exit code when stopped' $code 1
    says 'stopped' 'as it was'
    check 'the earlier result' cmp -s all/index.html before/index.html
fi
clean

# Without gnuplot the page says so.
mkdir empty
PATH=$work/empty "$jko" paper -o bare --only 1a
same 'exit code without gnuplot' $? 0
check 'the page says that there is no figure' grep -q 'gnuplot was not found' bare/index.html

finish

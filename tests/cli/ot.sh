#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: ot.sh PROGRAM GLPK    jko ot from end to end; GLPK: true or false
here=$(dirname "$0")
glpk=$2
. "$here/tools.sh"

methods="auto sinkhorn simplex shortlist"
if [ "$glpk" = true ]; then
    methods="$methods lp"
fi

# Two Diracs 5 of 8 cells apart: 3/8 round the circle, 5/8 along the line.
printf 'mass\n0\n1\n0\n0\n0\n0\n0\n0\n' >one.csv
printf 'mass\n0\n0\n0\n0\n0\n0\n1\n0\n' >two.csv
for method in $methods; do
    expect 0 "dirac circle $method" "$jko" ot one.csv two.csv --circle --method "$method" --json
    near transport_cost 0.140625 1e-14
    near distance 0.375 1e-14
    near lower 0.140625 1e-12
    near upper 0.140625 1e-12
    [ "$(value status)" = converged ] || fail "$name: status $(value status)"
    expect 0 "dirac line $method" "$jko" ot one.csv two.csv --line --length 4 --method "$method"
    near transport_cost 6.25 1e-12
    near distance 2.5 1e-12
done

# A density moved by a quarter of the circle, which is far from any rearrangement: all mass in two
# cells, so the best plan is the translation. Densities count h each: total mass 1.
printf 'x,density\n0,3\n.25,1\n.5,0\n.75,0\n' >now.csv
printf 'x,density\n0,0\n.25,3\n.5,1\n.75,0\n' >then.csv
# By hand: 1/4 of the mass at 1/4 may stay for what comes from 0. Moving all by 1/4 costs 1/16;
# keeping it costs 3/4 (1/2 by 1/4, 1/4 by 1/2) = 1/32 + 1/16, more.
for method in $methods; do
    expect 0 "translation $method" "$jko" ot now.csv then.csv --circle --epsilon 1e-3 \
        --method "$method" --plan plan.csv --json
    near transport_cost 0.0625 1e-9
    # Row sums: the masses of now.csv.
    awk -F, 'NR == 1 { if ($0 != "from,to,mass") exit 1; next }
        { sum[$1] += $3; to[$2] += $3 }
        function off(a, b) { return a - b > 1e-15 || b - a > 1e-15 }
        END { exit off(sum[0], .75) || off(sum[1], .25) || off(sum[2] + sum[3], 0) ||
                   off(to[1], .75) || off(to[2], .25) }' plan.csv ||
        fail "$name: sums of the plan: $(cat plan.csv)"
done

# Rectangular, with names around the matrix and in the plan.
printf 'sector,mass\n"s,1",1\nt,2\n' >from.csv
printf 'sector,mass\np,1\nq,1\nr,1\n' >to.csv
printf ',p,q,r\n"s,1",1,2,3\nt,4,5,9\n' >cost.csv
# By hand: s to r (3) saves 6 over t to r; t to p and q costs 4 + 5.
for method in $methods; do
    expect 0 "names $method" "$jko" ot from.csv to.csv --cost cost.csv --method "$method" \
        --epsilon 0.05 --plan plan.csv
    near transport_cost 12 1e-6
    [ -z "$(value distance)" ] || fail "$name: a distance without a grid"
    grep -q '^"s,1",r,' plan.csv || fail "$name: names in the plan: $(cat plan.csv)"
done

# A forbidden arc, by hand: t may not go to q, so that s does: 2 + 4 + 9.
printf '1,2,3\n4,inf,9\n' >forbidden.csv
for method in $methods; do
    expect 0 "forbidden $method" "$jko" ot from.csv to.csv --cost forbidden.csv --method "$method" \
        --plan plan.csv
    near transport_cost 15 1e-6
    grep -q '^t,q,' plan.csv && fail "$name: mass on the forbidden arc: $(cat plan.csv)"
done
printf ',p,q,r\n"s,1",1,2,3\nt,4,Infinity,9\n' >forbidden.csv
expect 0 "forbidden, with names" "$jko" ot from.csv to.csv --cost forbidden.csv
near transport_cost 15 1e-12

# An exact method says that it makes nothing of epsilon; the entropic ones take it in silence.
for method in $methods; do
    expect 0 "epsilon $method" "$jko" ot one.csv two.csv --circle --epsilon 0.01 --method "$method"
    if [ "$method" = sinkhorn ]; then
        [ ! -s err ] || fail "$name: $(cat err)"
    else
        says --epsilon ignored "method $(value method)"
    fi
done

# Bare numbers: the last column; masses that may be read by name.
printf '7,1\n7,2\n' >bare.csv
printf '1,2,3\n4,5,9\n' >matrix.csv
expect 0 "no names" "$jko" ot bare.csv to.csv --cost matrix.csv
near transport_cost 12 1e-12
printf 'a,b\n1,9\n2,9\n' >ab.csv
expect 2 "two columns" "$jko" ot ab.csv ab.csv --line
says ab.csv '"a"' '"b"' --column
expect 0 "one of two" "$jko" ot ab.csv ab.csv --line --column a
near transport_cost 0 0
expect 2 "misspelt column" "$jko" ot from.csv to.csv --cost cost.csv --column mas
says from.csv '"mas"' 'did you mean "mass"'

# Not proved: exit code 1, bounds all the same.
expect 1 "iteration limit" "$jko" ot now.csv then.csv --line --method sinkhorn \
    --max-iterations 1 --epsilon 1e-4
[ "$(value status)" = iteration_limit ] || fail "$name: status $(value status)"
says iteration

# Bad input: exit code 2, one message with file, line, column and value, nothing on stdout.
refused() {
    expect 2 "$@"
    [ ! -s out ] || fail "$name: output in spite of the error"
}
printf 'sector,mass\ns,1\nt,-2\n' >bad.csv
refused "negative mass" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv:3 '"mass"' -2 negative
printf 'sector,mass\ns,1\nt,nan\n' >bad.csv
refused "nan" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv:3 '"mass"' nan
printf 'sector,mass\ns,1\nt,\n' >bad.csv
refused "empty cell" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv:3 '"mass"' empty
printf 'sector,mass\ns,1\nt\n' >bad.csv
refused "count of columns" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv:3
printf 'sector,mass\ns,1\nt,2\ns,3\n' >bad.csv
refused "repeated sector" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv:4 '"s"' 'line 2'
printf '1,2,3\n4,nan,9\n' >bad.csv
refused "nan for a cost" "$jko" ot from.csv to.csv --cost bad.csv
says bad.csv:2 'column 2' '"nan" is no cost' 'inf where nothing may go'
printf 'sector,mass\nq,1\np,1\nr,1\n' >bad.csv
refused "other order" "$jko" ot to.csv bad.csv --line
says bad.csv:2 '"q"' to.csv:2 '"p"'
refused "other order than the matrix" "$jko" ot from.csv bad.csv --cost cost.csv
says cost.csv '"p"' bad.csv:2 '"q"'
printf 'sector,mass\ns,0\nt,0\n' >bad.csv
refused "no mass" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv
printf 'sector,mass\ns,1\nt,1\n' >bad.csv
refused "other total" "$jko" ot bad.csv to.csv --cost matrix.csv
says bad.csv to.csv
printf 'mass\n' >bad.csv
refused "no rows" "$jko" ot bad.csv to.csv --line
says bad.csv
refused "other lengths" "$jko" ot from.csv to.csv --circle
says from.csv to.csv 2 3
printf '1,2\n4,5\n' >bad.csv
refused "shape of the matrix" "$jko" ot from.csv to.csv --cost bad.csv
says bad.csv from.csv to.csv
printf '1,2,3\n4,nan,6\n' >bad.csv
refused "cost that is not a number" "$jko" ot from.csv to.csv --cost bad.csv
says bad.csv:2 nan
printf '1,2,3\n4,-inf,6\n' >bad.csv
refused "cost of minus infinity" "$jko" ot from.csv to.csv --cost bad.csv
says bad.csv:2 -inf
printf '1,2,3\n4,inf,inf\n' >bad.csv
refused "no plan" "$jko" ot from.csv to.csv --cost bad.csv
says from.csv 'source'
printf 'x,mass\n0,1\n.5,1\n.7,1\n' >bad.csv
refused "uneven positions" "$jko" ot bad.csv to.csv --line
says bad.csv '"x"'
if [ "$glpk" != true ]; then
    expect 3 "no GLPK" "$jko" ot one.csv two.csv --circle --method lp
    says GLPK
fi
refused "no place" "$jko" ot one.csv two.csv
says --circle --line --cost
refused "two places" "$jko" ot one.csv two.csv --circle --line
refused "unknown option" "$jko" ot one.csv two.csv --circel
says --circel 'did you mean --circle'
refused "unknown method" "$jko" ot one.csv two.csv --circle --method lps
says --method lps simplex
refused "epsilon of 0" "$jko" ot one.csv two.csv --circle --epsilon 0
says --epsilon 0
refused "one file" "$jko" ot one.csv --circle
expect 2 "no such file" "$jko" ot none.csv two.csv --circle
says none.csv
expect 0 "help" "$jko" ot --help
grep -q -- --max-iterations out || fail "help: not complete"

# Nothing is left of a plan that cannot be written, and an old one stays.
expect 1 "no folder" "$jko" ot one.csv two.csv --circle --plan none/plan.csv
says none/plan.csv
mkdir folder full
expect 1 "a folder" "$jko" ot one.csv two.csv --circle --plan folder
[ -z "$(ls folder)" ] || fail "$name: files left: $(ls folder)"
if [ "$(id -u)" -ne 0 ]; then
    chmod a-w folder
    expect 1 "no permission" "$jko" ot one.csv two.csv --circle --plan folder/plan.csv
    says folder/plan.csv
    chmod u+w folder
    [ -z "$(ls folder)" ] || fail "$name: files left: $(ls folder)"
fi
if [ -w /dev/full ]; then
    echo old >full/plan.csv
    (cd full && "$jko" ot ../one.csv ../two.csv --circle >/dev/full 2>/dev/null)
    [ $? -eq 1 ] || fail "full standard output: exit code"
    [ "$(ls full)" = plan.csv ] || fail "full standard output: files left"
fi

# The same bits for any number of threads.
expect 0 "one thread" "$jko" ot now.csv then.csv --circle --method sinkhorn --threads 1 --json
cp out one.json
expect 0 "two threads" "$jko" ot now.csv then.csv --circle --method sinkhorn --threads 2 --json
cmp -s out one.json || fail "threads: results differ"

exit "$failed"

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: ot_points.sh PROGRAM    jko ot --points, --period, --power and --method exact or debiased
here=$(dirname "$0")
. "$here/tools.sh"

# By hand: (0, 1) to (1, 1) and (1, 0) to (2, 0) by 1 each, the rest by squares 2 and 4:
# (1 + 1 + 2 + 4) / 4.
printf 'u,v,mass\n0,0,.5\n1,0,.25\n0,1,.25\n' >x.csv
printf 'mass,u,v\n.5,1,1\n.5,2,0\n' >y.csv
for method in auto exact simplex; do
    expect 0 "plane $method" "$jko" ot --points x.csv y.csv --method $method --plan plan.csv
    near transport_cost 2 1e-14
    near distance 1.4142135623730951 1e-11
    near lower 2 1e-12
    near upper 2 1e-12
    sort plan.csv >sorted.csv
    printf '0,0,0.25\n0,1,0.25\n1,1,0.25\n2,0,0.25\nfrom,to,mass\n' | cmp -s - sorted.csv ||
        fail "$name: plan: $(cat plan.csv)"
done

# Equal masses where none are given, and no names at all.
printf '0,0\n3,4\n' >x0.csv
printf '0,0\n0,0\n' >y0.csv
expect 0 "bare" "$jko" ot --points x0.csv y0.csv
near transport_cost 12.5 1e-14
expect 0 "bare, power 1" "$jko" ot --points x0.csv y0.csv --power 1 --json
near transport_cost 2.5 1e-14
near distance 2.5 1e-14
expect 0 "bare, power 3" "$jko" ot --points x0.csv y0.csv --power 3
near transport_cost 62.5 1e-13
near distance 3.9685026299204984 1e-11 # the cube root
expect 0 "with masses to without" "$jko" ot --points x.csv y0.csv
near transport_cost 0.5 1e-14

# A clock: 23 to 1 is 2 hours, 9 to 14 and 12 to 18 are the rest: .5 4 + .25 (25 + 36).
printf 'hour,mass\n23,.5\n9,.25\n12,.25\n' >from.csv
printf 'hour,mass\n1,.5\n14,.25\n18,.25\n' >to.csv
for method in auto exact simplex; do
    expect 0 "clock $method" "$jko" ot from.csv to.csv --points --period 24 --method $method
    near transport_cost 17.25 1e-13
    wanted=$([ $method = simplex ] && echo simplex || echo monotone)
    [ "$(value method)" = "$wanted" ] || fail "$name: method $(value method)"
done
# Turned by seven hours, and out of the first day.
printf 'hour,mass\n30,.5\n-8,.25\n67,.25\n' >turned.csv
printf 'hour,mass\n8,.5\n21,.25\n25,.25\n' >there.csv
expect 0 "clock, turned" "$jko" ot turned.csv there.csv --points --period 24
near transport_cost 17.25 1e-13
expect 0 "no clock" "$jko" ot from.csv to.csv --points
# In order along the line: 9 to 1, 12 to 1, 23 to 14, 23 to 18, a quarter each.
near transport_cost 72.75 1e-12
# A period along one axis only; along the other the distance is 20.
printf 'hour,floor\n23,0\n' >one.csv
printf 'hour,floor\n1,20\n' >two.csv
expect 0 "one periodic axis" "$jko" ot --points one.csv two.csv --period 24,0
near transport_cost 404 1e-12
expect 0 "both periodic" "$jko" ot --points one.csv two.csv --period 24
near transport_cost 20 1e-12

# Powers on cells: 3 of 8 cells round the circle, 5 along the line, by hand.
printf 'mass\n0\n1\n0\n0\n0\n0\n0\n0\n' >dirac.csv
printf 'mass\n0\n0\n0\n0\n0\n0\n1\n0\n' >other.csv
for method in auto exact sinkhorn; do
    expect 0 "circle, power 1, $method" "$jko" ot dirac.csv other.csv --circle --length 8 \
        --power 1 --method $method
    near transport_cost 3 1e-12
    near distance 3 1e-12
    expect 0 "line, power 3, $method" "$jko" ot dirac.csv other.csv --line --length 8 --power 3 \
        --method $method
    near transport_cost 125 1e-10
    near distance 5 1e-12
done

# The divergence of two Diracs is the cost between them; of anything and itself 0; of a translated
# cloud the squared length of the translation, whatever epsilon.
expect 0 "debiased diracs" "$jko" ot dirac.csv other.csv --circle --length 8 --method debiased
near divergence 9 1e-9
near value_aa 0 1e-9
[ "$(value method)" = debiased ] || fail "$name: method $(value method)"
[ -z "$(value lower)$(value transport_cost)" ] || fail "$name: a bound or cost of transport"
for epsilon in 0.1 10; do
    expect 0 "debiased self" "$jko" ot --points x.csv x.csv --method debiased --epsilon $epsilon
    near divergence 0 1e-9
    awk -F, -v OFS=, 'NR > 1 { $1 += 3; $2 -= 4 } { print }' x.csv >moved.csv
    expect 0 "debiased translation" "$jko" ot --points x.csv moved.csv --method debiased \
        --epsilon $epsilon --json
    near divergence 25 1e-7
    near epsilon $epsilon 0
done
printf '0,2,2\n2,0,2\n2,2,0\n' >discrete.csv
printf 'mass\n1\n0\n0\n' >first.csv
printf 'mass\n0\n1\n0\n' >second.csv
expect 0 "debiased matrix" "$jko" ot first.csv second.csv --cost discrete.csv --method debiased
near divergence 2 1e-9
expect 0 "debiased power 1" "$jko" ot --points x0.csv y0.csv --method debiased --power 1 \
    --max-iterations 1000000
awk -v d="$(value divergence)" 'BEGIN { exit !(d >= 0 && d <= 2.5) }' ||
    fail "$name: divergence $(value divergence)"

refused() {
    expect 2 "$@"
    [ ! -s out ] || fail "$name: output in spite of the error"
}
refused "other coordinates" "$jko" ot --points x.csv to.csv
says x.csv to.csv 2 1
printf 'v,u\n1,1\n' >order.csv
refused "coordinates in another order" "$jko" ot --points x.csv order.csv
says order.csv '"v"' '"u"'
printf 'u,v,density\n1,1,1\n' >density.csv
refused "density of points" "$jko" ot --points x.csv density.csv
says density.csv density mass
printf 'mass\n1\n' >none.csv
refused "no coordinates" "$jko" ot --points none.csv none.csv
says none.csv coordinates
printf 'u,v,mass\n' >empty.csv
refused "no rows" "$jko" ot --points x.csv empty.csv
says empty.csv
printf 'u,v,mass\n1,inf,1\n' >inf.csv
refused "infinite coordinate" "$jko" ot --points x.csv inf.csv
says inf.csv:2 '"v"' inf
printf 'u,v,mass\n1,1,-1\n' >negative.csv
refused "negative mass" "$jko" ot --points x.csv negative.csv
says negative.csv:2 -1
refused "no such column" "$jko" ot --points x.csv y.csv --column mas
says x.csv '"mas"' '"mass"'
refused "three periods" "$jko" ot --points x.csv y.csv --period 1,2,3
says --period 3 2
refused "negative period" "$jko" ot --points x.csv y.csv --period -1
says --period -1
refused "period of cells" "$jko" ot dirac.csv other.csv --circle --period 8
says --period --points
refused "two places" "$jko" ot --points x.csv y.csv --circle
says --points --circle
refused "power below 1" "$jko" ot --points x.csv y.csv --power 0.5
says --power 0.5
printf '1,2\n3,4\n5,6\n' >c.csv
refused "power of a matrix" "$jko" ot x.csv y.csv --cost c.csv --column mass --power 1
says --power --cost
printf '0,2,2\n1,0,2\n2,2,0\n' >skew.csv
refused "debiased skew matrix" "$jko" ot first.csv second.csv --cost skew.csv --method debiased
says first.csv second.csv symmetric
refused "debiased plan" "$jko" ot --points x.csv x.csv --method debiased --plan plan.csv
says --plan debiased
refused "debiased rectangular" "$jko" ot x.csv y.csv --cost c.csv --column mass --method debiased
printf 'u\n1e200\n' >far.csv
printf 'u\n-1e200\n' >away.csv
expect 2 "costs that overflow" "$jko" ot --points far.csv away.csv
expect 2 "powers that overflow" "$jko" ot --points far.csv away.csv --power 3
[ ! -s out ] || fail "$name: output in spite of the error"

exit "$failed"

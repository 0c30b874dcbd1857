#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: ot_case.sh PROGRAM    transport cases: what must be refused, and results by hand
here=$(dirname "$0")
. "$here/tools.sh"

# A sound case; each test below spoils one thing by sed.
cat >sound.json <<'END'
{
  "name": "sound", "why": "spoilt below", "source": "none",
  "kind": "entropic",
  "a": [0.5, 0.25, 0.25],
  "b": [0.5, 0.5],
  "eps": 0.25,
  "cost": "circle_sq",
  "period": 1.0,
  "x": [0.0, 0.25, 0.5],
  "y": [0.0, 0.75],
  "rotations": [0.25]
}
END
expect 0 "sound" "$jko" ot --case sound.json
[ "$(value status)" = converged ] || fail "$name: status $(value status)"

# refuse NAME STATUS SED TEXT...: the spoilt case is refused with the status; one message has each
# text; standard output holds one object.
refuse() {
    name=$1
    status=$2
    sed -e "$3" sound.json >case.json
    shift 3
    cmp -s case.json sound.json && fail "$name: nothing spoilt"
    expect 2 "$name" "$jko" ot --case case.json
    [ "$(value status)" = "$status" ] || fail "$name: status $(value status), not $status"
    [ "$(grep -c '^{$' out)" -eq 1 ] || fail "$name: not one object: $(cat out)"
    says case.json "$@"
}

matrix='s/"circle_sq"/"matrix", "C":'
refuse "fewer positions" shape_mismatch 's/0.0, 0.25, 0.5/0.0, 0.25/' x 2 3
refuse "more positions" shape_mismatch 's/0.0, 0.75/0.0, 0.5, 0.75/' y 3 2
refuse "two coordinates on a circle" shape_mismatch \
    's/0.0, 0.25, 0.5/[0, 0], [0, 1], [1, 0]/; s/0.0, 0.75/[0, 0], [0, 1]/' x 2
refuse "coordinates of one point" shape_mismatch \
    's/circle_sq/sqeuclidean/; s/0.0, 0.25, 0.5/[0, 0], [0, 1, 2], [1, 0]/' 'x[1]' 3 2
refuse "rows of the matrix" shape_mismatch "$matrix [[0, 1], [1, 0]]/" C 2 3
refuse "a row of the matrix" shape_mismatch "$matrix [[0, 1], [1], [0, 0]]/" 'C[1]' 1 2
refuse "a divergence of other bins" shape_mismatch \
    "$matrix [[0, 1], [1, 2], [0, 0]]/; s/\"entropic\"/\"sinkhorn_divergence\"/" C 3 2
refuse "no sources" empty_input 's/0.5, 0.25, 0.25//' 'a: is empty'
refuse "no targets" empty_input 's/\[0.5, 0.5\]/[]/' b
refuse "nan mass" nonfinite_input 's/0.5, 0.25/"nan", 0.25/' nan
refuse "infinite mass" nonfinite_input 's/0.5, 0.25/"inf", 0.25/' inf
refuse "infinite position" nonfinite_input 's/0.0, 0.25/"-inf", 0.25/' 'x[0]' inf
refuse "nan cost" nonfinite_input "$matrix [[0, 1], [\"nan\", 0], [0, 0]]/" nan
refuse "cost of minus infinity" nonfinite_input "$matrix [[0, 1], [\"-inf\", 0], [0, 0]]/" inf
refuse "negative mass" negative_mass 's/0.25, 0.25\]/0.5, -0.25]/' -0.25
refuse "no mass" zero_total_mass 's/\[0.5, 0.5\]/[0, 0]/' b
refuse "other totals" mass_mismatch 's/\[0.5, 0.5\]/[0.5, 0.502]/' 1.002
for eps in 0 -1 '"nan"' '"inf"'; do
    refuse "eps $eps" nonpositive_eps "s/\"eps\": 0.25/\"eps\": $eps/" eps
done
refuse "no plan" infeasible \
    "s/\"entropic\"/\"exact\"/; $matrix [[0, \"inf\"], [0, \"inf\"], [0, 0]]/"
refuse "unknown key" format_failure 's/"why"/"weigh"/' weigh
refuse "misspelt kind" format_failure 's/"entropic"/"entropik"/' entropik 'did you mean "entropic"'
refuse "line of a circle" format_failure 's/"entropic"/"interval"/' cost circle_sq
refuse "period of 0" invalid_argument 's/1.0,/0,/' period
expect 2 "other options" "$jko" ot --case sound.json --json
expect 2 "no file" "$jko" ot --case none.json
says none.json

# By hand: one unit goes from 3 to 0, at twice the distance.
cat >exact.json <<'END'
{"kind": "interval", "a": [1, 2], "b": [2, 1], "x": [0, 3], "y": [0, 3], "cost": "abs",
 "cost_scale": 2,
 "expect": [
  {"what": "transport_cost", "value": 6.0, "abs_tol": 1e-14},
  {"what": "plan", "value": [[1.0, 0.0], [1.0, 1.0]], "abs_tol": 1e-15},
  {"what": "marginal_error_l1", "max": 1e-15},
  {"what": "dual_feasible", "max_violation": 1e-14},
  {"what": "swap_symmetric", "abs_tol": 1e-14}]}
END
expect 0 "by hand" "$jko" ot --case exact.json
# Forbidding that arc leaves no plan; forbidding one that is not used changes nothing.
cat >forbidden.json <<'END'
{"kind": "exact", "a": [1, 2], "b": [2, 1], "cost": "matrix", "C": [[0, "inf"], [6, 0]],
 "expect": [
  {"what": "transport_cost", "value": 6.0, "abs_tol": 1e-14},
  {"what": "potential_f_centred", "value": [-3.0, 3.0], "abs_tol": 1e-14},
  {"what": "dual_feasible", "max_violation": 1e-14}]}
END
expect 0 "unused arc forbidden" "$jko" ot --case forbidden.json
cat >none.json <<'END'
{"kind": "invalid", "a": [1, 2], "b": [2, 1], "cost": "matrix", "C": [[0, "inf"], ["inf", 0]],
 "expect": [{"what": "error", "class": "infeasible"}]}
END
expect 2 "used arc forbidden" "$jko" ot --case none.json
[ "$(value status)" = infeasible ] || fail "$name: status $(value status)"

# By hand: p = P_11 = P_22 and q = P_12 = P_21 with p + q = 1/2 and p/q = e. The value is f + g =
# log(4 p); the two kinds of entropy differ by 2 log 2.
cat >entropic.json <<'END'
{"kind": "entropic", "a": [0.5, 0.5], "b": [0.5, 0.5], "cost": "matrix", "C": [[0, 1], [1, 0]],
 "eps": 1,
 "expect": [
  {"what": "plan", "value": [[0.36552928931500245, 0.13447071068499755],
                             [0.13447071068499755, 0.36552928931500245]], "abs_tol": 1e-12},
  {"what": "transport_cost", "value": 0.2689414213699951, "abs_tol": 1e-12},
  {"what": "entropic_value", "value": 0.3798854930417225, "abs_tol": 1e-12},
  {"what": "neg_entropy_value", "value": -1.0064088680781681, "abs_tol": 1e-12},
  {"what": "potential_f_centred", "value": [0.0, 0.0], "abs_tol": 1e-12},
  {"what": "swap_symmetric", "abs_tol": 1e-12}]}
END
expect 0 "entropic by hand" "$jko" ot --case entropic.json
# Diracs have one plan, a x b: no entropy is left in the values.
cat >divergence.json <<'END'
{"kind": "sinkhorn_divergence", "a": [1, 0], "b": [0, 1], "cost": "matrix", "C": [[0, 3], [3, 0]],
 "eps": 1,
 "expect": [
  {"what": "divergence", "value": 3.0, "abs_tol": 1e-12},
  {"what": "value_ab", "value": 3.0, "abs_tol": 1e-12},
  {"what": "value_aa", "value": 0.0, "abs_tol": 1e-12},
  {"what": "value_bb", "value": 0.0, "abs_tol": 1e-12},
  {"what": "swap_symmetric", "abs_tol": 1e-12}]}
END
expect 0 "divergence by hand" "$jko" ot --case divergence.json

# The expected results are asked for at each shift too.
sed -e 's/"rotations"/"expect": [{"what": "transport_cost", "value": 9}], "rotations"/' sound.json \
    >spoilt.json
expect 1 "spoilt at a shift" "$jko" ot --case spoilt.json
grep -qF 'rotations[0]' err || fail "$name: the shift is not named: $(cat err)"

exit "$failed"

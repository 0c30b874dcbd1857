#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: bad_case.sh PROGRAM    case files that must be refused: class, exit code, one message
here=$(dirname "$0")
. "$here/tools.sh"

# A sound case of three cells; each test below spoils one thing by sed.
cat >sound.json <<'END'
{
  "name": "sound", "why": "spoilt below",
  "kind": "jko_entropic",
  "beta": 0.86,
  "s": 0.5,
  "h": 0.25,
  "tau": 0.1,
  "eps": 0.01,
  "m_prev": [0.5, 0.1, 0.4],
  "w": [1.0, 2.0, 1.2],
  "cost": "circle_sq",
  "period": 0.75,
  "x": [0.0, 0.25, 0.5]
}
END
expect 0 "sound" "$jko" step --case sound.json
[ "$(value status)" = converged ] || fail "$name: status $(value status)"

# refuse NAME STATUS SED TEXT...: the spoilt case is refused with the status; one message has each
# text; standard output holds one object.
refuse() {
    name=$1
    status=$2
    sed -e "$3" sound.json >case.json
    shift 3
    cmp -s case.json sound.json && fail "$name: nothing spoilt"
    expect 2 "$name" "$jko" step --case case.json
    [ "$(value status)" = "$status" ] || fail "$name: status $(value status), not $status"
    [ "$(grep -c '^{$' out)" -eq 1 ] || fail "$name: not one object: $(cat out)"
    says case.json "$@"
}

refuse "fewer weights" shape_mismatch 's/1.0, 2.0, 1.2/1.0, 2.0/' w 2 3
refuse "more positions" shape_mismatch 's/0.0, 0.25, 0.5/0.0, 0.25, 0.5, 0.6/' x 4 3
refuse "rows of the matrix" shape_mismatch \
    's/"circle_sq"/"matrix", "C": [[0, 1, 1], [1, 0, 1]]/' C 2 3
refuse "a row of the matrix" shape_mismatch \
    's/"circle_sq"/"matrix", "C": [[0, 1, 1], [1, 0], [1, 1, 0]]/' 'C[1]' 2 3
refuse "no cells" empty_input 's/0.5, 0.1, 0.4//' m_prev
refuse "nan mass" nonfinite_input 's/0.5, 0.1/"nan", 0.1/' m_prev
refuse "infinite mass" nonfinite_input 's/0.5, 0.1/"inf", 0.1/' m_prev
refuse "infinite weight" nonfinite_input 's/2.0, 1.2/"inf", 1.2/' 'w[1]' inf
refuse "infinite position" nonfinite_input 's/0.0, 0.25/"-inf", 0.25/' 'x[0]' inf
refuse "infinite cost" nonfinite_input \
    's/"circle_sq"/"matrix", "C": [[0, 1, 1], [1, 0, "inf"], [1, 1, 0]]/' 'C[1][2]' inf
refuse "infinite s" nonfinite_input 's/"s": 0.5/"s": "inf"/' s inf
refuse "nan beta" nonfinite_input 's/0.86/"nan"/' beta nan
refuse "infinite h" nonfinite_input 's/"h": 0.25/"h": "inf"/' h inf
refuse "nan period" nonfinite_input 's/0.75/"nan"/' period nan
refuse "negative mass" negative_mass 's/0.5, 0.1/0.5, -0.1/' m_prev
refuse "no mass" zero_total_mass 's/0.5, 0.1, 0.4/0, 0, 0/' m_prev
refuse "another total" mass_mismatch 's/"beta"/"total_mass": 1.002, "beta"/' total_mass 1.002
refuse "weight of 0" nonpositive_weight 's/2.0, 1.2/0.0, 1.2/' 0
refuse "negative weight" nonpositive_weight 's/2.0, 1.2/-2.0, 1.2/' -2
for value in 0 -1 '"nan"' '"inf"'; do
    refuse "tau $value" nonpositive_tau "s/\"tau\": 0.1/\"tau\": $value/" tau
    refuse "eps $value" nonpositive_eps "s/\"eps\": 0.01/\"eps\": $value/" eps
    # Also where the kind itself comes later.
    refuse "circle tau $value" nonpositive_tau \
        "s/jko_entropic/jko_circle/; s/m_prev/mu_prev/; s/\"tau\": 0.1/\"tau\": $value/" tau
done
refuse "beta of 1" invalid_argument 's/0.86/1.0/' beta
refuse "h of 0" invalid_argument 's/"h": 0.25/"h": 0/' h
refuse "period of 0" invalid_argument 's/0.75/0.0/' period
refuse "negative k" invalid_argument \
    's/"beta"/"reallocation": {"kind": "soft", "k": -1}, "beta"/' -1

# What is no case.
refuse "missing key" format_failure '/"tau"/d' tau missing
refuse "missing kind" format_failure '/"kind"/d' kind missing
refuse "misspelt key" format_failure 's/"period"/"periods"/' periods 'did you mean "period"'
refuse "strange key" format_failure 's/"period"/"zzzzzzzz"/' zzzzzzzz
refuse "misspelt kind" format_failure 's/jko_entropic/jko_entropc/' 'did you mean "jko_entropic"'
refuse "unknown cost" format_failure 's/circle_sq/manhattan/' cost manhattan matrix
refuse "text for a number" format_failure 's/"tau": 0.1/"tau": "0.1"/' tau number
refuse "number for a list" format_failure 's/\[1.0, 2.0, 1.2\]/1.0/' w list
refuse "text in a list" format_failure 's/2.0, 1.2/"two", 1.2/' 'w[1]' number
refuse "list for an object" format_failure 's/"beta"/"reallocation": [], "beta"/' reallocation
refuse "key of another reallocation" format_failure \
    's/"beta"/"reallocation": {"kind": "hull", "k": 1}, "beta"/' reallocation.k
refuse "expect is no list" format_failure 's/"beta"/"expect": 1, "beta"/' expect
refuse "misspelt tolerance" format_failure \
    's/"beta"/"expect": [{"what": "objective", "value": 0, "abs_tl": 1}], "beta"/' \
    'expect[0].abs_tl' 'did you mean "abs_tol"'
refuse "no value" format_failure 's/"beta"/"expect": [{"what": "objective"}], "beta"/' 'expect[0]'
refuse "repeated key" format_failure 's/"beta"/"tau": 1, "beta"/' tau
refuse "comma" format_failure 's/"s": 0.5,/"s": 0.5/' case.json:6
refuse "no object" format_failure '1s/{/[/; $s/}/]/; s/".*": .*//' case.json

# A missing file, a result that no kind has, an error that does not come, an error that is not it.
expect 2 "no file" "$jko" step --case none.json
[ "$(value status)" = file_failure ] || fail "$name: status $(value status)"
says none.json
spoil() {
    name=$1
    sed -e "$2" sound.json >case.json
    shift 2
    expect 1 "$name" "$jko" step --case case.json
    says case.json "$@"
}
spoil "unknown result" 's/"beta"/"expect": [{"what": "divergence", "value": 0}], "beta"/' divergence
spoil "no error" 's/"beta"/"expect": [{"what": "error", "class": "empty_input"}], "beta"/' \
    error empty_input
sed -e 's/"tau": 0.1/"tau": 0, "expect": [{"what": "error", "class": "empty_input"}]/' \
    sound.json >case.json
expect 1 "another error" "$jko" step --case case.json
[ "$(value status)" = nonpositive_tau ] || fail "$name: status $(value status)"
grep -q 'got nonpositive_tau, expected empty_input' err || fail "$name: $(cat err)"

# A total that differs by rounding only.
sed -e 's/"beta"/"total_mass": 1.0009, "beta"/' sound.json >case.json
expect 0 "rounded total" "$jko" step --case case.json

exit "$failed"

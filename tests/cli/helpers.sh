# SPDX-License-Identifier: BSD-3-Clause
# What the end-to-end tests share; sourced, with the arguments that Meson gives them:
#     sh TEST.sh JKO ALTER ROOT
# JKO is the program, ALTER the tool of alter.c, ROOT the source tree. Each test runs in a folder of
# its own, which is removed at the end.

absolute() {
    case $1 in
    /*) echo "$1" ;;
    *) echo "$PWD/$1" ;;
    esac
}

jko=$(absolute "$1")
alter=$(absolute "$2")
root=$(absolute "$3")
data=$root/data
work=${TMPDIR:-/tmp}/jko-test-$$
mkdir "$work" || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
LC_ALL=C
export LC_ALL
checks=0
failures=0
cases=0
runs=0

fail() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$*"
}

# check WHAT COMMAND...: the command must succeed.
check() {
    checks=$((checks + 1))
    what=$1
    shift
    "$@" || fail "$what"
}

# expect CODE ARGUMENT...: run jko; output in out and err.
expect() {
    checks=$((checks + 1))
    wanted=$1
    shift
    "$jko" "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" -ne "$wanted" ]; then
        fail "jko $*: exit code $got, not $wanted"
        sed 's/^/    /' "$work/err"
        return 1
    fi
}

# silent: nothing was printed by the last run.
silent() {
    checks=$((checks + 1))
    if [ -s "$work/out" ] || [ -s "$work/err" ]; then
        fail "printed, though not on a terminal:"
        cat "$work/out" "$work/err"
    fi
}

# says PART...: the last run printed one line, on standard error, with every part in it.
says() {
    checks=$((checks + 1))
    if [ -s "$work/out" ] || [ "$(wc -l <"$work/err")" -ne 1 ]; then
        fail "not exactly one line on standard error:"
        cat "$work/out" "$work/err"
        return 1
    fi
    for part in 'jko: ' "$@"; do
        if ! grep -qF -- "$part" "$work/err"; then
            fail "the message has no \"$part\": $(cat "$work/err")"
        fi
    done
}

# clean FOLDER...: none of these is there, and no temporary folder either.
clean() {
    checks=$((checks + 1))
    for left in "$@" .jko-*; do
        if [ -e "$left" ]; then
            fail "left behind: $left"
        fi
    done
}

# refused CODE PART... -- ARGUMENT...: jko flow with these arguments.
refused() {
    code=$1
    shift
    parts=
    while [ "$1" != -- ]; do
        parts="$parts$1
"
        shift
    done
    shift
    cases=$((cases + 1))
    rm -rf out.d
    expect "$code" flow "$@" -o out.d
    ifs=$IFS
    IFS='
'
    # shellcheck disable=SC2086
    says $parts
    IFS=$ifs
    clean out.d
}

# same WHAT LEFT RIGHT
same() {
    checks=$((checks + 1))
    if [ "$2" != "$3" ]; then
        fail "$1: \"$2\" is not \"$3\""
    fi
}

# member FOLDER PATH: a value of run.json.
member() {
    "$alter" json-get "$1/run.json" "$2"
}

# forget PID: libomp leaves a file for a program that was killed, and a later program of the same
# number stumbles over it.
forget() {
    rm -f "/dev/shm/__KMP_REGISTERED_LIB_$1_$(id -u)"
}

# seal FOLDER: put all checksums right after a change, run.json's own list first.
seal() {
    (
        cd "$1" || exit 1
        names=$(cut -c 67- SHA256SUMS)
        others=$(printf '%s\n' "$names" | grep -v '^run\.json$')
        # shellcheck disable=SC2086
        sha256sum $others >"$work/sums" || exit 1
        awk '
            NR == FNR { sum[$2] = $1; next }
            /"file": / { split($0, part, "\""); file = part[4] }
            /"sha256": / && file in sum { sub(/"sha256": "[0-9a-f]*"/, "\"sha256\": \"" sum[file] "\"") }
            { print }' "$work/sums" run.json >"$work/json" && cp "$work/json" run.json || exit 1
        # shellcheck disable=SC2086
        sha256sum $names >"$work/sums" && cp "$work/sums" SHA256SUMS
    )
}

# cell FILE ROW COLUMN: of a CSV file without quotes; row 1 is the first of data.
cell() {
    awk -F, -v row="$2" -v name="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
        NR == row + 1 { print $column }' "$1"
}

# last COLUMN: a value of the last row of run/steps.csv.
last() {
    cell run/steps.csv $(($(wc -l <run/steps.csv) - 1)) "$1"
}

# runs WHAT ARGUMENT...: jko flow with these arguments into run, exit code 0, then jko verify.
runs() {
    what=$1
    shift
    runs=$((runs + 1))
    rm -rf run
    expect 0 flow "$@" -o run || printf '    for %s\n' "$what"
    silent
    expect 0 verify run || printf '    for %s\n' "$what"
    clean
}

# set_cell FILE ROW COLUMN VALUE; the value "spoil" changes what is there by 1e-3 relative.
set_cell() {
    awk -F, -v OFS=, -v row="$2" -v name="$3" -v value="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
        NR == row + 1 {
            old = $column
            if (value != "spoil") $column = value
            else if (old ~ /^-?[0-9.]+(e[-+][0-9]+)?$/) $column = old == 0 ? "0.001" : sprintf("%.17g", old * 1.001)
            else if (old == "nan" || old == "inf") $column = "0.001"
            else $column = old "x"
        }
        { print }' "$1" >"$work/csv" && cp "$work/csv" "$1"
}

finish() {
    printf '%d checks, %d failures\n' "$checks" "$failures"
    [ "$failures" -eq 0 ]
    exit
}

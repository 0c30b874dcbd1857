# SPDX-License-Identifier: BSD-3-Clause
# What the end-to-end tests share; sourced with the program as $1. Leaves the test in an empty
# folder, which is removed at the end.
set -u
case $1 in
/*) jko=$1 ;;
*) jko=$PWD/$1 ;;
esac
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

fail() {
    echo "FAILED: $*" >&2
    failed=1
}

# expect CODE NAME COMMAND...: run; standard output to out, messages to err.
expect() {
    wanted=$1
    name=$2
    shift 2
    "$@" >out 2>err
    got=$?
    [ "$got" -eq "$wanted" ] || fail "$name: exit code $got, expected $wanted: $(cat err)"
}

# says TEXT...: each text is in the messages of the last command, of which there is one line.
says() {
    for text in "$@"; do
        grep -qF -- "$text" err || fail "$name: no \"$text\" in: $(cat err)"
    done
    [ "$(wc -l <err)" -eq 1 ] || fail "$name: not one message: $(cat err)"
}

# value NAME: of a result in the last command's output, a table or JSON.
value() {
    sed -n -e "s/^$1  *//p" -e "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p" out
}

# near NAME VALUE TOLERANCE: the result is that close.
near() {
    awk -v got="$(value "$1")" -v wanted="$2" -v tol="$3" 'BEGIN {
        d = got - wanted
        exit !(got != "" && d <= tol && -d <= tol)
    }' || fail "$name: $1 is $(value "$1"), expected $2 within $3"
}

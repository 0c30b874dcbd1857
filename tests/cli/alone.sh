#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# usage: alone.sh PROGRAM    the program in a build without the economy: it says what is not there
here=$(dirname "$0")
. "$here/tools.sh"

for command in flow step verify; do
    expect 3 "$command" "$jko" "$command" scenario.ini
    says "$command" economy -Deconomy=disabled
    [ ! -s out ] || fail "$name: output in spite of the error"
done
expect 0 "help" "$jko" --help
grep -q '^  ot ' out || fail "help: no ot"
grep -qE '^  (flow|step|verify) ' out && fail "help: a command that is not there"
expect 0 "version" "$jko" --version
grep -qE 'inih|libmd' out && fail "version: a library that is not linked"

exit "$failed"

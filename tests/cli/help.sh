#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# --help of every command, --version, and wrong usage: one line that says what to do.
. "$(dirname "$0")/helpers.sh"

# jko panel needs GSL; without it, it says so.
panel=
"$jko" --version | grep -q GSL && panel=panel
for command in '' flow pde rest compare step ot $panel paper verify; do
    for option in --help -h; do
        expect 0 $command $option
        check "help of jko $command is on standard output alone" test -s out -a ! -s err
        check "help of jko $command fits in 100 columns" awk 'length > 100 { bad = 1 } END { exit bad || NR < 6 }' out
        check "help of jko $command begins with its usage" grep -q "^usage: jko ${command:-COMMAND}" out
        check "help of jko $command tells the exit codes" grep -q '^Exit codes: 0' out
    done
done
expect 0 help
# Every command that --help lists has a help of its own, and is tested above.
same 'commands' "$(echo $(sed -n '/^  [a-z]/s/^  \([a-z]*\) .*/\1/p' out | grep -v jko))" "$(echo flow pde rest compare step ot $panel paper verify)"
# Every option of jko flow and jko verify is in its help.
expect 0 flow --help
for option in --output --set --tau --threads --verbose --help; do
    check "jko flow --help tells of $option" grep -q -e "$option" out
done
if [ -n "$panel" ]; then
    expect 0 panel --help
    for option in --map --output --threads --help; do
        check "jko panel --help tells of $option" grep -q -e "$option" out
    done
    expect 2 panel
    says '--map MAP.ini is missing' '--help'
    expect 2 panel --map m.ini p.csv
    says '-o DIR is missing' '--help'
    expect 2 panel --map m.ini -o run
    says 'one panel' '--help'
    expect 2 panel --mpa m.ini -o run p.csv
    says '--mpa' 'did you mean --map?'
    expect 2 panel --map m.ini --threads 1.5 -o run p.csv
    says --threads
fi
expect 0 --version
check 'the version' grep -q '^jko [0-9]*\.[0-9]*\.[0-9]' out
check 'the licence' grep -q '^licence: ' out

if [ -z "$panel" ]; then
    expect 3 panel p.csv --map m.ini -o run
    says panel GSL
fi

expect 2
says 'a command is missing' '--help'
expect 2 fly
says '"fly"' 'jko --help'
expect 2 flow
says '-o DIR is missing' '--help'
expect 2 flow "$data/baseline.ini"
says '-o DIR is missing' '--help'
expect 2 flow -o run
says 'one scenario file' '--help'
expect 2 flow "$data/baseline.ini" "$data/austria.ini" -o run
says 'one scenario file' '--help'
expect 2 flow "$data/baseline.ini" -o run --treads 1
says '--treads' 'did you mean --threads?'
expect 2 flow "$data/baseline.ini" -o run -x
says '-x' '--help'
expect 2 flow "$data/baseline.ini" -o
says '-o needs an argument'
expect 2 flow "$data/baseline.ini" -o run --verbose=yes
says '--verbose takes no argument'
for threads in -1 1.5 x 1e9 ''; do
    expect 2 flow "$data/baseline.ini" -o run "--threads=$threads"
    says --threads "$threads"
done
for set in '' = tau=1 flow.tau flow=1; do
    expect 2 flow "$data/baseline.ini" -o run --set "$set"
    says --set "$set" section.key=value
done
for set in .=1 flow.=1 .tau=1; do
    expect 2 flow "$data/baseline.ini" -o run --set "$set"
    says --set "${set%=1}:"
done
set --
while [ $# -lt 65 ]; do
    set -- "$@" --tau=1
done
expect 2 flow "$data/baseline.ini" -o run "$@"
says 64
expect 2 verify --fast run
says '--fast' '--help'
expect 2 verify
says 'one folder' '--help'
clean run

# Standard output that takes nothing is no success.
if [ -w /dev/full ]; then
    "$jko" flow "$data/baseline.ini" -o run --set flow.until=0.1 --set flow.save=0
    "$jko" verify run >/dev/full 2>err
    same 'exit code of a verdict that cannot be printed' $? 1
    check 'the message' grep -q '^jko: standard output' err
    "$jko" flow --help >/dev/full 2>err
    same 'exit code of a help that cannot be printed' $? 1
fi
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko verify: any changed byte of any output fails, and so do missing and foreign files.
. "$(dirname "$0")/helpers.sh"

# refused WHAT: verify fails, with one line.
refused() {
    if expect 1 verify run; then
        says run
    else
        printf '    after %s\n' "$1"
    fi
}

# bytes FILE OFFSET...: flip a byte at each offset, and flip it back.
bytes() {
    file=$1
    shift
    for offset in "$@"; do
        "$alter" byte "run/$file" "$offset" || fail "cannot alter $file"
        refused "byte $offset of $file"
        "$alter" byte "run/$file" "$offset"
        flips=$((flips + 1))
    done
}

flips=0
for scenario in baseline austria; do
    rm -rf run
    expect 0 flow "$data/$scenario.ini" -o run
    expect 0 verify run
    for file in $(ls -A run); do
        size=$(wc -c <"run/$file")
        bytes "$file" 0 1 $((size / 7)) $((size / 3)) $((size / 2)) $((2 * size / 3)) \
            $((size - 2)) $((size - 1))
        cp "run/$file" kept
        printf x >>"run/$file"
        refused "a byte more of $file"
        head -c $((size - 1)) kept >"run/$file"
        refused "a byte less of $file"
        : >"run/$file"
        refused "no byte of $file"
        rm "run/$file"
        refused "no $file"
        cp kept "run/$file"
    done
    # The list itself, closely: a checksum, the blanks, a name, a line feed.
    bytes SHA256SUMS 63 64 65 66 70 78 79 80 81 143 144
    expect 0 verify run
done
printf '%d flips\n' "$flips"

# A file left out of the list, or out of the list and of the folder, or listed twice.
for file in cost.npy forecast.csv log.txt run.json states.npy steps.csv trajectory.csv; do
    rm -rf run
    expect 0 flow "$data/austria.ini" -o run --set flow.tau=1
    grep -v " $file\$" run/SHA256SUMS >sums
    cp sums run/SHA256SUMS
    refused "$file not listed"
    rm "run/$file"
    refused "$file neither listed nor there"
done
rm -rf run
expect 0 flow "$data/austria.ini" -o run --set flow.tau=1
printf 'x' >run/foreign
refused 'a foreign file'
rm run/foreign
head -n 1 run/SHA256SUMS >>run/SHA256SUMS
refused 'a file listed twice'
(cd run && sha256sum cost.npy log.txt >SHA256SUMS)
refused 'a short list'
printf 'nothing\n' >run/SHA256SUMS
refused 'no list'
printf '%064d  ../run/log.txt\n' 0 >run/SHA256SUMS
refused 'a name with a slash'

# Results of other commands: their checksums, and in words what there is to check besides.
expect 0 flow "$data/baseline.ini" -o first --set flow.until=0.1 --set flow.save=0
expect 0 rest "$data/baseline.ini" --starts 2 -o rest --set flow.method=fv --set flow.stepping=fixed \
    --set flow.tau=5 --set flow.until=500 --set flow.save= --set grid.cells=12
expect 0 compare first first -o compare
expect 0 paper -o paper --only 1a
others='rest compare paper'
if "$jko" --version | grep -q SUNDIALS; then
    expect 0 pde "$data/baseline.ini" -o pde --set flow.until=0.1 --set flow.save=0
    others="$others pde"
fi
for command in $others; do
    expect 0 verify $command
    check "it says what $command is" grep -q "^a result of jko $command: " out
    check "it says how to check $command" grep -q 'again\|jko compare shows' out
    for file in $(ls -A $command); do
        rm -rf run
        cp -r $command run
        printf x >>"run/$file"
        refused "a byte more of $file of $command"
        rm "run/$file"
        refused "no $file of $command"
    done
    rm -rf run
    cp -r $command run
    printf x >run/foreign
    refused "a foreign file of $command"
    rm run/foreign
    printf '%064d  foreign\n' 0 >>run/SHA256SUMS
    refused "a file more in the list of $command"
done
rm -rf run
cp -r first run
sed -i 's/jko-run-1"/jko-run-paper-1"/' run/run.json
seal run
refused 'a run that calls itself something else'

# Folders that are none of ours.
mkdir other
expect 1 verify other
says other SHA256SUMS
expect 2 verify nowhere
says nowhere
expect 2 verify
says 'one folder'
expect 2 verify run run
says 'one folder'
finish

# SPDX-License-Identifier: BSD-3-Clause
# Results that somebody changed before putting the checksums right again; sourced after helpers.sh.
# Leaves the results entropic (40 cells, 6 steps), exact (52 sectors, 4 steps) and local (12 cells,
# 3 steps) in the test's folder.

# begin NAME: a fresh copy of a result, to be changed.
begin() {
    rm -rf run
    cp -r "$1" run
}

# caught WHAT PART...: with right checksums, verify fails and its one line has every part.
caught() {
    about=$1
    shift
    tampered=$((tampered + 1))
    seal run
    if expect 1 verify run; then
        says "$@" || printf '    after %s\n' "$about"
        if grep -q checksum err; then
            fail "$about: the checksums were not put right: $(cat err)"
        fi
    else
        printf '    after %s\n' "$about"
    fi
}

# index N STEP ROW CELL: where a number stands in states.npy; row 0 masses, 1 potential.
index() {
    echo $(((2 * $2 + $3) * $1 + $4))
}

tampered=0
leaves=0
expect 0 flow "$data/entropic.ini" -o entropic --set grid.cells=40 --set flow.until=0.6 \
    --set 'flow.save=0 0.3 0.6'
expect 0 flow "$data/austria.ini" -o exact --set 'flow.tau=0.05 0.5 5 fit'
cat >local.ini <<'INI'
[grid]
kind = line
cells = 12
[economy]
beta = 0.5
eta = 3
sigma = 2.5
[initial]
density = paper
[flow]
method = atoms
tau = 0.15
until = 0.45
INI
expect 0 flow local.ini -o local
same 'status of the local run' "$(member local status)" local
for name in exact1d fv; do
    expect 0 flow "$data/entropic.ini" -o $name --set grid.cells=40 --set flow.until=0.6 \
        --set 'flow.save=0 0.3 0.6' --set flow.sigma_cells= --set flow.method=$name --set flow.stepping=fixed
done
for name in entropic exact local exact1d fv; do
    begin $name
    seal run
    check "seal changes nothing of $name" diff -r $name run
    expect 0 verify run
done

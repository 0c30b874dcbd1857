#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko flow with input that cannot be: exit code 2, one line that says where, what and what to
# do, and nothing left behind.
. "$(dirname "$0")/helpers.sh"

# scenario NAME SED: the baseline, edited.
scenario() {
    sed "$2" "$data/entropic.ini" >"$1.ini"
}

base=$data/entropic.ini

# Sections and keys.
scenario section 's/^\[economy\]/[economi]/'
refused 2 section.ini:12 '[economi]' 'did you mean [economy]?' -- section.ini
scenario key 's/^beta =/btea =/'
refused 2 key.ini:16 '"btea"' 'did you mean beta?' -- key.ini
scenario foreign 's/^beta =/tau =/'
refused 2 foreign.ini:16 '"tau"' 'belongs to [flow]' -- foreign.ini
scenario again 's/^length = 1/cells = 9/'
refused 2 again.ini cells again line -- again.ini
scenario outside '1i cells = 3'
refused 2 outside.ini:1 cells section -- outside.ini
refused 2 '--set flow.tua' '"tua"' 'did you mean tau?' -- "$base" --set flow.tua=1
refused 2 '--set flw.tau' 'did you mean [flow]?' -- "$base" --set flw.tau=1
refused 2 '--set flow.tau' twice -- "$base" --set flow.tau=1 --tau 2

# Keys that exclude one another, that lack another, or that mean nothing here.
scenario both 's/^rho2 = .*/eta = 0.02/'
refused 2 both.ini:19 rho1 'eta and sigma' 'not both' -- both.ini
scenario half '/^rho/d; s/^beta = .*/eta = 0.02/'
refused 2 half.ini sigma missing -- half.ini
refused 2 epsilon sigma_cells 'exactly one' -- "$base" --set flow.epsilon=0.001
scenario none '/^sigma_cells/d'
refused 2 none.ini epsilon 'exactly one' -- none.ini
refused 2 sigma_cells 'have a regularisation' -- "$base" --set flow.method=atoms
refused 2 reallocation_cost missing -- "$base" --set flow.reallocation=soft
refused 2 reallocation_cost 'none has no cost' -- "$base" --set flow.reallocation_cost=1
refused 2 flow.until single -- "$base" --set flow.steps=single --set flow.until=3
refused 2 fit panel -- "$base" --set flow.steps=single '--set=flow.tau=1 fit'
refused 2 grid.file 'kind = cost' -- "$base" --set grid.file=d.csv
refused 2 flow.tau 'one tau' -- "$base" '--set=flow.tau=0.1 0.2'
refused 2 flow.tau once -- "$data/austria.ini" '--set=flow.tau=1 2 1'
refused 2 calibrated panel -- "$base" --set economy.weights=calibrated
refused 2 density panel -- "$base" --set initial.density=panel
refused 2 entropic.ini:19 'rho1 is' 'beta 0.05' sigma -- "$base" --set economy.beta=0.05
scenario level 's/^rho1 = .*/eta = -0.5/; s/^rho2 = .*/sigma = 1.3/; s/^energy = .*/energy = level/'
refused 2 level.ini energy 'level scaling' theta 'use log' -- level.ini
for key in density tau until kind cells; do
    scenario "no_$key" "/^$key = /d"
    refused 2 "no_$key.ini" "$key" missing -- "no_$key.ini"
done

# Numbers and words.
for pair in flow.tau=0 flow.tau=-1 flow.tau=abc flow.tau=nan flow.tau=inf flow.tau=1e-300 \
    flow.tau=0,1 flow.tau=0x1 flow.until=0 flow.until=-2 flow.until=x flow.save=3 flow.save=-1 \
    flow.save=x flow.sigma_cells=0 flow.sigma_cells=-1 flow.sigma_cells=x \
    flow.method=magic flow.steps=some flow.reallocation=none_at_all flow.tolerance=0 \
    flow.tolerance=-1 flow.tolerance=x flow.max_iterations=0 flow.max_iterations=x grid.cells=0 \
    grid.cells=-3 grid.cells=1.5 grid.cells=1e99 grid.cells=1000000 grid.cells=x grid.length=0 \
    grid.length=-1 grid.length=nan grid.kind=square economy.beta=0 economy.beta=1 economy.beta=x \
    economy.beta=nan economy.rho1=0 economy.rho1=-1 economy.rho2=-1 economy.labour=free \
    economy.energy=high economy.technology=0 economy.technology=-1 economy.technology=x \
    economy.technology=nan economy.technology=inf economy.labour_distribution=0 \
    economy.preferences=-2 economy.weights=0 initial.density=none; do
    value=${pair#*=}
    refused 2 '--set' "${pair%%=*}" "$value" -- "$base" "--set=$pair"
done
for pair in eta=nan eta=x sigma=1 sigma=0 sigma=-1 sigma=inf; do
    scenario hand "s/^rho1 = .*/eta = 0.02/; s/^rho2 = .*/sigma = 1.3/; s/^${pair%=*} .*/${pair%=*} = 1/"
    sed -i "s/^rho1 = .*/eta = 0.02/; s/^${pair%=*} = .*/${pair%=*} = ${pair#*=}/" hand.ini
    refused 2 hand.ini "${pair%=*}" "${pair#*=}" -- hand.ini
done

refused 2 entropic.ini 'epsilon is 2.5e-22' 'at least' -- "$base" --set flow.sigma_cells=1e-9
refused 2 entropic.ini 'reallocation_cost' -1 -- "$base" --set flow.reallocation=soft --set flow.reallocation_cost=-1

# The file itself.
refused 2 nowhere.ini 'cannot be opened' -- nowhere.ini
refused 2 "$work" -- "$work"
: >empty.ini
refused 2 empty.ini kind missing -- empty.ini
printf '; nothing but a remark\n\n' >remark.ini
refused 2 remark.ini kind missing -- remark.ini
head -c 4096 "$jko" >garbage.ini
refused 2 garbage.ini:1 -- garbage.ini
printf '[grid]\nkind = circle\001\n' >control.ini
refused 2 control.ini:2 'control character' -- control.ini
printf '[grid]\nkind = k\377\n' >latin.ini
refused 2 latin.ini:2 UTF-8 -- latin.ini
{ echo '[grid]'; printf 'kind = %0250d\n' 1; } >long.ini
refused 2 long.ini:2 '200 bytes' -- long.ini
printf '[grid]\njust words\n' >words.ini
refused 2 words.ini:2 'key = value' -- words.ini
printf '[grid\nkind = circle\n' >open.ini
refused 2 open.ini:1 -- open.ini

printf '%d refusals\n' "$cases"
finish

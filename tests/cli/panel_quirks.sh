#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko panel reads what statistics offices ship: the same numbers in other clothes give the same
# results to the byte; rows and cells that are missing are counted and change nothing else.
. "$(dirname "$0")/helpers.sh"

cat >plain.ini <<'INI'
[panel]
sector = sector
year = year
label = label
mass = net_fixed_assets - dwellings
capital = net_fixed_assets - dwellings
assets = net_fixed_assets
employees = employees
value_added = gva
surplus = gross_operating_surplus
consumption = capital_consumption
[windows]
convergence = 2010-2019 2018-2022
[draws]
bootstrap = 99
permutations = 19
dead_zone = 99
power = 50
INI
cp "$data/austria/austria_sector_panel.csv" plain.csv
expect 0 panel plain.csv --map plain.ini -o plain
silent
expect 0 verify plain

# same_as_plain NAME: NAME.csv by NAME.ini gives the files of plain.
same_as_plain() {
    expect 0 panel "$1.csv" --map "$1.ini" -o "$1"
    for file in convergence dispersion deadzone structure parameters sums; do
        check "$1: $file.csv is the same" cmp -s "plain/$file.csv" "$1/$file.csv"
    done
}
printf '\357\273\277' | cat - plain.csv | sed 's/$/\r/' >windows.csv
cp plain.ini windows.ini
same_as_plain windows

# Semicolons, decimal commas, every cell in quotes, after a byte order mark.
awk '{
    out = ""; quoted = 0
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) out = out "\";\""
        else if (c == ",") out = out ";"
        else if (c == "." && !quoted) out = out ","
        else out = out c
    }
    print "\"" out "\"" }' plain.csv | { printf '\357\273\277'; cat; } >office.csv
sed 's/^\[panel\]/[panel]\nseparator = semicolon\ndecimal = comma/' plain.ini >office.ini
same_as_plain office
check 'labels keep what stands in quotes' grep -q 'Crop and animal production; hunting' office.csv

# Tabs without quotes, and commas in cells.
awk '{
    out = ""; quoted = 0
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) out = out "\t"
        else out = out c
    }
    print out }' plain.csv >tabs.csv
sed 's/^\[panel\]/[panel]\nseparator = tab/' plain.ini >tabs.ini
same_as_plain tabs

# Blanks around sectors.
sed 's/^\(20..\),\([^,]*\),/\1, \2 ,/' plain.csv >blanks.csv
cp plain.ini blanks.ini
same_as_plain blanks

# Other columns between, a blank line at the end.
sed 's/^/x,/; 1s/^x/unused/' plain.csv >more.csv
echo >>more.csv
cp plain.ini more.ini
same_as_plain more

# Marks for no value in a column that nothing else needs, and rows left out by year.
sed 's/^\[panel\]/[panel]\nmissing = : n.a./' plain.ini >marks.ini
awk '
    /^2013,H50,/ { n = split($0, part, ","); part[n - 7] = ":"; $0 = part[1]; for (i = 2; i <= n; i++) $0 = $0 "," part[i] }
    /^2014,H50,/ { n = split($0, part, ","); part[n - 7] = ""; $0 = part[1]; for (i = 2; i <= n; i++) $0 = $0 "," part[i] }
    /^2010,C33,/ || /^2024,N79,/ || /^2015,F,/ || /^2016,F,/ { next }
    { print }' plain.csv >marks.csv
printf '[leave_out]\nB 2012 = strike\nC19 = four firms\nC21 = four firms\n' >>marks.ini
expect 0 panel marks.csv --map marks.ini -o marks
check 'marks and empty cells' grep -qx 'no value: gross surplus,2,"H50 2013, H50 2014"' marks/dropped.csv
check 'a year' grep -qx 'left out: strike,1,B 2012' marks/dropped.csv
check 'sectors for one reason' grep -qx 'left out: four firms,30,"C19, C21"' marks/dropped.csv
check 'gaps, late and gone' \
    grep -qx 'no row for a year of the panel,4,F has a gap of 2 years; N79 vanishes after 2023; C33 appears in 2011' marks/dropped.csv
check 'rows of the file' grep -qx 'rows of the file,926,' marks/dropped.csv
check 'rows that stay' grep -qx 'rows that stay,895,' marks/dropped.csv
check 'C33 is missed, C19 and C21 are not' awk -F, '
    $1 == "2010-2019" && $2 == "lp" && $4 == "logs" { good = $5 == 59 && $6 == 1 && $7 == 0 } END { exit !good }' marks/convergence.csv
check 'other years are as before' awk -F, '
    FILENAME ~ /plain/ { a[$1, $3] = $4 } FILENAME ~ /marks/ { b[$1, $3] = $4 }
    END { exit !(a["lp", 2012] == 62 && b["lp", 2012] == 59 && b["r_gross", 2013] == 59 && b["lp", 2013] == 60 && b["lp", 2010] == 59) }' \
    plain/dispersion.csv marks/dispersion.csv

# Without consumption of fixed capital there are no net rates, and nothing is made up.
sed '/^consumption/d' plain.ini >net.ini
expect 0 panel plain.csv --map net.ini -o net
check 'no net rates' sh -c '! grep -q r_net net/convergence.csv'
check 'gross ones as before' sh -c 'grep r_gross plain/convergence.csv >a; grep r_gross net/convergence.csv >b; cmp -s a b'

# Few sectors: what cannot be computed is empty.
awk 'NR == 1 || /^20..,(B|C16|C17|C18),/' plain.csv >few.csv
expect 0 panel few.csv --map plain.ini -o few
check 'no test of a dead zone' grep -q 'cannot be tested' few/report.html
awk 'NR == 1 || /^20..,(B|C16),/' plain.csv >two.csv
expect 0 panel two.csv --map plain.ini -o two
check 'nothing from two sectors' awk -F, 'NR > 1 && $4 == "logs" && $8 != "" { bad = 1 } END { exit bad }' two/convergence.csv

# Stopped while it computes, it leaves nothing behind.
"$jko" panel "$data/austria/austria_sector_panel.csv" --map "$data/austria-panel.ini" -o stopped &
pid=$!
sleep 1
kill -TERM "$pid"
wait "$pid"
same 'ended by the signal' $? 143
clean stopped

# Progress shows on a terminal and only there.
if command -v script >/dev/null; then
    script -qec "'$jko' panel plain.csv --map plain.ini -o plain" /dev/null >out </dev/null
    check 'progress on a terminal' grep -q 'power of the dead-zone test: ' out
    check 'findings on a terminal' grep -q 'The report is plain/report.html' out
fi
finish

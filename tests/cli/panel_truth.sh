#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# A panel that the theory made: shares of 2017 and 2024 are JKO steps of a known tau from Austria's
# capital of 2010. jko panel must find that tau, that the step beats its rivals, and that the distance
# carries information; with the distances of other sectors it must lose all of that.
. "$(dirname "$0")/helpers.sh"

tau=5
few='s/^permutations.*/permutations = 19/; s/^bootstrap.*/bootstrap = 99/; s/^power.*/power = 50/
     s/^dead_zone.*/dead_zone = 99/; s|^file = .*|file = '"$data"'/austria/austria_io_2010.csv|'
sed "$few" "$data/austria-panel.ini" >austria.ini
expect 0 panel "$data/austria/austria_sector_panel.csv" --map austria.ini -o aut

# 2017: a step from 2010. Profit rates of 2017 are Austria's, with weights calibrated to them.
expect 0 flow aut/train.ini -o first --tau "$tau"
cp aut/distance-squared.csv .
s=$(member aut/test economy.s)
awk -F, -v OFS=, -v s="$s" '
    NR == FNR { if (FNR > 1) share[$1] = $3; next }
    FNR == 1 { print "sector", "mass", "weight"; next }
    { printf "%s,%.17g,%.17g\n", $1, share[$1], $4 * (52 * share[$1]) ^ (1 - s) }' first/trajectory.csv aut/test.csv >second.csv
sed 's/test\.csv/second.csv/' aut/test.ini >second.ini
expect 0 flow second.ini -o second --tau "$tau"

# The panel: each cell is mass, employees and value added follow it; noise of half a percent.
awk -F, -v OFS=, '
    function noise() { return 1 + 0.01 * (rand() - 0.5) }
    BEGIN { srand(7); print "sector", "year", "capital", "workers", "gva", "surplus" }
    function row(name, year, share, rate) {
        share *= 1e6; if (year > 2010) share *= noise()
        print name, year, sprintf("%.17g", share), sprintf("%.17g", 3 * share), sprintf("%.17g", 0.5 * share), sprintf("%.17g", rate * share)
    }
    FILENAME ~ /^first/ && FNR > 1 { middle[$1] = $3 }
    FILENAME ~ /^second/ && FNR > 1 { last[$1] = $3 }
    FILENAME ~ /test/ && FNR > 1 { rate[$1] = $4 }
    FILENAME ~ /train/ && FNR > 1 { row($1, 2010, $2, $4); row($1, 2017, middle[$1], rate[$1]); row($1, 2024, last[$1], rate[$1]) }' \
    first/trajectory.csv second/trajectory.csv aut/test.csv aut/train.csv >made.csv
same 'rows' "$(wc -l <made.csv)" 157
awk -F, -v OFS=, 'FNR > 1 { for (c = 2; c <= NF; c++) $c = sprintf("%.17g", sqrt($c)) } { print }' \
    distance-squared.csv >distance.csv
map() { # map DISTANCES
    cat <<INI
[panel]
sector = sector
year = year
capital = capital
employees = workers
value_added = gva
surplus = surplus
[distance]
kind = matrix
file = $1
[forecast]
train = 2010-2017
test = 2017-2024
[draws]
permutations = 19
bootstrap = 199
dead_zone = 99
power = 50
INI
}
map distance.csv >made.ini
expect 0 panel made.csv --map made.ini -o made
expect 0 verify made
check 'tau is found to a fifth' awk -F, -v tau="$tau" '
    NR > 1 && $3 == "chosen" { good = $1 > 0.8 * tau && $1 < 1.2 * tau; printf "tau %.3f of %g\n", $1, tau } END { exit !good }' made/tau.csv
check 'the first finding is for the theory' sh -c 'grep -m 1 "<li class" made/report.html | grep -q "class=\"for\".*the theory beats no change"'
check 'it is nearest by both measures' grep -q 'Nearest to what came by W2 is the theory (0\.[0-9]*), by L1 the theory' made/report.html
# The noise of half a percent is all that is left of L1; W2 of such noise is larger, as roots go.
check 'its error is far below that of no change' awk -F, '
    $1 == "2017-2024" && $3 ~ /^theory/ { w = $4; l = $10 } $1 == "2017-2024" && $3 == "no change" { good = w < 0.3 * $4 && l < 0.1 * $10 }
    END { exit !good }' made/forecast.csv
check 'signs and ranks' awk -F, '
    $1 == "2017-2024" && $3 ~ /^theory/ { good = $4 > 0.9 && $7 > 0.9 } END { exit !good }' made/forecast-changes.csv
check 'the distance carries information' awk -F, 'NR > 1 { n++; good += $6 <= 0.0501 } END { exit !(n == 3 && good == 3) }' made/permutation-test.csv

# The same panel with the distances of other sectors, each a place further on.
awk -F, -v OFS=, 'FNR == 1 { print; for (c = 2; c <= NF; c++) name[c] = $c; n = NF; next }
    { for (c = 2; c <= NF; c++) d[FNR, c] = $c }
    END { for (i = 2; i <= n; i++) { line = name[i]
              for (j = 2; j <= n; j++) line = line "," d[i % (n - 1) + 2, j % (n - 1) + 2]; print line } }' distance.csv >wrong.csv
map wrong.csv >wrong.ini
expect 0 panel made.csv --map wrong.ini -o wrong
check 'wrong distances: no better than shuffled ones by ranks and L1' awk -F, '
    NR > 2 { n++; good += $6 > 0.05 } END { exit !(n == 2 && good == 2) }' wrong/permutation-test.csv
check 'wrong distances: a larger error' awk -F, '
    $1 == "2017-2024" && $3 ~ /^theory/ { l[FILENAME] = $10 } END { exit !(l["wrong/forecast.csv"] > 5 * l["made/forecast.csv"]) }' \
    made/forecast.csv wrong/forecast.csv
finish

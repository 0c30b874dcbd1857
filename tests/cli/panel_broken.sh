#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko panel with panels, maps and tables that cannot be: one line that says where and what to do, and
# nothing is left behind.
. "$(dirname "$0")/helpers.sh"

# 12 sectors of Austria, ten years: line 1 + 12 k + i is sector i of year k.
awk -F, 'BEGIN { print "nace,year,capital,workers,gva,surplus,cfc,output" }
    { gsub(/"[^"]*"/, "q") }
    $2 ~ /^(B|C1[678]|C2[1-8])$/ && $1 <= 2019 { print $2 "," $1 "," $14 "," $7 "," $9 "," $12 "," $13 "," $8 }' \
    "$data/austria/austria_sector_panel.csv" >good.csv
cat >good.ini <<'INI'
[panel]
sector = nace
year = year
capital = capital
employees = workers
value_added = gva
surplus = surplus
consumption = cfc
output = output
[draws]
bootstrap = 99
permutations = 19
dead_zone = 99
power = 50
INI
same 'rows' "$(wc -l <good.csv)" 121
expect 0 panel good.csv --map good.ini -o good
clean
check 'no forecast without a distance' grep -q 'No forecast' good/report.html

# wrong WHAT PART... : p.csv and m.ini are refused.
wrong() {
    cases=$((cases + 1))
    what=$1
    shift
    expect 2 panel p.csv --map m.ini -o out.d || printf '    for %s\n' "$what"
    ifs=$IFS
    says "$@"
    IFS=$ifs
    clean out.d
    cp good.csv p.csv
    cp good.ini m.ini
}
# cell LINE COLUMN TEXT: what stands in a cell of p.csv.
cell_is() {
    awk -F, -v OFS=, -v line="$1" -v column="$2" -v text="$3" '
        NR == line { $column = text } { print }' good.csv >p.csv
}
cp good.csv p.csv
cp good.ini m.ini

# Numbers.
cell_is 5 3 'n/a'; wrong 'a word' p.csv:5: '"capital"' '"n/a"' 'missing'
cell_is 5 3 '"1,234.5"'; wrong 'thousands separators' p.csv:5: '"capital"' '"1,234.5"' 'thousands separators'
cell_is 5 3 '1 234'; wrong 'blanks in a number' p.csv:5: '"capital"' 'blank inside'
cell_is 5 3 "1'234.5"; wrong 'apostrophes' p.csv:5: '"capital"' 'thousands separators'
cell_is 5 3 "$(printf '1\302\240234')"; wrong 'a no-break space' p.csv:5: '"capital"' 'thousands separators'
cell_is 5 3 '"12,5"'; wrong 'a decimal comma that is not declared' p.csv:5: '"capital"' '"12,5"' 'decimal = comma'
cell_is 5 6 '12.3p'; wrong 'a flag' p.csv:5: '"surplus"' '"12.3p"' 'not a number'
cell_is 5 6 '12.3 b'; wrong 'a flag after a blank' p.csv:5: '"surplus"' 'flags'
cell_is 5 6 '(12.3)'; wrong 'brackets for a minus' p.csv:5: '"surplus"' 'minus sign'
cell_is 5 6 '#DIV/0!'; wrong 'an error of a spreadsheet' p.csv:5: '"surplus"' 'spreadsheet'
cell_is 5 6 'nan'; wrong 'nan' p.csv:5: '"surplus"' 'not a finite number'
cell_is 5 6 '1e999'; wrong 'a number too large' p.csv:5: '"surplus"' '1e999' 'not a finite number'
cell_is 5 6 '12 %'; wrong 'a unit' p.csv:5: '"surplus"' 'unit'
cell_is 7 4 -10; wrong 'negative employees' p.csv:7: '"workers"' '-10' 'negative'
cell_is 7 3 -1; wrong 'negative capital' p.csv:7: '"capital"' 'negative'
sed 's/,/;/g; s/\./,/g' good.csv >p.csv
sed 's/\[panel\]/[panel]\nseparator = semicolon/' good.ini >m.ini
wrong 'a decimal comma after semicolons' p.csv:2: '"capital"' 'decimal = comma'
sed 's/,/;/g' good.csv >p.csv
sed 's/\[panel\]/[panel]\nseparator = semicolon\ndecimal = comma/' good.ini >m.ini
wrong 'a point where a comma is declared' p.csv:2: '"capital"' 'point'

# Keys: sectors and years.
cell_is 5 2 20x0; wrong 'a year that is none' p.csv:5: '"year"' '20x0'
cell_is 5 2 2010.5; wrong 'half a year' p.csv:5: '"year"' 2010.5 'not a year'
cell_is 5 2 ''; wrong 'no year' p.csv:5: '"year"' 'not a year'
cell_is 5 1 ''; wrong 'no sector' p.csv:5: '"nace"' 'empty'
sed '$p' good.csv >p.csv; wrong 'a row twice' p.csv:122: '"nace"' 'line 121'

# The shape of the file.
sed 's/,/;/g' good.csv >p.csv; wrong 'semicolons that are not declared' p.csv 'semicolon'
sed '5s/$/,1/' good.csv >p.csv; wrong 'a row too long' p.csv:5: 'column 9'
sed '5s/,[^,]*$//' good.csv >p.csv; wrong 'a row too short' p.csv:5: 'column 8'
sed '5s/^/"/' good.csv >p.csv; wrong 'a quote that is not closed' p.csv:5: 'never closed'
sed '1s/workers/gva/' good.csv >p.csv; wrong 'a name twice' p.csv:1: '"gva"'
sed '1s/workers/staff/' good.csv >p.csv; wrong 'a column that is not there' p.csv '"workers"' 'employees' '"staff"'
sed '1d' good.csv | cut -d, -f 2- >p.csv; wrong 'no names' p.csv:1: 'name the columns'
head -n 1 good.csv >p.csv; wrong 'no rows' p.csv 'no row of data'
: >p.csv; wrong 'an empty file' p.csv
printf 'nace,year\nM\344rz,2010\n' >p.csv; wrong 'Latin 1' p.csv:2: 'UTF-8'
printf '\377\376n\000' >p.csv; wrong 'UTF-16' p.csv:1: 'UTF-8'
printf 'nace,year\nA\000,2010\n' >p.csv; wrong 'a NUL' p.csv:2:

# The map.
sed 's/^surplus = .*//' good.ini >m.ini; wrong 'a role without a column' m.ini '[panel] surplus' 'missing'
sed 's/^surplus/suplus/' good.ini >m.ini; wrong 'a key misspelt' m.ini:7 'surplus'
printf '[leave_out]\nZZ = why not\n' >>m.ini; wrong 'a sector that is not there' m.ini:16 ZZ
printf '[leave_out]\nB =\n' >>m.ini; wrong 'no reason' m.ini:16 B 'why'
printf '[windows]\nconvergence = 2010-2030\n' >>m.ini; wrong 'a window past the end' m.ini 2030 '2010 to 2019'
printf '[windows]\nconvergence = 2015-2010\n' >>m.ini; wrong 'a window backwards' m.ini:16 'convergence'
printf '[distance]\nkind = euclid\nfile = d.csv\n' >>m.ini; wrong 'no such distance' m.ini:16 euclidean
distance='[distance]\nkind = matrix\nfile = d.csv\n[forecast]\ntest = 2014-2019\n'
printf "$distance" >>m.ini; wrong 'no window to choose tau on' m.ini train
printf "${distance}train = 2010-2016\n" >>m.ini; wrong 'a test that begins in train' m.ini:19 'cannot judge it'
expect 2 panel p.csv --map none.ini -o out.d
says none.ini
expect 2 panel none.csv --map m.ini -o out.d
says none.csv 'No such file'
clean out.d

# The distances.
names=$(sed 1d good.csv | cut -d, -f 1 | sort -u | tr '\n' ' ')
for row in $names; do
    line=$row
    head=sector
    for column in $names; do
        head=$head,$column
        line=$line,$(awk -v a="$row" -v b="$column" 'BEGIN { srand(1); print a == b ? 0 : 0.1 + length(a b) / 10 }')
    done
    [ -s d.good ] || echo "$head" >d.good
    echo "$line" >>d.good
done
printf "${distance}train = 2010-2014\n" >>good.ini
cp good.ini m.ini
cp d.good d.csv
expect 0 panel good.csv --map good.ini -o good
expect 0 verify good
clean
sed '3d' d.good >d.csv; wrong 'a sector without a row' d.csv 'no row for sector C16'
cut -d, -f 1,2,4- d.good >d.csv; wrong 'a sector without a column' d.csv:1 'sector C16'
sed '4p' d.good >d.csv; wrong 'a row twice' d.csv:5 C17 'line 4'
sed '4s/,0\.[0-9]*/,-1/' d.good >d.csv; wrong 'a negative distance' d.csv:4 '"B"' negative
sed '4s/,0\.[0-9]*/,/' d.good >d.csv; wrong 'no distance' d.csv:4 '"B"' 'no value'
sed '4s/,0\.[0-9]*/,far/' d.good >d.csv; wrong 'a word for a distance' d.csv:4 '"B"' far
sed 's/,0\.[0-9]*/,0/g' d.good >d.csv; wrong 'all on one spot' m.ini 'nothing can move'
rm d.csv
expect 2 panel p.csv --map m.ini -o out.d
says d.csv
clean out.d
printf '%d faults\n' "$cases"
check 'at least twenty' test "$cases" -ge 20
finish

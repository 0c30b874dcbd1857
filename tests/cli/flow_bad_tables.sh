#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko flow with files of numbers that cannot be: columns, matrices, panels, input-output tables.
. "$(dirname "$0")/helpers.sh"

base=$data/entropic.ini

# Columns of CSV files.
sed 's/^cells = .*/cells = 3/; s/^density = .*/density = d.csv:m/' "$base" >column.ini
column() { # column LINES PART...: refused, with these lines as d.csv
    printf "$1" >d.csv
    shift
    refused 2 d.csv "$@" -- column.ini
}
column 'm\n1\nnan\n1\n' d.csv:3 '"m"' nan
column 'm\n1\ninf\n1\n' d.csv:3 '"m"' inf
column 'm\n1\n1\n-0.5\n' d.csv:4 '"m"' -0.5 '>= 0'
column 'm\n1\nx\n1\n' d.csv:3 '"m"' x
column 'm,k\n1,2\n,2\n1,2\n' d.csv:3 '"m"' empty
column 'm,k\n1,2\n1\n1,2\n' d.csv:3
column 'm\n1\n1\n' '2 rows' 3
column 'm\n1\n1\n1\n1\n' '4 rows' 3
column 'k\n1\n1\n1\n' '"m"'
column 'm,m\n1,1\n1,1\n1,1\n' '"m"'
column 'm\n0\n0\n0\n' 'density is' 'all 3 entries'
column 'm\n1\n1e999\n1\n' d.csv:3 1e999
column 'x,m\n0.75,1\n0.5,1\n0.25,1\n' d.csv:3 '"x"' 0.5
column '' d.csv
column 'm\n"1\n1\n1\n' d.csv
column 'm\n1\n\0001\n1\n' d.csv:3
for key in technology labour_distribution preferences weights; do
    printf 'm\n1\n0\n1\n' >d.csv
    refused 2 d.csv:3 '"m"' '0 is not > 0' -- column.ini --set initial.density=uniform --set economy.$key=d.csv:m
done
rm d.csv
refused 2 d.csv 'No such file' -- column.ini
refused 2 density d.csv -- column.ini --set initial.density=d.csv
refused 2 density d.csv: -- column.ini --set initial.density=d.csv:

# Matrices and sectors.
cat >cost.ini <<'INI'
[grid]
kind = cost
file = c.csv
[initial]
density = uniform
[flow]
method = atoms
tau = 1
until = 1
INI
matrix() { # matrix LINES PART...
    printf "$1" >c.csv
    shift
    refused 2 c.csv "$@" -- cost.ini
}
matrix '0,1\n1,0\n1,1\n' '3 rows' square
matrix '0,1,2\n1,0,2\n' '2 rows' square
matrix ',a,b\na,0,1\nb,1,nan\n' c.csv:3 '"nan" is no cost' 'for every pair'
matrix ',a,b\na,0,1\nb,inf,0\n' c.csv:3 '"inf" is no cost' 'for every pair'
matrix ',a,b\na,0,1\nb,,0\n' c.csv:3 'an empty cell is no cost' 'for every pair'
matrix ',a,b\na,0,-1\nb,1,0\n' c.csv:2 'column 3' -1
matrix ',a,b\na,0,1\nc,1,0\n' c.csv:3 '"c"' '"b"'
matrix ',a,a\na,0,1\na,1,0\n' '"a"'
matrix ',a,b\na,0,1\n' square
printf ',a,b\na,0,1\nb,1,0\n' >c.csv
printf 'sector,m\na,1\na,2\n' >d.csv
refused 2 d.csv:3 sector a 'line 2' -- cost.ini --set initial.density=d.csv:m
printf 'sector,m\na,1\nc,2\n' >d.csv
refused 2 d.csv '"c"' -- cost.ini --set initial.density=d.csv:m
refused 2 file -- cost.ini --set grid.file=
refused 2 paper -- cost.ini --set initial.density=paper
refused 2 sigma_cells matrix -- cost.ini --set flow.method=entropic --set flow.sigma_cells=1
refused 2 coefficients panel -- cost.ini --set grid.distance=coefficients

# The panel.
sed "s|austria/|$data/austria/|" "$data/austria.ini" >panel.ini
panel=$data/austria/austria_sector_panel.csv
panel_as() { # panel_as SED PART...: refused, with the panel edited
    sed "$1" "$panel" >p.csv
    shift
    refused 2 p.csv "$@" -- panel.ini --set panel.file=p.csv
}
panel_as '20{p}' p.csv:21 sector 2010 'line 20'
panel_as '20s/^2010,\([^,]*\),/2010,B,/' sector B 2010
panel_as '9s/,[^,]*$/,nan/; 9s/^2010/x/' p.csv:9 year
panel_as 's/,net_fixed_assets,/,nfa,/' net_fixed_assets capital
panel_as '/^2024/d' 'no sector is left' 62 A01
sed '/^from/d' panel.ini >no_from.ini
refused 2 no_from.ini from missing -- no_from.ini
refused 2 'no row' 1999 from -- panel.ini --set panel.from=1999 --set panel.leave_out=
refused 2 leave_out Q99 -- panel.ini '--set=panel.leave_out=Q99'
refused 2 io.csv -- panel.ini --set grid.file=io.csv
sed '1s/,C19,/,C99,/' "$data/austria/austria_io_2010.csv" >io.csv
refused 2 io.csv C19 -- panel.ini --set grid.file=io.csv
sed '7s/,[^,]*$/,/' "$data/austria/austria_io_2010.csv" >io.csv
refused 2 io.csv:7 -- panel.ini --set grid.file=io.csv --set 'panel.leave_out=A01'
sed '10{p}' "$data/austria/austria_io_2010.csv" >io.csv
refused 2 io.csv:11 'line 10' -- panel.ini --set grid.file=io.csv
sed '4d' "$data/austria/austria_io_2010.csv" >io.csv
refused 2 io.csv '"A03"' 'no row' -- panel.ini --set grid.file=io.csv
sed '4s/^A03/ZZZ/' "$data/austria/austria_io_2010.csv" >io.csv
refused 2 io.csv:4 '"ZZZ"' -- panel.ini --set grid.file=io.csv

printf '%d refusals\n' "$cases"
finish

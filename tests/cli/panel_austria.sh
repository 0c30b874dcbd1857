#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko panel on Austria from end to end: published figures, an independent implementation's 595
# statistics, the certified steps, and files that are whole.
. "$(dirname "$0")/helpers.sh"

panel=$data/austria/austria_sector_panel.csv
expect 0 panel "$panel" --map "$data/austria-panel.ini" -o aut
silent
clean
expect 0 verify aut
same 'verify checks both steps' "$(grep -c '^1 steps recomputed' out)" 2
check 'sha256sum agrees' sh -c 'cd aut && sha256sum --status -c SHA256SUMS'

# The table of convergence that was published with the recipe: n, b, s.e., s.d. at both ends.
awk -F, '$4 == "logs" && $2 != "r_net" { printf "%s %s %d %.4f %.4f %.3f %.3f\n", $1, $2, $5, $8, $9, $14, $15 }' \
    aut/convergence.csv >table
cat >published <<'TABLE'
2010-2019 r_gross 52 -0.0136 0.0056 0.730 0.708
2010-2019 lp 53 -0.0007 0.0098 0.470 0.506
2018-2022 r_gross 53 -0.0373 0.0152 0.728 0.677
2018-2022 lp 53 -0.0092 0.0070 0.509 0.504
2010-2024 r_gross 51 -0.0131 0.0053 0.733 0.716
2010-2024 lp 53 -0.0077 0.0053 0.470 0.482
2018-2024 r_gross 52 -0.0247 0.0123 0.732 0.712
2018-2024 lp 53 -0.0215 0.0098 0.509 0.482
TABLE
check 'table R1' diff published table

# The structural equation of the same recipe.
awk -F, '/^year effects,/ { printf "%d %.3f %.3f %.3f %.3f\n", $2, $4, $5, $7, $8 }
    /^year and sector/ { printf "%.3f %.3f %.3f %.3f\n", $4, $5, $10, $8 }' aut/structure.csv >table
printf '790 0.743 0.086 0.048 0.147\n0.550 0.124 -0.050 0.038\n' >published
check 'R3' diff published table
check 'eta at beta 0.86' awk -F, '$1 == "the map" && $3 == "eta" { good = sprintf("%.3f", $4) == "-0.084" } END { exit !good }' aut/parameters.csv
check 'the measured labour share is not admissible, and has no sigma' \
    grep -q '^the measured labour share,0\.561[0-9]*,sigma,,,,,,,.*must be above rho1/(1 + rho2) = 0\.709' aut/parameters.csv

# The sums and quartiles that the data came with (data/austria/README.md and its source), but for two
# roundings: the assets of 2010 and 2013 end in .5, and the range of r_net of 2015 is 0.16545.
cat >published <<'TABLE'
2010 469454 3514650 545479 261465 138743 117888 54912 1036044 0.207 0.191
2011 480321 3578960 582353 274057 144260 124081 57035 1080873 0.240 0.248
2012 493151 3630200 601053 280929 150138 125125 59588 1120395 0.220 0.245
2013 492991 3656140 609696 285186 154360 124847 61604 1154506 0.178 0.227
2014 495605 3690640 616070 293340 158569 128752 63596 1185301 0.148 0.178
2015 497140 3731500 629853 303713 163498 133495 65318 1217228 0.165 0.168
2016 502642 3788640 641737 315783 169869 139854 67689 1254860 0.187 0.210
2017 517072 3859830 673853 326230 175824 144585 70117 1299363 0.193 0.181
2018 516470 3945370 711582 341213 184779 150967 73040 1354340 0.187 0.184
2019 533929 4000060 734450 352608 192533 154207 76783 1412069 0.204 0.212
2020 528406 3920820 698439 340395 191948 156018 79778 1482375 0.190 0.202
2021 624124 3993700 775778 362406 201285 166607 83753 1618319 0.199 0.179
2022 618345 4116330 917422 401240 217291 180642 91923 1760432 0.139 0.137
2023 637381 4162970 944433 424846 234696 184131 99138 1843922 0.156 0.125
2024 640262 4167650 938678 443407 252087 184199 103476 1901964 0.130 0.149
TABLE
awk -F, 'FILENAME ~ /dispersion/ && $1 ~ /^r_/ { iqr[$1, $3] = $9 }
    FILENAME ~ /sums/ && FNR > 1 { printf "%d %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.3f %.3f\n",
        $1, $11, $5, $10, $6, $9, $7, $8, sprintf("%.1f", $4) + 0, iqr["r_net", $1], iqr["r_gross", $1] }' \
    aut/dispersion.csv aut/sums.csv >table
check 'sums and quartiles' diff published table

# An independent implementation: evidence/statistics.py, whose values are stored beside it.
check 'agrees with numpy and statsmodels to 1e-9' awk -F, '
    FNR == 1 { for (c = 1; c <= NF; c++) name[FILENAME, c] = $c; next }
    { gsub(/"[^"]*"/, "quoted") }
    FILENAME ~ /statistics/ {
        n++; e = value[$1] / $2 - 1; e = e < 0 ? -e : e
        if (!(e <= 1e-9)) { print $1, value[$1], $2; bad = 1 }
        if (e > worst) worst = e; next
    }
    { file = FILENAME; sub(/.*\//, "", file); sub(/\.csv$/, "", file)
      key = file == "convergence" ? $1 "|" $2 "|" $4 : file == "structure" ? $1 : $1 "|" $3
      for (c = 1; c <= NF; c++) value[file "|" key "|" name[FILENAME, c]] = $c }
    END { printf "%d statistics, largest relative difference %.1e\n", n, worst; exit bad || n != 595 }' \
    aut/convergence.csv aut/structure.csv aut/dispersion.csv "$root/tests/cli/evidence/statistics.csv"

# The same afresh, where there is what it needs.
if python3 -c 'import numpy, statsmodels' 2>/dev/null; then
    check 'statistics.py' python3 "$root/tests/cli/evidence/statistics.py" "$panel" --check aut
fi

# Every row of the file is accounted for.
check 'rows' awk -F, '{ gsub(/"[^"]*"/, "q") } $1 ~ /^rows of/ { all = $2 } $1 ~ /^rows that/ { stay = $2 }
    $1 ~ /^(left out|q)/ && FNR > 3 && FNR < 7 { out += $2 } END { exit !(all == 930 && stay == 795 && out == 135) }' aut/dropped.csv
check 'who has no logarithm' grep -qF '"C30 2024, H51 2013, H51 2020, H51 2021, M72 2010"' aut/dropped.csv

# Calibrated weights: the model's profit rate w mu^(s-1) is the observed one times a constant.
check 'weights' awk -F, -v s="$(member aut/test economy.s)" '
    NR > 1 { n++; name[n] = $1; mu[n] = $2; w[n] = $3; r[n] = $4 }
    END { for (i = 1; i <= n; i++) { q = w[i] * (52 * mu[i]) ^ (s - 1) / r[i]; if (i == 1) first = q
              e = q / first - 1; if (!(e < 1e-12 && e > -1e-12)) { print name[i], e; bad = 1 } sum += w[i] / 52 }
          e = sum - 1; exit bad || n != 52 || !(e < 1e-12 && e > -1e-12) }' aut/test.csv

# The step of train by another way: jko flow reads the panel itself for data/austria.ini.
expect 0 flow "$data/austria.ini" -o flow --tau "$(sed -n 's/^tau = //p' aut/train.ini)"
check 'jko flow comes to the same state' awk -F, '
    { gsub(/"[^"]*"/, "q") } FILENAME ~ /flow/ { m[$1] = $3 } FILENAME ~ /train/ && FNR > 1 {
        n++; e = $3 - m[$1]; if (!(e < 1e-10 && e > -1e-10)) { print $1, $3, m[$1]; bad = 1 } }
    END { exit bad || n != 52 }' flow/trajectory.csv aut/train/trajectory.csv

# tau is the best on train; nothing of test has a part in it.
check 'tau' awk -F, '$3 == "chosen" { tau = $1; w = $2 } NR > 2 && (least == "" || $2 < least) { least = $2 }
    END { exit !(w == least && tau > 0) }' aut/tau.csv
check 'tau of the steps' sh -c 'grep -q "^tau = $(sed -n "s/,[^,]*,chosen\$//p" aut/tau.csv | cut -c 1-12)" aut/test.ini'
check 'the first finding is the one against no change' \
    sh -c 'sed -n "s/.*<ul class=\"find\">//; /<li class/{p;q}" aut/report.html | grep -q "Forecast of 2017"'
check 'losing is said first' awk -F, '
    $1 == "2017-2024" && $3 ~ /^theory/ { theory = $10 }
    $1 == "2017-2024" && $3 == "no change" { lost = theory > $10 }
    END { exit !lost }' aut/forecast.csv
check 'in these words' sh -c 'grep -m 1 "<li class" aut/report.html | grep -q "loses to no change"'
same 'p-values' "$(awk -F, 'NR > 1 { n++; if ($6 > 0 && $6 <= 1) good++ } END { print n, good }' aut/permutation-test.csv)" '3 3'
same 'permutations' "$(grep -c '^permuted' aut/permutations.csv)" 200
check 'p of W2 recounted' awk -F, '
    FILENAME ~ /permutations/ && $1 == "true" { own = $4 }
    FILENAME ~ /permutations/ && $1 == "permuted" { n++; as_good += $4 <= own }
    FILENAME ~ /test/ && $1 ~ /^W2/ { p = $6 }
    END { e = p - (as_good + 1) / (n + 1); exit !(n == 200 && e < 1e-12 && e > -1e-12) }' aut/permutations.csv aut/permutation-test.csv

# The report needs nothing from outside and links to files that are there.
check 'no address outside' sh -c '! grep -oE "(src|href)=\"[a-z]+:[^\"]*\"" aut/report.html | grep -v "href=\"data:,\""'
check 'no script' sh -c '! grep -qi "<script" aut/report.html'
grep -oE 'href="[^"#:]*"' aut/report.html | sed 's/href="//; s/"$//' | sort -u >links
check 'links lead somewhere' sh -c 'while read -r link; do test -f "aut/$link" || { echo "$link"; exit 1; }; done <links'
check 'many links' test "$(wc -l <links)" -ge 20

# With fewer draws, by one thread and by three: the same bytes, the second in place of the first.
sed 's/^permutations.*/permutations = 19/; s/^bootstrap.*/bootstrap = 99/; s/^power.*/power = 50/
     s/^dead_zone.*/dead_zone = 99/; s|^file = .*|file = '"$data"'/austria/austria_io_2010.csv|' \
    "$data/austria-panel.ini" >few.ini
expect 0 panel "$panel" --map few.ini -o few --threads 1
cp -r few first
expect 0 panel "$panel" --map few.ini -o few --threads 3
for name in report.html evidence.json permutations.csv forecast.csv deadzone.csv test/states.npy; do
    check "$name has the same bytes with 3 threads" cmp -s "first/$name" "few/$name"
done

# Spoilt results are seen: by checksums, and where these are put right again, by recomputing.
spoil() { # spoil PART COMMAND...: on a copy of few in bad; verify names PART
    part=$1
    shift
    rm -rf bad
    cp -r few bad
    "$@"
    expect 1 verify bad
    checks=$((checks + 1))
    grep -q "$part" err || fail "not named: $part: $(cat err)"
}
alter_all() { # a mass of the step of test, all checksums right
    "$alter" npy bad/test/states.npy 105 1.001
    seal bad/test
    seal bad
}
spoil 'bad/test/log.txt' sh -c 'printf x >>bad/test/log.txt'
spoil 'bad/forecast.csv' sh -c 'sed -i s/0/1/ bad/forecast.csv'
spoil 'bad/tau.csv' rm bad/tau.csv
spoil 'lists more files' sh -c 'tail -n 1 bad/SHA256SUMS >>bad/SHA256SUMS'
spoil 'bad/report.html' sh -c 'printf x >>bad/report.html; cd bad; names=$(cut -c 67- SHA256SUMS); sha256sum $names >SHA256SUMS'
spoil 'step 1' alter_all
echo mine >first/test/notes
expect 2 panel "$panel" --map few.ini -o first
says test
rm first/test/notes
echo mine >first/notes
expect 2 panel "$panel" --map few.ini -o first
says notes
check 'kept' test -f first/notes
finish

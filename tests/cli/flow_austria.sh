#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The Austrian scenario from end to end: who stays, the distances, the bounds, and the table beside
# figures that awk takes from the panel itself.
. "$(dirname "$0")/helpers.sh"

panel=$data/austria/austria_sector_panel.csv
expect 0 flow "$data/austria.ini" -o aut
silent
clean
files='SHA256SUMS cost.npy forecast.csv log.txt run.json states.npy steps.csv trajectory.csv'
command -v gnuplot >/dev/null &&
    files='SHA256SUMS cost.npy figure.svg forecast.csv log.txt run.json states.npy steps.csv trajectory.csv'
same 'files' "$(echo $(ls -A aut))" "$files"
check 'sha256sum agrees' sh -c 'cd aut && sha256sum --status -c SHA256SUMS'
same 'bytes of cost.npy' "$(wc -c <aut/cost.npy)" $((128 + 52 * 52 * 8))
same 'bytes of states.npy' "$(wc -c <aut/states.npy)" $((128 + 10 * 2 * 52 * 8))
same 'headings of trajectory.csv' \
    "$(head -n 1 aut/trajectory.csv | sed 's/t=4\.15[0-9]*/t=FIT/')" \
    'sector,t=0,t=0.05,t=0.1,t=0.2,t=0.5,t=1,t=2,t=FIT,t=5,t=20'
same 'sectors' "$(tail -n +2 aut/trajectory.csv | wc -l)" 52
same 'status' "$(member aut status)" converged
same 'method' "$(member aut flow.method)" atoms
same 'inputs' "$(echo $(for k in 0 1 2; do member aut inputs.$k.file; done))" \
    'austria.ini austria/austria_sector_panel.csv austria/austria_io_2010.csv'
for k in 0 1 2; do
    same "checksum of input $k" "$(member aut inputs.$k.sha256)" \
        "$(sha256sum <"$data/$(member aut inputs.$k.file)" | cut -c -64)"
done
expect 0 verify aut
check 'verify counts the steps' grep -q '^9 steps recomputed' out

# Again, with two threads: the same bytes.
cp -r aut first
expect 0 flow "$data/austria.ini" -o aut --threads 2
for name in $files; do
    case $name in
    run.json | SHA256SUMS) ;;
    *) check "$name has the same bytes with 2 threads" cmp -s "first/$name" "aut/$name" ;;
    esac
done

# Each gap, and the bits of the locked row.
check 'each gap is at most max(1e-9 of the energy released, 1e-12)' awk -F, '
    NR > 2 { n++; most = 1e-9 * $10; if (most < 1e-12) most = 1e-12
             if (!($9 >= 0 && $9 <= most)) bad = 1; if ($9 > worst) worst = $9 }
    END { printf "largest gap %.2e of %d steps\n", worst, n; exit bad || n != 9 }' aut/steps.csv
same 'statuses' "$(echo $(cut -d, -f 13 aut/steps.csv | sort | uniq -c))" \
    '8 converged 1 initial 1 locked 1 status'
same 'the locked step' "$(awk -F, '$13 == "locked" { print $3 + 0 }' aut/steps.csv)" 0.05
tail -c +129 aut/states.npy | head -c 416 >before
tail -c +$((129 + 2 * 416)) aut/states.npy | head -c 416 >after
check 'the locked step keeps every bit' cmp before after
tail -c +$((129 + 4 * 416)) aut/states.npy | head -c 416 >moved
check 'the next step does not' sh -c '! cmp -s before moved'
check 'mass is kept to 1e-13' awk -F, '
    NR > 1 { d = $12 - 1; if (d < 0) d = -d; if (!(d <= 1e-13)) bad = 1 } END { exit bad || NR != 11 }' \
    aut/steps.csv

# Who left, and why.
for sector in A01 A02 A03 L O P Q86 Q87_Q88 S94; do
    check "the log says why $sector left" grep -qx "left out $sector: named in leave_out" aut/log.txt
done
check 'the log says why M72 left' \
    grep -q '^left out M72: gross_operating_surplus of 2010 is -[0-9.]*, which is not > 0$' aut/log.txt
check 'the log counts them' grep -q '^52 sectors stay, 10 left out\.$' aut/log.txt
same 'nobody else left' "$(grep -c '^left out' aut/log.txt)" 10

# The initial state is the capital of 2010, the weights make profit rates proportional to the
# observed ones, both straight from the panel.
check 'shares of 2010' awk -F, '
    { gsub(/"[^"]*"/, "") }
    NR == FNR && $1 == 2010 { capital[$2] = $14 - $15 }
    NR != FNR && FNR > 1 { order[++n] = $1; share[n] = $2; total += capital[$1] }
    END {
        for (i = 1; i <= n; i++) {
            e = share[i] / (capital[order[i]] / total) - 1
            if (!(e < 1e-13 && e > -1e-13)) { print order[i], share[i]; bad = 1 }
        }
        exit bad || n != 52
    }' "$panel" aut/trajectory.csv
"$alter" json-list aut/run.json | sed -n 's/^economy\.weights\.//p' | while read -r i; do
    member aut "economy.weights.$i"
done >weights
check 'weights are calibrated' awk -F, -v s="$(member aut economy.s)" '
    { gsub(/"[^"]*"/, "") }
    FILENAME ~ /panel/ && $1 == 2010 { rate[$2] = $12 / ($14 - $15) }
    FILENAME ~ /trajectory/ && FNR > 1 { name[++n] = $1; mu[n] = $2 * 52 }
    FILENAME ~ /weights/ { k++; q = $1 * mu[k] ^ (s - 1) / rate[name[k]]; if (k == 1) first = q
        e = q / first - 1; if (!(e < 1e-12 && e > -1e-12)) { print name[k], e; bad = 1 } sum += $1 / 52 }
    END { e = sum - 1; exit bad || k != 52 || !(e < 1e-12 && e > -1e-12) }' \
    "$panel" aut/trajectory.csv weights

# cost.npy: squared Euclidean distances between columns of technical coefficients of 2010.
od -An -v -t f8 -w8 -j 128 aut/cost.npy >cost
check 'distances' awk -F, '
    { gsub(/"[^"]*"/, "") }
    FILENAME ~ /panel/ && $1 == 2010 { output[$2] = $8 }
    FILENAME ~ /austria_io/ && FNR == 1 { for (c = 2; c <= NF; c++) at[$c] = c; next }
    FILENAME ~ /austria_io/ { rows++; for (c = 2; c <= NF; c++) use[rows, c] = $c }
    FILENAME ~ /trajectory/ && FNR > 1 { name[n++] = $1 }
    FILENAME == "cost" {
        i = int((FNR - 1) / n); j = (FNR - 1) % n; d = 0
        for (r = 1; r <= rows; r++) {
            x = use[r, at[name[i]]] / output[name[i]] - use[r, at[name[j]]] / output[name[j]]; d += x * x
        }
        e = $1 - d; if (!(e < 1e-14 && e > -1e-14)) { print name[i], name[j], $1, d; bad = 1 } seen++
    }
    END { exit bad || seen != 2704 || rows != 62 }' \
    "$panel" "$data/austria/austria_io_2010.csv" aut/trajectory.csv cost

# The table is complete, and its counts and L1 are those of the states and the panel.
same 'rows of the table' "$(echo $(cut -d, -f 1,3 aut/forecast.csv | sed 's/4\.15[0-9]*/FIT/'))" \
    'forecast,tau no change,nan step,0.050000000000000003 step,0.10000000000000001 step,0.20000000000000001 step,0.5 step,1 step,2 fit,FIT step,5 step,20 sign of profit gap,nan'
check 'no cell is empty that should not be' awk -F, '
    NR > 1 { for (c = 5; c <= 13; c++) if ($c == "" || ($c == "nan" && $5 > 0 && $1 != "sign of profit gap")) bad = 1
             if ($2 > 0 && $4 == "") bad = 1 }
    END { exit bad || NR != 12 }' aut/forecast.csv
check 'movers, signs and L1' awk -F, '
    function sign(x) { return x > 0 ? 1 : x < 0 ? -1 : 0 }
    { gsub(/"[^"]*"/, "") }
    FILENAME ~ /panel/ && $1 == 2024 { capital[$2] = $14 - $15 }
    FILENAME ~ /panel/ && $1 == 2010 { old[$2] = $14 - $15; rate[$2] = $12 / ($14 - $15) }
    FILENAME ~ /trajectory/ && FNR > 1 { name[++n] = $1; total += capital[$1]; was += old[$1]; surplus += rate[$1] * old[$1]
                                         for (c = 2; c <= NF; c++) state[n, c - 2] = $c }
    FILENAME ~ /forecast/ && FNR > 1 {
        movers = agree = all = l1 = 0
        for (i = 1; i <= n; i++) {
            seen = capital[name[i]] / total - state[i, 0]
            said = $1 ~ /^sign/ ? rate[name[i]] - surplus / was : state[i, $2] - state[i, 0]
            movers += said != 0; agree += said != 0 && sign(said) == sign(seen); all += sign(said) == sign(seen)
            d = capital[name[i]] / total - state[i, $2]; l1 += d < 0 ? -d : d
        }
        if ($5 != movers || $6 != agree || $8 != all) { print $1, $2, movers, agree, all; bad = 1 }
        e = $13 - l1; if ($1 !~ /^sign/ && !(e < 1e-12 && e > -1e-12)) { print $1, $2, l1; bad = 1 }
        rows++
    }
    END { exit bad || rows != 11 }' "$panel" aut/trajectory.csv aut/forecast.csv
check 'at the fit, W2 moved is W2 observed' awk -F, '
    $1 == "no change" { observed = $12 }
    $1 == "fit" { e = $11 / observed - 1; good = e < 1e-9 && e > -1e-9; printf "fit: tau %.4f, %d of 52 move, %.3f agree, rank %.3f, W2 %.4f against %.4f\n", $3, $5, $7, $10, $12, observed }
    END { exit !good }' aut/forecast.csv
check 'the log says who wins' awk -F, '
    NR == FNR && $1 == "no change" { w2 = $12; l1 = $13 }
    NR == FNR && $1 == "fit" { a = $12 < w2 ? "beats" : "loses to"; b = $13 < l1 ? "beats" : "loses to" }
    NR != FNR && /^W2 to the observed/ && index($0, a " no change") { good++ }
    NR != FNR && /^L1 to the observed/ && index($0, b " no change") { good++ }
    END { exit good != 2 }' aut/forecast.csv aut/log.txt
finish

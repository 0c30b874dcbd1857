#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko flow with folders that cannot be written, full disks, and a run that is killed or stopped: the
# folder appears whole or not at all, and what was there before stays until then.
. "$(dirname "$0")/helpers.sh"

sed 's/^cells = .*/cells = 30/; s/^until = .*/until = 0.2/; /^save/d' "$data/entropic.ini" >small.ini
expect 0 flow small.ini -o old
cp -r old kept

# unchanged FOLDER: it is byte for byte what it was.
unchanged() {
    check "$1 is as it was" diff -r kept "$1"
}

# A parent that is a file, that is not there, or that takes no files; a target that is a file.
: >plain
expect 2 flow small.ini -o plain/run
says plain/run 'Not a directory'
expect 0 flow small.ini -o above/of/run
check 'folders above are made' test -f above/of/run/run.json
expect 2 flow small.ini --set flow.tau=0 -o fresh/run
check 'but not for a run that is refused' test ! -e fresh
expect 2 flow small.ini -o plain
says plain 'Not a directory'
same 'the file is still there' "$(wc -c <plain)" 0
if [ -d /proc/self ]; then
    expect 1 flow small.ini -o /proc/jko-run
    says /proc/jko-run 'can be written'
fi
for name in . .. / ''; do
    expect 2 flow small.ini -o "$name"
    says folder
done
mkdir locked
chmod a-w locked
if touch locked/probe 2>/dev/null; then
    rm -f locked/probe
    echo 'skipped: a folder without the right to write: this user may write anywhere'
else
    expect 1 flow small.ini -o locked/run
    says locked/run 'Permission denied'
fi
clean plain/run locked/run

# Names that a shell or gnuplot could take for something else.
for name in 'back`touch ran`quote' "single'quote" 'dollar$(touch ran)' 'double"quote' 'back\\slash' 'a b' \
    '%s%n' 'ü'; do
    expect 0 flow small.ini -o "$name/run"
    command -v gnuplot >/dev/null && check "figure in $name" test -s "$name/run/figure.svg"
    expect 0 verify "$name/run"
done
sed 's|austria/|./|; s/^tau = .*/tau = 5/' "$data/austria.ini" >names.ini
for file in austria_sector_panel austria_io_2010; do
    sed 's/\(^\|,\)J62_J63,/\1`touch ran` J62_J63,/' "$data/austria/$file.csv" >$file.csv
done
expect 0 flow names.ini -o names
check 'the name is in the result' grep -qF '`touch ran` J62' names/trajectory.csv
command -v gnuplot >/dev/null && check 'figure with odd names' grep -q '<text>.touch ran. J62' names/figure.svg
expect 0 verify names
check 'nothing ran' test ! -e ran
clean

# A disk that is full, whatever file it happens in: no file may grow past so many blocks.
sizes='0 1 2 4 8 16 32'
if ldd "$jko" 2>/dev/null | grep -q libomp; then
    # That runtime makes a file of its own of some 1,000 bytes, and kills the program where it cannot.
    sizes=${sizes#0 1 }
    echo 'skipped: so little that libomp does not survive it'
fi
for blocks in $sizes; do
    (
        trap '' XFSZ
        ulimit -f $blocks
        "$jko" flow "$data/entropic.ini" -o old >out 2>err
        echo $? >code
    ) 2>/dev/null
    case $(cat code 2>/dev/null) in
    1)
        full=$((${full:-0} + 1))
        says .jko- || cat err
        ;;
    esac
    unchanged old
    clean
    rm -f out err code
done
check 'the disk was full at least once' test "${full:-0}" -gt 0
if mkdir disk && mount -t tmpfs -o size=64k none disk 2>/dev/null; then
    trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
    expect 1 flow "$data/entropic.ini" -o disk/run
    says 'No space left'
    same 'the disk' "$(ls -A disk | grep -c .)" 0
    umount disk
else
    echo 'skipped: a small file system: it cannot be mounted here'
fi

# started PID FILE: wait until the table of steps in FILE has three rows.
started() {
    tries=0
    while [ "$(grep -c converged "$2")" -lt 3 ]; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ] || ! kill -0 "$1" 2>/dev/null; then
            fail "the long run did not start: $(cat "$2")"
            return 1
        fi
        sleep 0.05
    done
}

# long FOLDER [COMMAND...]: a run of very many steps, in the background; its id in pid.
long() {
    folder=$1
    shift
    : >table
    "$@" "$jko" flow "$data/entropic.ini" -o "$folder" --set grid.cells=50 --tau 0.001 \
        --set flow.until=30 --set 'flow.save=0 0.002 30' -v >printed 2>table &
    pid=$!
    started $pid table
}

# SIGKILL leaves the old folder, and nothing under the new name.
for folder in old new; do
    long $folder
    kill -KILL $pid
    wait $pid 2>/dev/null
    forget $pid
    unchanged old
    check 'there is no new folder' test ! -e new
    rm -rf .jko-*
done

# Ctrl-C: what there is gets written, with its status; the exit code is 1. A shell starts background
# commands with SIGINT ignored, which the program respects, so env sets it back.
if env --default-signal=INT true 2>/dev/null; then
    signals='INT TERM'
else
    signals=TERM
    echo 'skipped: SIGINT: env cannot set signals here'
fi
for signal in $signals; do
    if [ $signal = INT ]; then
        long stopped env --default-signal=INT
    else
        long stopped
    fi
    kill -$signal $pid
    wait $pid
    same "exit code after SIG$signal" $? 1
    same 'last line' "$(tail -n 1 table | sed 's/[0-9][0-9]*/N/')" \
        'jko: stopped before the end; stopped has the N steps taken so far'
    same 'status' "$(member stopped status)" cancelled
    steps=$(member stopped steps)
    check "there are steps: $steps" test "$steps" -ge 3 -a "$steps" -lt 30000
    same 'rows of steps.csv' "$(wc -l <stopped/steps.csv)" $((steps + 2))
    same 'bytes of states.npy' "$(wc -c <stopped/states.npy)" $((128 + (steps + 1) * 2 * 50 * 8))
    same 'columns' "$(head -n 1 stopped/trajectory.csv)" 'x,t=0,t=0.002'
    check 'the log says so' grep -q '^The run was stopped before its end' stopped/log.txt
    expect 0 verify stopped
    clean
    rm -rf stopped
done

# An earlier result stays when the run that would replace it is stopped.
cp -r kept stopped
long stopped
kill -TERM $pid
wait $pid
same 'exit code of a stopped run over an earlier result' $? 1
same 'last line' "$(tail -n 1 table | sed 's/[0-9][0-9]*/N/')" \
    'jko: stopped after N steps; stopped is as it was'
check 'the earlier result is as it was' diff -r kept stopped
clean
rm -rf stopped
if [ "$signals" != TERM ]; then
    long new
    kill -INT $pid
    sleep 0.2
    check 'an ignored SIGINT stays ignored' kill -TERM $pid
    wait $pid 2>/dev/null
    forget $pid
    rm -rf new
fi

# Stopped before the first step is done.
(
    sleep 0.3
    kill -TERM "$(cat pid)" 2>/dev/null
) &
sh -c 'echo $$ >pid; exec "$@"' sh "$jko" flow "$data/entropic.ini" -o early --set grid.cells=4000 \
    >out 2>err
same 'exit code of an early stop' $? 1
check 'no step, no folder' test ! -e early
clean
finish

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# jko flow on a grid so large that an iteration takes long: the first signal waits for its end.
. "$(dirname "$0")/helpers.sh"

# A second signal does not wait for the end of an iteration.
"$jko" flow "$data/entropic.ini" -o twice --set grid.cells=60000 --threads 1 >out 2>err &
pid=$!
sleep 0.5
kill -TERM $pid
sleep 0.2
kill -TERM $pid 2>/dev/null
sleep 0.5
check 'a second signal ends the program at once' sh -c "! kill -0 $pid 2>/dev/null"
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
forget $pid
check 'there is no folder' test ! -e twice
check 'but the hidden one that docs/formats.md names' test -d ".jko-$pid-0.tmp"
rm -rf .jko-*
finish

#!/usr/bin/env bash
# Fails on every #include "room/..." below agent/ROOM/ that layers.txt does not allow; names each place as file:line.
# Files directly below agent/ are composition roots: they may see every room.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A allowed
while IFS=: read -r room others; do
    [[ -z $room || $room == \#* ]] || allowed[$room]=" $room $others "
done < tests/layers.txt

bad=0
while IFS=: read -r file line text; do
    room=${file#agent/} && room=${room%%/*}
    other=${text#*\"} && other=${other%%/*}
    # Only rooms count: a name that is no folder of ours is a generated header.
    [[ -d agent/$other ]] || continue
    if [[ ${allowed[$room]-} != *" $other "* ]]; then
        echo "$file:$line: $room must not include $other (see tests/layers.txt)"
        bad=1
    fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*/' agent/*/ --include='*.h' --include='*.cpp')
exit "$bad"

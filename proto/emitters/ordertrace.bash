#!/usr/bin/env bash
# Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
# It never blocks, fails or prints; with no agent there the line goes nowhere. Starts no process.

# Puts $1 as a quoted value into $quoted.
ordertrace_quote() {
    quoted=${1//\\/\\\\}
    quoted=${quoted//\"/\\\"}
    quoted=${quoted//$'\n'/\\n}
    quoted=\"${quoted//$'\r'/\\r}\"
}

# ordertrace VERB ORDER [KEY=VALUE ...] [:NOTE ...]
ordertrace() {
    local LC_ALL=C quoted line  # C: lengths are in bytes
    ordertrace_quote "$2"
    line="ord1 $1 $quoted"
    shift 2
    while (($#)) && [[ $1 != :* ]]; do
        ordertrace_quote "${1#*=}"
        line+=" ${1%%=*}=$quoted"
        shift
    done
    line+=" $*"
    line=${line//$'\n'/ }  # one event stays one line
    # Bash writes more than 4,096 bytes in several datagrams. Cut at a blank: no half character at the end.
    if ((${#line} > 4000)); then line=${line:0:4000} line=${line% *}; fi
    # A socket a call: one that is kept answers the next call with the refusal of the last.
    { printf '%s' "$line" >"/dev/udp/127.0.0.1/${ORDERTRACE_PORT:-4747}"; } 2>/dev/null || true
}

# demo

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    slowest=0
    timed() {
        local begin=${EPOCHREALTIME/[.,]/}
        ordertrace "$@"
        local took=$((${EPOCHREALTIME/[.,]/} - begin))
        if ((took > slowest)); then slowest=$took; fi
    }
    printf -v long 'слово %.0s' {1..10000}
    timed start ЗК-77 step=calc_price id=op-7
    timed end ЗК-77 step=calc_price id=op-7 '_material=дуб "A" C:\new'
    timed span 10042 'step=push to crm' ms=250 try=3 of=3 res=fail $'err=said "no"\nC:\\temp' \
        $':on the way\nord1 status 10043 st=STOLEN'
    timed status ЗК-77 st=РАСПИЛ ':принято "как есть"'
    timed note ЗК-77 ":$long"
    printf 'slowest call: %d.%03d ms\n' $((slowest / 1000)) $((slowest % 1000))
fi

#!/bin/sh
# Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
# It never fails or prints; with no agent there the line goes nowhere. A POSIX shell cannot send by itself: this starts
# the `logger` of util-linux (Debian has it always), some milliseconds a call. The agent reads through syslog headers.

# ordertrace VERB ORDER [KEY=VALUE ...] [:NOTE ...]
ordertrace() (
    LC_ALL=C  # lengths are in bytes
    newline='
'
    replace() { # all $2 in $1 become $3; into $replaced
        rest=$1 replaced=
        while case $rest in *"$2"*) true ;; *) false ;; esac; do
            replaced=$replaced${rest%%"$2"*}$3
            rest=${rest#*"$2"}
        done
        replaced=$replaced$rest
    }
    quote() {
        replace "$1" "\\" "\\\\"
        replace "$replaced" '"' '\"'
        replace "$replaced" "$newline" '\n'
        quoted=\"$replaced\"
    }
    quote "$2"
    line="ord1 $1 $quoted"
    shift 2
    while [ $# -gt 0 ] && case $1 in :*) false ;; *) true ;; esac; do
        quote "${1#*=}"
        line="$line ${1%%=*}=$quoted"
        shift
    done
    line="$line $*"
    if [ ${#line} -gt 8192 ]; then
        line=$(printf '%.8192s' "$line")
        line=${line% *} # cut at a blank: no half character at the end
    fi
    replace "$line" "$newline" ' ' # one event stays one line
    logger --udp --server 127.0.0.1 --port "${ORDERTRACE_PORT:-4747}" --rfc3164 --size 9000 --tag ordertrace -- \
        "$replaced"
) >/dev/null 2>&1 || true

# demo

slowest=0
begin=$(date +%s%N)
clock=$(($(date +%s%N) - begin)) # what looking at the clock takes
timed() {
    begin=$(date +%s%N)
    ordertrace "$@"
    took=$(($(date +%s%N) - begin - clock))
    if [ "$took" -gt "$slowest" ]; then slowest=$took; fi
}
set -eu
long=слово
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13; do long="$long $long"; done
timed start ЗК-77 step=calc_price id=op-7
timed end ЗК-77 step=calc_price id=op-7 '_material=дуб "A" C:\new'
timed span 10042 'step=push to crm' ms=250 try=3 of=3 res=fail 'err=said "no"
C:\temp' ':on the way
ord1 status 10043 st=STOLEN'
timed status ЗК-77 st=РАСПИЛ ':принято "как есть"'
timed note ЗК-77 ":$long"
printf 'slowest call: %d.%03d ms\n' $((slowest / 1000000)) $((slowest / 1000 % 1000))

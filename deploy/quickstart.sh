#!/usr/bin/env bash
# Builds ordertrace, starts a collector and one agent for each of online-shop, crm and mes, plays five orders through
# real UDP, and shows where each order is. Needs Debian 12 and nothing else. Ends by Ctrl-C; with --once by itself.
# Everything runs on free loopback ports in a temporary folder, and is gone afterwards.
set -euo pipefail

usage="usage: deploy/quickstart.sh [--once]"
once=no
case ${1:-} in
    "") ;;
    --once) once=yes ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "$usage" >&2; exit 64 ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=$root/build/release
systems=(online-shop crm mes)
declare -A udp_port admin_port
pids=()
sent=0
work=

say() { printf '%s\n' "$*"; }
title() { if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
die() { printf 'quickstart: %s\n' "$*" >&2; exit 70; }

clean_up() {
    trap '' INT TERM
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    wait
    if [[ -n $work ]]; then rm -rf "$work"; fi
}
trap clean_up EXIT
trap 'exit 0' INT TERM

build() {
    local log=$root/build/quickstart.log
    "$root/deploy/packages.sh"
    mkdir -p "$root/build"
    say "Building into build/release (the first time takes some minutes) ..."
    cd "$root"
    cmake --preset release >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "cmake failed; see $log"; }
    local show=/dev/null
    if [[ -t 1 ]]; then show=/dev/tty; fi
    cmake --build --preset release --target ordertrace-agent ordertrace-board ordertrace 2>&1 | tee "$log" >"$show" ||
        { tail -n 20 "$log" >&2; die "the build failed; see $log"; }
}

# A loopback port below the range the kernel gives out by itself, in no protocol's use.
free_port() {
    local port
    while true; do
        port=$((20000 + RANDOM % 12000))
        if [[ " ${udp_port[*]:-} ${admin_port[*]:-} " != *" $port "* ]] &&
            ! cut -d: -f3 /proc/net/{udp,tcp}{,6} 2>/dev/null | grep -qi "^$(printf '%04X' "$port") "; then
            echo "$port"
            return
        fi
    done
}

# GET http://ADDRESS/PATH without curl: prints the body.
get() {
    local address=$1 path=$2 line
    exec {http}<>"/dev/tcp/${address%:*}/${address##*:}" || return 1
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$path" "$address" >&"$http"
    while IFS= read -r line <&"$http" && [[ $line != $'\r' ]]; do :; done
    cat <&"$http"
    exec {http}>&-
}

# Repeats a command until it succeeds; gives up after 30 seconds.
until_true() {
    local tries
    for ((tries = 0; tries < 300; ++tries)); do
        "$@" 2>/dev/null && return 0
        sleep 0.1
    done
    return 1
}

start_board() {
    "$bin/ordertrace-board" collect --listen 127.0.0.1:0 >"$work/board.out" 2>"$work/board.log" &
    pids+=($!)
    until_true grep -q '^listening on ' "$work/board.out" || { cat "$work/board.log" >&2; die "the collector did not start"; }
    board=$(sed -n 's/^listening on //p' "$work/board.out")
}

start_agent() {
    local system=$1 origin=false
    [[ $system == online-shop ]] && origin=true
    udp_port[$system]=$(free_port)
    admin_port[$system]=$(free_port)
    cat >"$work/$system.yaml" <<END
version: 1
system: $system
namespace: shop
order: {origin: $origin}
listen: [{udp: "127.0.0.1:${udp_port[$system]}"}]
steps: {marker_after: 1s}
journal: {directory: $work/$system}
export: [{name: board, url: ["http://$board/api/traces"]}]
admin: {listen: "127.0.0.1:${admin_port[$system]}"}
END
    mkdir "$work/$system"
    "$bin/ordertrace-agent" --config "$work/$system.yaml" >"$work/$system.log" 2>&1 &
    pids+=($!)
    until_true is_ready "$system" || { cat "$work/$system.log" >&2; die "the agent of $system did not start"; }
}

is_ready() { "$bin/ordertrace-agent" health --admin "http://127.0.0.1:${admin_port[$1]}" >/dev/null; }

# What a service does: one line to the agent beside it. The shop and the MES use the tool, ...
shop() { by_tool online-shop "$@"; }
mes() { by_tool mes "$@"; }
by_tool() {
    local system=$1
    shift
    "$bin/ordertrace" emit "$@" --to "127.0.0.1:${udp_port[$system]}"
    sent=$((sent + 1))
    sleep 0.02
}

# ... the CRM is happy with its shell.
crm() {
    printf 'ord1 %s\n' "$*" >"/dev/udp/127.0.0.1/${udp_port[crm]}"
    sent=$((sent + 1))
    sleep 0.02
}

# The parts of an order's life. $1 is the order.
created() {
    shop start "$1" step=checkout
    shop end "$1" step=checkout
    shop status "$1" st=CREATED
    shop sent "$1" to=crm via=q.orders msg="o-$1"
    crm "recv $1 from=online-shop via=q.orders msg=o-$1"
    shop sent "$1" to=mes via=q.models msg="m-$1"
    mes recv "$1" from=online-shop via=q.models msg="m-$1"
}
priced() {
    mes start "$1" step=calc_price
    sleep 0.15
    mes end "$1" step=calc_price
    mes status "$1" st=PRICE_CALCULATED
    mes sent "$1" to=crm via=q.price msg="p-$1"
}
price_known() { crm "recv $1 from=mes via=q.price msg=p-$1"; crm "status $1 st=PRICE_CALCULATED"; }
approved() {
    sleep 0.1
    crm "span $1 step=approve_manufacturing dur=80ms :approved by the customer"
    crm "status $1 st=MANUFACTURING_APPROVED"
    crm "sent $1 to=mes via=q.approved msg=a-$1"
}
started() {
    mes recv "$1" from=crm via=q.approved msg="a-$1"
    sleep 0.1
    mes span "$1" step=start_manufacturing dur=40ms
    mes status "$1" st=MANUFACTURING_STARTED
}
shipped() {
    local stage
    for stage in MANUFACTURING_COMPLETED PACKAGING SHIPPED; do
        sleep 0.1
        mes span "$1" "step=${stage,,}" dur=60ms
        mes status "$1" "st=$stage"
    done
}

play() {
    created 10042; priced 10042; price_known 10042; approved 10042; started 10042; shipped 10042
    created 10043; priced 10043
    created 10044; priced 10044; price_known 10044
    crm "start 10044 step=approve_manufacturing try=3"
    sleep 0.2
    crm "end 10044 step=approve_manufacturing try=3 of=3 res=timeout :the payment service did not answer"
    created 10045; priced 10045; price_known 10045; approved 10045
    created ЗК-77; priced ЗК-77; price_known ЗК-77; approved ЗК-77; started ЗК-77
    mes start ЗК-77 step=cut_panel id=op-7 try=3
    sleep 0.2
    mes end ЗК-77 step=cut_panel id=op-7 try=3 of=3 res=fail err="пильный станок остановлен"
}

# The sum over all agents of a metric whose name and labels begin with $1.
sum_of() {
    local system
    for system in "${systems[@]}"; do get "127.0.0.1:${admin_port[$system]}" /metrics; done |
        awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'
}
all_arrived() {
    [[ $(sum_of ordertrace_events_received_total) == "$sent" && $(sum_of 'ordertrace_spans_pending{') == 0 ]]
}

show() {
    local order=$1 path
    title "$2"
    path=$(printf '%s' "$order" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%')
    get "$board" "/orders/$path"
    say "→ $3"
}

show_all() {
    show 10042 "An order that went all its way" \
        "Every status from CREATED to SHIPPED is there, each from the system it belongs to."
    show 10043 "Lost on its way from the MES to the CRM" \
        "The MES sent the price by q.price; no 'received from mes' of the CRM follows: look at that queue."
    show 10044 "Lost in the CRM, before MANUFACTURING_APPROVED" \
        "The step approve_manufacturing failed in its last attempt; the note says why: look at the CRM."
    show 10045 "Lost on its way from the CRM to the MES" \
        "The CRM approved and sent it by q.approved; the MES has not received it: look at that queue."
    show ЗК-77 "Lost in the MES, in manufacturing" \
        "Manufacturing started, then the step cut_panel failed in its last attempt: look at the MES."
    title "Nothing was lost on the way to these tables"
    say "$sent events sent by UDP, $(sum_of ordertrace_events_received_total) received by the agents," \
        "$(sum_of ordertrace_datagrams_lost_in_kernel_total) lost," \
        "$(sum_of 'ordertrace_spans_delivered_total{') spans delivered to the collector."
}

stay() {
    title "Now you"
    say "The CRM's agent listens on UDP 127.0.0.1:${udp_port[crm]}. From any shell:"
    say "    echo 'ord1 end 10043 step=push_to_shop res=fail :my first event' > /dev/udp/127.0.0.1/${udp_port[crm]}"
    say "All orders: http://$board/orders   one order: http://$board/orders/10043"
    say "An agent's numbers: http://127.0.0.1:${admin_port[crm]}/status and /metrics; its configuration: $work/crm.yaml"
    say "Ctrl-C ends everything."
    wait -n "${pids[@]}" || true
    tail -n 5 "$work"/*.log >&2
    die "one of the programs ended by itself; above is what they said last"
}

build
work=$(mktemp -d)
start_board
for system in "${systems[@]}"; do start_agent "$system"; done
title "Running: a collector and an agent each for ${systems[*]}"
say "Playing five orders: each event is one line of text, sent by UDP to the agent beside the service ..."
play
until_true all_arrived || die "not every event arrived: $(sum_of ordertrace_events_received_total) of $sent"
show_all
if [[ $once == no ]]; then stay; fi

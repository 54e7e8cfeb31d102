#!/usr/bin/env bash
# Builds ordertrace, starts the order register and one agent for each of online-shop, crm and mes, plays five orders
# through real UDP (minutes of a real shop take seconds here), and shows where each order is and whose turn it is.
# Needs Debian 12 and nothing else. Ends by Ctrl-C; with --once by itself.
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

# As config/lifecycle.yaml, with seconds for its minutes and hours.
write_lifecycle() {
    cat >"$work/lifecycle.yaml" <<END
version: 1
namespace: shop
skew: 100ms
retry_within: 10s
systems: {online-shop: {}, crm: {}, mes: {}}
stages:
  CREATED:                 {set_by: online-shop, reaches: {crm: 3s, mes: 3s}, next: [PRICE_CALCULATED, CANCELLED], within: 1h}
  PRICE_CALCULATED:        {set_by: mes, reaches: {crm: 3s}, next: [MANUFACTURING_APPROVED, CANCELLED], within: 24h}
  MANUFACTURING_APPROVED:  {set_by: crm, reaches: {mes: 3s}, next: [MANUFACTURING_STARTED, CANCELLED], within: 8h}
  MANUFACTURING_STARTED:   {set_by: mes, reaches: {crm: 9s}, next: [MANUFACTURING_COMPLETED], within: 5d}
  MANUFACTURING_COMPLETED: {set_by: mes, reaches: {crm: 9s}, next: [PACKAGING], within: 1d}
  PACKAGING:               {set_by: mes, reaches: {crm: 9s}, next: [SHIPPED], within: 1d}
  SHIPPED:                 {set_by: mes, reaches: {crm: 9s, online-shop: 9s}, terminal: true}
  CANCELLED:               {terminal: true}
END
}

start_board() {
    write_lifecycle
    web=127.0.0.1:$(free_port)
    local intake
    intake=127.0.0.1:$(free_port)
    cat >"$work/board.yaml" <<END
version: 1
lifecycle: lifecycle.yaml
store: {sqlite: {file: orders.db, intake: "$intake"}}
web: {listen: "$web", jaeger_url: ""}
watch: {every: 1s, settle: 5s, emit_to: "127.0.0.1:${udp_port[online-shop]}"}
END
    "$bin/ordertrace-board" --config "$work/board.yaml" >"$work/board.log" 2>&1 &
    pids+=($!)
    until_true board_is_ready || { cat "$work/board.log" >&2; die "the board did not start"; }
    board=http://$web
    traces=http://$intake/api/traces
}

board_is_ready() { [[ $(get "$web" /readyz) == ready* ]]; }

start_agent() {
    local system=$1 origin=false
    [[ $system == online-shop ]] && origin=true
    cat >"$work/$system.yaml" <<END
version: 1
system: $system
namespace: shop
order: {origin: $origin}
listen: [{udp: "127.0.0.1:${udp_port[$system]}"}]
steps: {marker_after: 500ms, overdue_after: 2s}
journal: {directory: $work/$system}
export: [{name: board, url: ["$traces"]}]
admin: {listen: "127.0.0.1:${admin_port[$system]}"}
END
    mkdir "$work/$system"
    "$bin/ordertrace-agent" --config "$work/$system.yaml" >"$work/$system.log" 2>&1 &
    pids+=($!)
    until_true is_ready "$system" || { cat "$work/$system.log" >&2; die "the agent of $system did not start"; }
}

choose_ports() {
    local system
    for system in "${systems[@]}"; do
        udp_port[$system]=$(free_port)
        admin_port[$system]=$(free_port)
    done
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
    crm "status $1 st=CREATED"
    shop sent "$1" to=mes via=q.models msg="m-$1"
    mes recv "$1" from=online-shop via=q.models msg="m-$1"
    mes status "$1" st=CREATED
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
}
approval_known() {
    crm "sent $1 to=mes via=q.approved msg=a-$1"
    mes recv "$1" from=crm via=q.approved msg="a-$1"
    mes status "$1" st=MANUFACTURING_APPROVED
}
made() {
    sleep 0.1
    mes span "$1" "step=${2,,}" dur=60ms
    mes status "$1" "st=$2"
    mes sent "$1" to=crm via=q.progress msg="$2-$1"
    crm "recv $1 from=mes via=q.progress msg=$2-$1"
    crm "status $1 st=$2"
}

play() {
    local stage
    created 10042; priced 10042; price_known 10042; approved 10042; approval_known 10042
    for stage in MANUFACTURING_STARTED MANUFACTURING_COMPLETED PACKAGING SHIPPED; do made 10042 "$stage"; done
    shop status 10042 st=SHIPPED
    created 10043; priced 10043
    created 10044; priced 10044; price_known 10044
    crm "start 10044 step=approve_manufacturing try=3"
    sleep 0.2
    crm "end 10044 step=approve_manufacturing try=3 of=3 res=timeout :the payment service did not answer"
    created 10045; priced 10045; price_known 10045; approved 10045
    created ЗК-77; priced ЗК-77; price_known ЗК-77; approved ЗК-77; approval_known ЗК-77
    made ЗК-77 MANUFACTURING_STARTED
    mes start ЗК-77 step=cut_panel id=op-7
}

# The sum over all agents of a metric whose name and labels begin with $1.
sum_of() {
    local system
    for system in "${systems[@]}"; do get "127.0.0.1:${admin_port[$system]}" /metrics; done |
        awk -v name="$1" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'
}
all_arrived() {
    # The register's own marks come on top.
    (($(sum_of ordertrace_events_received_total) >= sent)) && [[ $(sum_of 'ordertrace_spans_pending{') == 0 ]]
}

# Whether the register has come to this verdict, and whether a limit has passed.
verdict_is() {
    local answer
    answer=$(get "$web" "/api/orders/$1")
    [[ $answer == *"\"verdict\":\"$2\""* && $answer == *"\"overdue\":$3"* ]]
}

show() {
    local order=$1 verdict=$2 overdue=$3 path
    path=$(printf '%s' "$order" | od -An -v -tx1 | tr -d '\n' | tr ' ' '%')
    until_true verdict_is "$path" "$verdict" "$overdue" ||
        die "order $order: the verdict should be $verdict: $(get "$web" "/api/orders/$path")"
    title "$4"
    "$bin/ordertrace" where "$order" --board "$board" || [[ $? == 1 ]]  # 1: it is stuck
}

# The list is made anew by each cycle of the watcher; an order's own verdict whenever it is asked for.
lists_stuck() { (($(get "$web" /api/stuck | grep -o '"order":"' | wc -l) == $1)); }

show_all() {
    say "A step or a message is late after three seconds here; waiting for that ..."
    show 10042 finished false "An order that went all its way"
    show 10043 in_transit true "Lost on its way from the MES to the CRM: the price"
    show 10044 failed true "Lost in the CRM, before MANUFACTURING_APPROVED"
    show 10045 not_sent true "Lost between the CRM and the MES: the approval"
    show ЗК-77 running true "Lost in the MES, in manufacturing"
    until_true lists_stuck 4 || die "four orders should be listed as stuck: $(get "$web" /api/stuck)"
    title "What is stuck, the worst first"
    "$bin/ordertrace" stuck --board "$board" || [[ $? == 1 ]]
    title "Nothing was lost on the way to these answers"
    say "$sent events sent by UDP, $(sum_of ordertrace_events_received_total) received by the agents," \
        "$(sum_of ordertrace_datagrams_lost_in_kernel_total) lost," \
        "$(sum_of 'ordertrace_spans_delivered_total{') spans delivered to the register."
    title "The board"
    say "$board/"
}

stay() {
    title "Now you"
    say "The CRM's agent listens on UDP 127.0.0.1:${udp_port[crm]}. The CRM takes the lost price, from any shell:"
    say "    echo 'ord1 status 10043 st=PRICE_CALCULATED' > /dev/udp/127.0.0.1/${udp_port[crm]}"
    say "and a second later $board/orders/10043 is on time again. Ask from a shell:"
    say "    $bin/ordertrace where 10043 --board $board"
    say "An agent's numbers: http://127.0.0.1:${admin_port[crm]}/status and /metrics; its configuration: $work/crm.yaml"
    say "Ctrl-C ends everything."
    wait -n "${pids[@]}" || true
    tail -n 5 "$work"/*.log >&2
    die "one of the programs ended by itself; above is what they said last"
}

build
work=$(mktemp -d)
choose_ports
start_board
for system in "${systems[@]}"; do start_agent "$system"; done
title "Running: the order register and an agent each for ${systems[*]}"
say "Playing five orders: each event is one line of text, sent by UDP to the agent beside the service ..."
play
until_true all_arrived || die "not every event arrived: $(sum_of ordertrace_events_received_total) of $sent"
show_all
if [[ $once == no ]]; then stay; fi

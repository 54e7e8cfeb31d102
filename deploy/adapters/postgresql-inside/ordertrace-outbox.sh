#!/usr/bin/env bash
# Gives the rows of ordertrace.outbox to an agent, and removes them only when it has them.
#
#   ordertrace-outbox.sh http://127.0.0.1:4749
#
# Which database: libpq's PGHOST, PGPORT, PGDATABASE, PGUSER; the password stands in PGPASSFILE, never in an argument.
# Runs until SIGTERM. What it was doing then is rolled back and comes again with the same bytes.
set -euo pipefail

say() { echo "ordertrace-outbox: $*" >&2; }

# Between two attempts after something failed: 2 to 5 s.
pause() { sleep "$((2 + RANDOM % 3)).$((RANDOM % 1000))"; }

# Posts the lines of this turn; prints what is to be done with their rows: `remove` them, `keep` them, or try `fewer` at
# once. Lines that the agent refuses would be refused for ever: they are said and removed.
post() {
    local folder=$ORDERTRACE_OUTBOX_FOLDER status
    status=$(curl --silent --max-time 10 --data-binary "@$folder/lines" --output "$folder/answer" \
        --write-out '%{http_code}' "$ORDERTRACE_OUTBOX_AGENT/v1/events") || status=0
    if [[ $status == 400 && $(head -c 5 "$folder/answer") == "line " ]]; then
        say "refused: $(head -c 4096 "$folder/answer" | tr '\n' ' ')"
        status=204
    fi
    if [[ $status == 413 ]]; then
        [[ $(wc -l < "$folder/lines") == 1 ]] || { echo fewer && return; }
        say "refused as too large (413): $(head -c 200 "$folder/lines" | tr -d '[:cntrl:]')"
        status=204
    fi
    [[ $status == 204 ]] && echo remove && return
    [[ $status == 0 ]] && status="nothing"
    say "$ORDERTRACE_OUTBOX_AGENT answers $status; the rows stay in the outbox"
    echo keep
}

# One look into the outbox, as psql reads it.
turn() {
    cat << 'END'
begin;
select * from ordertrace.take(:most) \g :lines
select :ROW_COUNT > 0 as some, greatest(:ROW_COUNT / 2, 1) as half \gset
\if :some
    \set rows `"$ORDERTRACE_OUTBOX" --post`
    select :'rows' = 'remove' as remove, :'rows' = 'fewer' as fewer \gset
    \if :remove
        commit;
        \set most 500
    \elif :fewer
        rollback;
        \set most :half
    \else
        rollback;
        \! "$ORDERTRACE_OUTBOX" --pause
    \endif
\else
    rollback;
\endif
END
}

# A turn every half second, for as long as psql reads them.
turns() {
    while turn 2> /dev/null; do sleep 0.5; done
}

case ${1:-} in
    --post) post && exit ;;
    --pause) pause && exit ;;
    http://?* | https://?*) ;;
    *)
        echo "usage: ordertrace-outbox.sh http://HOST:PORT (of an agent with \`listen: - http:\`)" >&2
        exit 64
        ;;
esac

ORDERTRACE_OUTBOX=$(realpath "$0")
ORDERTRACE_OUTBOX_AGENT=${1%/}
ORDERTRACE_OUTBOX_FOLDER=$(mktemp -d)
export ORDERTRACE_OUTBOX ORDERTRACE_OUTBOX_AGENT ORDERTRACE_OUTBOX_FOLDER
child=
finish() {
    [[ -z $child ]] || kill "$child" 2> /dev/null || true
    rm -rf "$ORDERTRACE_OUTBOX_FOLDER"
}
trap finish EXIT
trap 'exit 0' TERM INT

while :; do
    # The connection's own time-outs: a database that is cut off is noticed within a minute.
    psql "connect_timeout=10 keepalives_idle=20 keepalives_interval=10 keepalives_count=3 tcp_user_timeout=60000" \
        --no-psqlrc --no-password --quiet --no-align --tuples-only --variable=ON_ERROR_STOP=1 \
        --variable=most=500 --variable="lines=$ORDERTRACE_OUTBOX_FOLDER/lines" < <(turns) &
    child=$!
    wait "$child" || true
    say "the connection to the database ended; trying again"
    pause &
    child=$!
    wait "$child"
done

#!/usr/bin/env bash
# Writes what a replication slot tells to the end of a file, synced before the server may forget it.
# receive.sh FILE; the connection is that of libpq's variables (PGHOST, PGDATABASE, PGUSER, PGPASSFILE, …).
# SIGINT ends it orderly, SIGHUP makes it open the file anew (logrotate).
set -euo pipefail

file=${1:?usage: receive.sh FILE}
: "${PGDATABASE:?name the database in PGDATABASE}"
slot=${ORDERTRACE_SLOT:-ordertrace}
tables=${ORDERTRACE_TABLES:-shop.orders}
program=${PG_RECVLOGICAL:-pg_recvlogical}
if ! command -v "$program" >/dev/null; then
    echo "receive.sh: there is no $program: install postgresql-client" >&2
    exit 69
fi

umask 077
# The time zone is that of the map; BEGIN and COMMIT stay in: the first line after a crash is never one with a row.
export PGOPTIONS="${PGOPTIONS:-} -c timezone=UTC"
exec "$program" --dbname "$PGDATABASE" --slot "$slot" --start --file "$file" --fsync-interval 1 --status-interval 5 \
    --option format-version=2 --option include-timestamp=true --option "add-tables=$tables"

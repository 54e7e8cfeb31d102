#!/usr/bin/env bash
# Prints the SQL that makes ClickHouse's users and what they may do, and nothing more than they need:
#   jaeger    writes and reads Jaeger's tables, and makes them at its first start
#   board     reads the register's own tables; that is the `username` in board.yaml
#   migrate   makes, fills and removes them: the `username` in the configuration given to `ordertrace-board migrate`
# Takes a folder with the passwords, one line each: jaeger, board, migrate. Only their hashes are printed.
# The second argument says from where they may come, in ClickHouse's words; default: HOST LOCAL, this host alone.
#   deploy/jaeger/clickhouse-users.sh /etc/ordertrace/clickhouse | clickhouse-client --multiquery
set -euo pipefail

if (($# < 1 || $# > 2)); then
    echo "usage: clickhouse-users.sh DIRECTORY [\"HOST IP '10.0.0.0/8'\"]" >&2
    exit 64
fi
directory=$1
host=${2:-HOST LOCAL}
tables=(order_fact order_change order_alias agent_beat system_heard register_version)
views=(order_fact_mv agent_beat_mv order_change_mv order_alias_mv system_heard_mv)

# Of the file's first line, without its end.
hash_of() {
    local password=
    IFS= read -r password <"$directory/$1" || true
    if ((${#password} < 16)); then
        echo "clickhouse-users.sh: $directory/$1: a password of at least 16 characters is needed;" \
            "openssl rand -hex 24 makes one" >&2
        return 78
    fi
    printf '%s' "$password" | sha256sum | cut -d ' ' -f 1
}

user() {
    local hash
    hash=$(hash_of "$1")
    echo "CREATE USER IF NOT EXISTS $1;"
    echo "ALTER USER $1 IDENTIFIED WITH sha256_hash BY '$hash' $host${2:+ SETTINGS $2};"
}

user jaeger
for database in jaeger jaeger_archive; do
    echo "GRANT SELECT, INSERT, CREATE TABLE, CREATE VIEW ON $database.* TO jaeger;"
done

# It may set what it asks for (readonly = 2: the board does, max_execution_time), but no more than MAX. A minute is the
# most that store.clickhouse.timeout takes; a register of a thousand million facts needs more rows.
limits="readonly = 2, max_execution_time = 60 MAX 60, max_rows_to_read = 1000000000 MAX 1000000000"
limits+=", max_memory_usage = 2000000000 MAX 2000000000, max_concurrent_queries_for_user = 20 MAX 20"
user board "$limits"
for table in "${tables[@]}"; do
    echo "GRANT SELECT ON jaeger.$table TO board;"
done

# The views run with the rights of who made them: this user must stay.
user migrate
echo "GRANT SELECT ON jaeger.spans TO migrate;"
for table in "${tables[@]}"; do
    echo "GRANT SELECT, INSERT, CREATE TABLE, DROP TABLE ON jaeger.$table TO migrate;"
done
for view in "${views[@]}"; do
    echo "GRANT CREATE VIEW, DROP VIEW ON jaeger.$view TO migrate;"
done

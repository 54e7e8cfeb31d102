# Sourced by the image's entry point at the first start, which has the client as an array: makes ClickHouse's users.
# shellcheck shell=bash disable=SC2154
bash /usr/local/lib/ordertrace/clickhouse-users.sh /run/secrets/clickhouse | "${clickhouseclient[@]}"

#!/bin/sh
# The machine of the sample: works for a moment, then writes what it has reached into the MES's database.
# usage: machine.sh ORDER STATUS; the database by PGHOST and its like
set -eu
sleep 0.02
psql -qX -v ON_ERROR_STOP=1 -v id="$1" -v status="$2" <<'SQL'
BEGIN;
UPDATE orders SET status = :'status' WHERE id = :'id';
INSERT INTO to_crm (order_id, status) VALUES (:'id', :'status');
COMMIT;
SQL

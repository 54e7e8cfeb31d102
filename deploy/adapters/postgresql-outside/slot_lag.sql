-- How far the slot is behind, in bytes, and whether the server still holds what it needs: reserved, extended,
-- unreserved (it is about to lose) or lost. Any role with pg_monitor may ask.
select slot_name,
       active,
       wal_status,
       pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint as behind_bytes,
       safe_wal_size as left_bytes
from pg_replication_slots
where slot_name = 'ordertrace';

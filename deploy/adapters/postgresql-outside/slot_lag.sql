-- One row for each slot that there should be, whether it is there or not: its state (README.md says what to do about
-- it), how far it is behind, and how much more the server may write before the slot loses. Any role with pg_monitor may
-- ask.
select expected.slot_name,
       case when slot.slot_name is null then 'missing'
            when slot.wal_status in ('lost', 'unreserved') then slot.wal_status
            when not slot.active then 'inactive'
            when behind.bytes > least(1e9, keep.bytes / 4) then 'behind'
            else 'ok' end as state,
       behind.bytes as behind_bytes,
       slot.safe_wal_size as left_bytes
from (values ('ordertrace')) as expected (slot_name)
left join pg_replication_slots as slot on slot.slot_name = expected.slot_name
cross join (select nullif(pg_size_bytes(current_setting('max_slot_wal_keep_size')), -1) as bytes) as keep
cross join lateral
    (select pg_wal_lsn_diff(pg_current_wal_lsn(), slot.confirmed_flush_lsn)::bigint as bytes) as behind;

-- What ended attempts say about the items of a bank. Derived from the logs, never the truth: each ended attempt is counted
-- once, by whichever node comes by first.
alter table attempts add column items_counted bigint not null default 0; -- 1: its items are counted
create index attempts_items_uncounted on attempts (finished_at_ms, id)
    where items_counted = 0 and finished_at_ms is not null;

create table bank_records (
    bank_id text primary key references banks (id),
    passes bigint not null,               -- also the fence: of two nodes that count at once, one does
    document text not null                -- JSON: attempts counted, abilities of their students
);

create table item_records (
    bank_id text not null references banks (id),
    item_id text not null,
    alarmed_at_ms bigint not null,        -- 0: no alarm stands
    document text not null,               -- JSON: how often shown and answered, residuals
    primary key (bank_id, item_id)
);

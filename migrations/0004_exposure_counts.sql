-- Counts behind exposure control. Derived from the logs of ended attempts, never the truth. An attempt pins the version it
-- started with, so a version never changes.
create table exposure_counts (
    bank_id text not null references banks (id),
    plan_id text not null,
    plan_version bigint not null,
    version bigint not null,              -- 1, 2, 3 … per bank and plan version
    attempts bigint not null,             -- attempts counted in it
    counts text not null,                 -- JSON: by item and band, [eligible, administered]
    created_at_ms bigint not null,
    primary key (bank_id, plan_id, plan_version, version)
);

-- Attempts by a plan with a cap on exposure: which version was the first to count each.
create table exposure_attempts (
    attempt_id text primary key references attempts (id),
    bank_id text not null references banks (id),
    plan_id text not null,
    plan_version bigint not null,
    counted_in bigint                     -- null: not counted yet
);
create index exposure_attempts_uncounted on exposure_attempts (bank_id, plan_id, plan_version) where counted_in is null;

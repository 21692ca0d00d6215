-- Wrong secrets in a row, by who was tried, known here or not. What slows guessing down, and no restart clears.
create table sign_in_failures (
    subject text primary key,             -- account:ID or username:NAME
    failures bigint not null,             -- in a row; a right secret takes the row away
    last_failed_at_ms bigint not null,
    blocked_until_ms bigint not null
);

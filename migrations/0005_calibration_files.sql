-- Response files that calibrations were given, for a worker on any node, and as evidence behind the version they make. The
-- file of a calibration that was stopped or came to nothing is taken away.
create table calibration_files (
    job_id text primary key references jobs (id),
    name text not null,                   -- what it was called
    content text not null,                -- as it came, UTF-8
    created_at_ms bigint not null
);

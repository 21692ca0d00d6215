-- Portable between SQLite and PostgreSQL: text, bigint, double precision. Times are UTC milliseconds (_ms).
-- Documents (banks, plans, policies, events) are JSON in text columns. 0/1 bigint for truth values.

create table schools (
    id text primary key,
    name text not null,
    time_zone text not null               -- IANA name; windows are civil dates in it
);

create table accounts (
    id text primary key,
    school_id text not null references schools (id),
    role text not null,                   -- student | teacher | staff | administrator
    username text unique,                 -- adults; lower case
    display_name text not null,
    grade bigint,                         -- students
    accelerated bigint not null default 0, -- students: 1 may be assessed above their grade where the policy says so
    secret_hash text,                     -- argon2id of password (adults), PIN or picture sequence (students)
    secret_kind text not null,            -- password | pin | picture
    status text not null,                 -- active | disabled
    external_id text,                     -- roster sourcedId
    created_at_ms bigint not null,
    updated_at_ms bigint not null
);
create unique index accounts_external_id on accounts (school_id, external_id);

create table classes (
    id text primary key,
    school_id text not null references schools (id),
    name text not null,
    code text not null unique,            -- what students type
    grade bigint,
    external_id text,
    status text not null,                 -- active | archived
    created_at_ms bigint not null
);

create table class_members (
    class_id text not null references classes (id),
    account_id text not null references accounts (id),
    member_role text not null,            -- student | teacher
    primary key (class_id, account_id)
);
create index class_members_account on class_members (account_id);

create table sessions (
    token_digest text primary key,        -- sha-256 of the cookie's token; the token itself is never stored
    account_id text not null references accounts (id),
    csrf_token text not null,
    created_at_ms bigint not null,
    last_seen_ms bigint not null,
    expires_at_ms bigint not null,
    revoked_at_ms bigint
);
create index sessions_account on sessions (account_id);

create table banks (
    id text primary key,
    name text not null,
    created_at_ms bigint not null
);

create table bank_versions (
    bank_id text not null references banks (id),
    version bigint not null,
    status text not null,                 -- draft | published
    document text not null,               -- the bank file; never changes once published
    digest text not null,                 -- sha-256 of the document
    item_count bigint not null,
    provisional bigint not null,          -- 1: parameters not estimated from responses
    created_at_ms bigint not null,
    created_by text not null,
    published_at_ms bigint,
    published_by text,
    note text not null,
    primary key (bank_id, version)
);

create table plans (
    id text not null,
    version bigint not null,
    document text not null,
    created_at_ms bigint not null,
    author text not null,
    reason text not null,
    primary key (id, version)
);

create table policies (
    id text not null,
    version bigint not null,
    document text not null,
    created_at_ms bigint not null,
    author text not null,
    reason text not null,
    primary key (id, version)
);

-- What a student can take. The current pins; an attempt keeps the pins it started with.
create table assessments (
    id text primary key,
    name text not null,
    purpose text not null,                -- self_levelling (interim pool) | validation (summative pool)
    bank_id text not null references banks (id),
    bank_version bigint not null,
    plan_id text not null,
    plan_version bigint not null,
    policy_id text not null,
    policy_version bigint not null,
    target_level text,                    -- validation: the level whose cut is validated
    evidence_from text,                   -- validation: the self-levelling assessment that gives its evidence
    grades text not null,                 -- JSON array of grades it is offered to
    status text not null,                 -- draft | published | retired
    created_at_ms bigint not null,
    updated_at_ms bigint not null
);

create table unlocks (
    id text primary key,
    student_id text not null references accounts (id),
    assessment_id text not null references assessments (id),
    granted_by text not null references accounts (id),
    granted_at_ms bigint not null,
    expires_at_ms bigint not null,
    readiness_probability double precision,  -- as shown to the teacher when deciding
    recommended bigint not null,
    reason text,                          -- required against the recommendation
    note text,
    revoked_at_ms bigint,
    revoked_by text,
    used_by_attempt text unique
);
create index unlocks_student on unlocks (student_id, assessment_id);

create table attempts (
    id text primary key,
    student_id text not null references accounts (id),
    assessment_id text not null references assessments (id),
    number bigint not null,               -- 1, 2, 3 … per student and assessment
    state text not null,                  -- in_progress | paused | completed | expired | invalidated | reset
    bank_id text not null,
    bank_version bigint not null,
    plan_id text not null,
    plan_version bigint not null,
    policy_id text not null,
    policy_version bigint not null,
    grade bigint not null,                -- the student's grade when it started
    started_at_ms bigint not null,
    last_activity_ms bigint not null,
    expires_at_ms bigint,                 -- attempt lifetime or window's close, whichever comes first
    sweep_at_ms bigint,                   -- when inactivity pauses it or it expires; null: nothing is due any more
    finished_at_ms bigint,
    next_position bigint not null,        -- position of the next event; guards against lost updates
    answered bigint not null,
    -- Derived from the log when it was last written; never the truth. `waymark replay` recomputes them.
    prior_mean double precision not null,
    prior_standard_deviation double precision not null,
    theta double precision,
    standard_error double precision,
    level_index bigint,
    unlock_id text references unlocks (id),
    unique (student_id, assessment_id, number)
);
-- One open attempt a student and assessment, whoever asks at the same moment.
create unique index attempts_one_open on attempts (student_id, assessment_id)
    where state in ('in_progress', 'paused');
create index attempts_assessment_state on attempts (assessment_id, state);
create index attempts_sweep on attempts (sweep_at_ms) where sweep_at_ms is not null;

-- The truth of an attempt. Append-only.
create table attempt_events (
    attempt_id text not null references attempts (id),
    position bigint not null,
    at_ms bigint not null,
    kind text not null,
    payload text not null,
    primary key (attempt_id, position)
);

create table consents (
    student_id text not null references accounts (id),
    assessment_id text not null references assessments (id),
    recorded_by text not null references accounts (id),
    recorded_at_ms bigint not null,
    note text not null,
    primary key (student_id, assessment_id, recorded_at_ms)
);

create table audit_log (
    id text primary key,                  -- uuid v7: in time order
    at_ms bigint not null,
    actor_id text,                        -- null: the system
    action text not null,                 -- e.g. unlock.granted
    subject_kind text not null,
    subject_id text not null,
    detail text not null                  -- JSON
);
create index audit_log_subject on audit_log (subject_kind, subject_id);

create table jobs (
    id text primary key,
    kind text not null,                   -- what is done; read by src/jobs
    idempotency_key text not null unique, -- asking for the same thing twice makes one job
    state text not null,                  -- queued | running | done | failed | cancelled
    request text not null,
    progress double precision not null,   -- 0 to 1
    message text not null,
    result text,
    tries bigint not null,                -- also the fence: a worker that lost its lease writes nothing
    not_before_ms bigint not null,
    lease_until_ms bigint,                -- running: past it another worker may take it
    cancel_requested bigint not null,
    created_by text,
    created_at_ms bigint not null,
    updated_at_ms bigint not null
);
create index jobs_waiting on jobs (state, not_before_ms);

-- What staff decided about one item of a calibration's proposal. The newest decision on an item holds.
create table calibration_decisions (
    job_id text not null references jobs (id),
    item_id text not null,
    position bigint not null,             -- 0, 1, 2 … per job and item
    decision text not null,               -- accept | hold
    reason text not null,
    decided_by text not null references accounts (id),
    decided_at_ms bigint not null,
    primary key (job_id, item_id, position)
);

//! The queue: asking for a job, taking one, keeping it, ending it. The database is the only state, so any node may take
//! any job, and a job whose worker died is taken again when its lease has run out.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{JobControl, JobError};
use crate::clock::Millis;
use crate::store::jobs::{
    Job, JobState, claim_job, find_job, find_job_by_key, insert_job, release_job, renew_job, settle_job,
};
use crate::store::{AccountId, Connection, JobId, Store, StoreError};

/// How long a worker may be silent before its job is given to another.
pub const LEASE_MS: i64 = 30_000;
/// How often a job is taken before it is given up.
pub const TRIES_MAX: u32 = 3;
/// Wait before a failed job is tried again.
pub const RETRY_AFTER_MS: i64 = 10_000;

/// How often a request that came to nothing may be made again.
const ASKED_AGAIN_MAX: u32 = 200;

/// What became of a job's work.
pub type Outcome = Result<serde_json::Value, JobError>;

/// The idempotency key of a request: short however long the request is, as a database's index asks.
pub(super) fn key_of(kind: &str, request: &impl Serialize) -> String {
    let request = serde_json::to_string(request).expect("a request is JSON");
    format!("{kind} {}", digest(&request))
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks for a job. The same key again returns the job that is there, unless that came to nothing: a job that failed or was
/// stopped may be asked for again.
pub async fn enqueue<T: Serialize + Sync>(
    store: &Store,
    now: Millis,
    (kind, key): (&str, &str),
    request: &T,
    by: Option<&AccountId>,
) -> Result<Job, StoreError> {
    let mut transaction = store.begin_write().await?;
    let job = enqueue_in(&mut transaction, now, (kind, key), request, by).await?;
    transaction.commit().await?;
    Ok(job)
}

/// The same within a transaction, for a job that needs more than its request.
pub(super) async fn enqueue_in<T: Serialize + Sync>(
    connection: &mut Connection,
    now: Millis,
    (kind, key): (&str, &str),
    request: &T,
    by: Option<&AccountId>,
) -> Result<Job, StoreError> {
    let mut job = Job {
        id: JobId::new(now),
        kind: kind.to_owned(),
        idempotency_key: key.to_owned(),
        state: JobState::Queued,
        request: serde_json::to_value(request).expect("a request is JSON"),
        progress: 0.0,
        message: "waiting".to_owned(),
        result: None,
        tries: 0,
        not_before: now,
        cancel_requested: false,
        created_by: by.cloned(),
        created_at: now,
        updated_at: now,
    };
    for _ in 0..ASKED_AGAIN_MAX {
        insert_job(connection, &job).await?;
        match find_job_by_key(connection, &job.idempotency_key).await? {
            Some(ended) if matches!(ended.state, JobState::Failed | JobState::Cancelled) => {
                job.idempotency_key = format!("{key} again after {}", ended.id);
            }
            Some(stands) => return Ok(stands),
            None => return Ok(job),
        }
    }
    // Asked again and again without end: the last of them tells why.
    Ok(find_job_by_key(connection, &job.idempotency_key).await?.unwrap_or(job))
}

/// Takes the next job, if there is one. A job taken too often is given up instead.
pub async fn claim(store: &Store, now: Millis) -> Result<Option<Job>, StoreError> {
    let mut transaction = store.begin_write().await?;
    let Some(mut job) = claim_job(&mut transaction, now, LEASE_MS).await? else {
        return Ok(None);
    };
    if job.tries <= TRIES_MAX && !job.cancel_requested {
        transaction.commit().await?;
        return Ok(Some(job));
    }
    if job.cancel_requested {
        job.state = JobState::Cancelled;
        "cancelled".clone_into(&mut job.message);
    } else {
        job.state = JobState::Failed;
        job.message = format!("given up: its worker stopped {TRIES_MAX} times");
    }
    settle_job(&mut transaction, &job, now).await?;
    transaction.commit().await?;
    Ok(None)
}

/// Writes down how far the job is and keeps it for another lease. Tells the work to stop when somebody asked for that,
/// or when another worker has the job.
pub async fn heartbeat(
    store: &Store,
    job: &Job,
    control: &JobControl,
    now: Millis,
) -> Result<(), StoreError> {
    let (progress, message) = control.reported();
    let present = Job { progress, message, ..job.clone() };
    let mut transaction = store.begin_write().await?;
    let kept = renew_job(&mut transaction, &present, now, now.plus(LEASE_MS)).await?;
    let stored = find_job(&mut transaction, &job.id).await?;
    transaction.commit().await?;
    if !kept || stored.is_none_or(|stored| stored.cancel_requested) {
        control.cancel();
    }
    Ok(())
}

/// Ends a job, or puts it back to be tried again. `None` when another worker has the job: then nothing is written.
pub async fn settle(
    store: &Store,
    mut job: Job,
    outcome: Outcome,
    now: Millis,
) -> Result<Option<Job>, StoreError> {
    match outcome {
        Ok(result) => {
            job.state = JobState::Done;
            job.progress = 1.0;
            "done".clone_into(&mut job.message);
            job.result = Some(result);
        }
        Err(JobError::Stopped) => {
            job.state = JobState::Queued;
            "the server stopped; another takes it up".clone_into(&mut job.message);
            job.not_before = now;
            let mut transaction = store.begin_write().await?;
            let held = release_job(&mut transaction, &job, now).await?;
            transaction.commit().await?;
            return Ok(held.then_some(job));
        }
        Err(JobError::Cancelled) => {
            job.state = JobState::Cancelled;
            "cancelled".clone_into(&mut job.message);
        }
        Err(JobError::Failed(reason)) if job.tries < TRIES_MAX => {
            job.state = JobState::Queued;
            job.message = format!("will be tried again: {reason}");
            job.not_before = now.plus(RETRY_AFTER_MS);
        }
        Err(JobError::Failed(reason) | JobError::Refused(reason)) => {
            job.state = JobState::Failed;
            job.message = reason;
        }
    }
    let mut transaction = store.begin_write().await?;
    let held = settle_job(&mut transaction, &job, now).await?;
    transaction.commit().await?;
    Ok(held.then_some(job))
}

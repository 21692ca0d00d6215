//! Background jobs: queued, leased to one worker at a time, retried, cancelled.
//!
//! `tries` is the fence: it grows each time a job is taken, and a worker that lost its lease can change nothing.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, JobId, RowReader, StoreError};
use crate::clock::Millis;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// A worker holds the lease.
    Running,
    /// Finished with a result.
    Done,
    /// Given up; the message says why.
    Failed,
    /// Somebody asked to stop.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What is done.
    pub kind: String,
    /// Asking twice with the same key makes one job.
    pub idempotency_key: String,
    /// Where it stands.
    pub state: JobState,
    /// What was asked for.
    pub request: serde_json::Value,
    /// Share done, 0 to 1.
    pub progress: f64,
    /// What it is at, or why it failed.
    pub message: String,
    /// What came of it.
    pub result: Option<serde_json::Value>,
    /// How often it was taken.
    pub tries: u32,
    /// Not taken before.
    pub not_before: Millis,
    /// Whether somebody asked to stop.
    pub cancel_requested: bool,
    /// Who asked for it.
    pub created_by: Option<AccountId>,
    /// When it was asked for.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

impl TryFrom<&AnyRow> for Job {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "jobs", "id");
        let result: Option<String> = reader.get("result")?;
        Ok(Self {
            id: reader.id("id")?,
            kind: reader.get("kind")?,
            idempotency_key: reader.get("idempotency_key")?,
            state: reader.word("state", JobState::parse)?,
            request: reader.json("request")?,
            progress: reader.get("progress")?,
            message: reader.get("message")?,
            result: match result {
                Some(_) => Some(reader.json("result")?),
                None => None,
            },
            tries: reader.number("tries")?,
            not_before: reader.time("not_before_ms")?,
            cancel_requested: reader.truth("cancel_requested")?,
            created_by: reader.optional_id("created_by")?,
            created_at: reader.time("created_at_ms")?,
            updated_at: reader.time("updated_at_ms")?,
        })
    }
}

/// Queues a job unless one with the same key is there; either way the job with that key stands afterwards.
pub async fn insert_job(connection: &mut AnyConnection, job: &Job) -> Result<(), StoreError> {
    sqlx::query(
        "insert into jobs (id, kind, idempotency_key, state, request, progress, message, result, tries, \
         not_before_ms, lease_until_ms, cancel_requested, created_by, created_at_ms, updated_at_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, null, $8, $9, null, 0, $10, $11, $11) \
         on conflict (idempotency_key) do nothing",
    )
    .bind(job.id.as_str())
    .bind(&job.kind)
    .bind(&job.idempotency_key)
    .bind(job.state.as_str())
    .bind(job.request.to_string())
    .bind(job.progress)
    .bind(&job.message)
    .bind(i64::from(job.tries))
    .bind(job.not_before.0)
    .bind(job.created_by.as_ref().map(AccountId::as_str))
    .bind(job.created_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// One job.
pub async fn find_job(connection: &mut AnyConnection, id: &JobId) -> Result<Option<Job>, StoreError> {
    let row = sqlx::query(
        "select id, kind, idempotency_key, state, request, progress, message, result, tries, not_before_ms, \
         cancel_requested, created_by, created_at_ms, updated_at_ms from jobs where id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Job::try_from).transpose()
}

/// The job asked for with a key.
pub async fn find_job_by_key(connection: &mut AnyConnection, key: &str) -> Result<Option<Job>, StoreError> {
    let row = sqlx::query(
        "select id, kind, idempotency_key, state, request, progress, message, result, tries, not_before_ms, \
         cancel_requested, created_by, created_at_ms, updated_at_ms from jobs where idempotency_key = $1",
    )
    .bind(key)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Job::try_from).transpose()
}

/// Jobs of a kind, newest first.
pub async fn list_jobs(
    connection: &mut AnyConnection,
    kind: &str,
    limit: u32,
    offset: u32,
) -> Result<Vec<Job>, StoreError> {
    let rows = sqlx::query(
        "select id, kind, idempotency_key, state, request, progress, message, result, tries, not_before_ms, \
         cancel_requested, created_by, created_at_ms, updated_at_ms from jobs where kind = $1 \
         order by created_at_ms desc, id desc limit $2 offset $3",
    )
    .bind(kind)
    .bind(i64::from(limit))
    .bind(i64::from(offset))
    .fetch_all(connection)
    .await?;
    rows.iter().map(Job::try_from).collect()
}

/// How many jobs of a kind there are.
pub async fn count_jobs(connection: &mut AnyConnection, kind: &str) -> Result<u64, StoreError> {
    let row = sqlx::query("select count(*) as jobs, $1 as kind from jobs where kind = $1")
        .bind(kind)
        .fetch_one(connection)
        .await?;
    RowReader::new(&row, "jobs", "kind").number("jobs")
}

/// Takes the oldest job that waits, or whose worker fell silent. Of two workers at once, one gets it.
pub async fn claim_job(
    connection: &mut AnyConnection,
    now: Millis,
    lease_ms: i64,
) -> Result<Option<Job>, StoreError> {
    let row = sqlx::query(
        "select id, tries from jobs where (state = 'queued' and not_before_ms <= $1) \
         or (state = 'running' and lease_until_ms < $1) order by created_at_ms, id limit 1",
    )
    .bind(now.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let reader = RowReader::new(&row, "jobs", "id");
    let id: JobId = reader.id("id")?;
    let taken = sqlx::query(
        "update jobs set state = 'running', tries = tries + 1, lease_until_ms = $3, updated_at_ms = $4 \
         where id = $1 and tries = $2",
    )
    .bind(id.as_str())
    .bind(reader.get::<i64>("tries")?)
    .bind(now.plus(lease_ms).0)
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    if taken.rows_affected() == 1 { find_job(connection, &id).await } else { Ok(None) }
}

/// Says how far the job is and keeps the lease until `lease_until`; false when the lease was lost.
pub async fn renew_job(
    connection: &mut AnyConnection,
    job: &Job,
    now: Millis,
    lease_until: Millis,
) -> Result<bool, StoreError> {
    let kept = sqlx::query(
        "update jobs set progress = $3, message = $4, lease_until_ms = $5, updated_at_ms = $6 \
         where id = $1 and tries = $2 and state = 'running'",
    )
    .bind(job.id.as_str())
    .bind(i64::from(job.tries))
    .bind(job.progress)
    .bind(&job.message)
    .bind(lease_until.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Writes the job's new state, message, result and earliest next time; false when the lease was lost.
pub async fn settle_job(connection: &mut AnyConnection, job: &Job, now: Millis) -> Result<bool, StoreError> {
    let settled = sqlx::query(
        "update jobs set state = $3, progress = $4, message = $5, result = $6, not_before_ms = $7, \
         lease_until_ms = null, updated_at_ms = $8 where id = $1 and tries = $2 and state = 'running'",
    )
    .bind(job.id.as_str())
    .bind(i64::from(job.tries))
    .bind(job.state.as_str())
    .bind(job.progress)
    .bind(&job.message)
    .bind(job.result.as_ref().map(ToString::to_string))
    .bind(job.not_before.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// Puts a job back whose worker stopped of its own accord: that costs no try. False when the lease was lost.
///
/// The fence goes back by one with it, to a number that nobody holds any more.
pub async fn release_job(connection: &mut AnyConnection, job: &Job, now: Millis) -> Result<bool, StoreError> {
    let released = sqlx::query(
        "update jobs set state = 'queued', tries = tries - 1, message = $3, not_before_ms = $4, \
         lease_until_ms = null, updated_at_ms = $5 where id = $1 and tries = $2 and state = 'running'",
    )
    .bind(job.id.as_str())
    .bind(i64::from(job.tries))
    .bind(&job.message)
    .bind(job.not_before.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(released.rows_affected() == 1)
}

/// Asks a job to stop: at once when it waits, at its next renewal when it runs. False when it has ended.
pub async fn request_job_cancel(
    connection: &mut AnyConnection,
    id: &JobId,
    now: Millis,
) -> Result<bool, StoreError> {
    let waiting = sqlx::query(
        "update jobs set state = 'cancelled', cancel_requested = 1, message = 'cancelled', updated_at_ms = $2 \
         where id = $1 and state = 'queued'",
    )
    .bind(id.as_str())
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    let running = sqlx::query(
        "update jobs set cancel_requested = 1, updated_at_ms = $2 where id = $1 and state = 'running'",
    )
    .bind(id.as_str())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(waiting.rows_affected() + running.rows_affected() == 1)
}

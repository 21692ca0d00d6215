//! Attempts: one row each; `attempt_changes` keeps it in step with the log by a guard on the position.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, AssessmentId, AttemptId, Pins, RowReader, StoreError, UnlockId};
use crate::assessment::AttemptState;
use crate::clock::Millis;

/// Most attempts that one sweep looks at.
pub const SWEEP_ROWS_MAX: u32 = 500;

/// Where a finished or running attempt places the student: derived from the log, never the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoredPlacement {
    /// Logits.
    pub theta: f64,
    /// Logits.
    pub standard_error: f64,
    /// Position in the progression; none when the bank has no progression.
    pub level: Option<usize>,
}

/// The normal prior of an attempt, logits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoredPrior {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation.
    pub standard_deviation: f64,
}

/// The row of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its name.
    pub id: AttemptId,
    /// Who takes it.
    pub student_id: AccountId,
    /// Of what.
    pub assessment_id: AssessmentId,
    /// 1, 2, 3 … per student and assessment.
    pub number: u32,
    /// Where it stands.
    pub state: AttemptState,
    /// The versions it started with.
    pub pins: Pins,
    /// The student's grade when it started.
    pub grade: u8,
    /// When it started.
    pub started_at: Millis,
    /// The last answer, start or resumption.
    pub last_activity: Millis,
    /// When it ends whether finished or not.
    pub expires_at: Option<Millis>,
    /// When inactivity pauses it or it expires, whichever is first.
    pub sweep_at: Option<Millis>,
    /// When it ended.
    pub finished_at: Option<Millis>,
    /// The position of the next event in the log.
    pub next_position: u32,
    /// Answers given.
    pub answered: u32,
    /// Whether it ended with every minimum of its plan met.
    pub plan_met: bool,
    /// Where the estimate began, as the log says.
    pub prior: StoredPrior,
    /// Derived when the log was last written; none before the first answer.
    pub placement: Option<StoredPlacement>,
    /// The unlock that opened it.
    pub unlock_id: Option<UnlockId>,
}

impl TryFrom<&AnyRow> for Attempt {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "attempts", "id");
        Ok(Self {
            id: reader.id("id")?,
            student_id: reader.id("student_id")?,
            assessment_id: reader.id("assessment_id")?,
            number: reader.number("number")?,
            state: reader.word("state", AttemptState::parse)?,
            pins: Pins::read(&reader)?,
            grade: reader.number("grade")?,
            started_at: reader.time("started_at_ms")?,
            last_activity: reader.time("last_activity_ms")?,
            expires_at: reader.optional_time("expires_at_ms")?,
            sweep_at: reader.optional_time("sweep_at_ms")?,
            finished_at: reader.optional_time("finished_at_ms")?,
            next_position: reader.number("next_position")?,
            answered: reader.number("answered")?,
            plan_met: reader.truth("plan_met")?,
            prior: StoredPrior {
                mean: reader.get("prior_mean")?,
                standard_deviation: reader.get("prior_standard_deviation")?,
            },
            placement: read_placement(&reader)?,
            unlock_id: reader.optional_id("unlock_id")?,
        })
    }
}

fn read_placement(reader: &RowReader<'_>) -> Result<Option<StoredPlacement>, StoreError> {
    let theta: Option<f64> = reader.get("theta")?;
    let standard_error: Option<f64> = reader.get("standard_error")?;
    match (theta, standard_error) {
        (Some(theta), Some(standard_error)) => {
            let level = reader.optional_number("level_index")?;
            Ok(Some(StoredPlacement { theta, standard_error, level }))
        }
        (None, None) => Ok(None),
        _ => {
            Err(reader
                .corrupt("standard_error", "an estimate and its standard error come together".to_owned()))
        }
    }
}

/// Adds a new attempt. A second open one of the same student and assessment is [`StoreError::Duplicate`].
pub async fn insert_attempt(connection: &mut AnyConnection, attempt: &Attempt) -> Result<(), StoreError> {
    assert!(attempt.placement.is_none(), "a new attempt has no answer that could place the student");
    assert!(!attempt.plan_met, "a new attempt has not ended");
    sqlx::query(
        "insert into attempts (id, student_id, assessment_id, number, state, bank_id, bank_version, plan_id, \
         plan_version, policy_id, policy_version, grade, started_at_ms, last_activity_ms, expires_at_ms, sweep_at_ms, \
         finished_at_ms, next_position, answered, prior_mean, prior_standard_deviation, unlock_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    )
    .bind(attempt.id.as_str())
    .bind(attempt.student_id.as_str())
    .bind(attempt.assessment_id.as_str())
    .bind(i64::from(attempt.number))
    .bind(attempt.state.as_str())
    .bind(&attempt.pins.bank_id)
    .bind(i64::from(attempt.pins.bank_version))
    .bind(&attempt.pins.plan_id)
    .bind(i64::from(attempt.pins.plan_version))
    .bind(&attempt.pins.policy_id)
    .bind(i64::from(attempt.pins.policy_version))
    .bind(i64::from(attempt.grade))
    .bind(attempt.started_at.0)
    .bind(attempt.last_activity.0)
    .bind(attempt.expires_at.map(|at| at.0))
    .bind(attempt.sweep_at.map(|at| at.0))
    .bind(attempt.finished_at.map(|at| at.0))
    .bind(i64::from(attempt.next_position))
    .bind(i64::from(attempt.answered))
    .bind(attempt.prior.mean)
    .bind(attempt.prior.standard_deviation)
    .bind(attempt.unlock_id.as_ref().map(UnlockId::as_str))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) fn level_column(attempt: &Attempt) -> Option<i64> {
    let level = attempt.placement?.level?;
    Some(i64::try_from(level).expect("a progression has fewer levels than an i64 can count"))
}

/// One attempt.
pub async fn find_attempt(
    connection: &mut AnyConnection,
    id: &AttemptId,
) -> Result<Option<Attempt>, StoreError> {
    let row = sqlx::query(
        "select id, student_id, assessment_id, number, state, bank_id, bank_version, plan_id, plan_version, policy_id, \
         policy_version, grade, started_at_ms, last_activity_ms, expires_at_ms, sweep_at_ms, finished_at_ms, \
         next_position, answered, plan_met, prior_mean, prior_standard_deviation, theta, standard_error, level_index, unlock_id \
         from attempts where id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Attempt::try_from).transpose()
}

/// Whether anybody ever started an attempt at an assessment.
pub async fn has_attempts(
    connection: &mut AnyConnection,
    assessment: &AssessmentId,
) -> Result<bool, StoreError> {
    let any: Option<i64> = sqlx::query_scalar("select number from attempts where assessment_id = $1 limit 1")
        .bind(assessment.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(any.is_some())
}

/// Every attempt of a student, of every assessment, oldest first.
pub async fn list_student_attempts(
    connection: &mut AnyConnection,
    student: &AccountId,
) -> Result<Vec<Attempt>, StoreError> {
    let rows = sqlx::query(
        "select id, student_id, assessment_id, number, state, bank_id, bank_version, plan_id, plan_version, policy_id, \
         policy_version, grade, started_at_ms, last_activity_ms, expires_at_ms, sweep_at_ms, finished_at_ms, \
         next_position, answered, plan_met, prior_mean, prior_standard_deviation, theta, standard_error, level_index, unlock_id \
         from attempts \
         where student_id = $1 order by started_at_ms, id",
    )
    .bind(student.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Attempt::try_from).collect()
}

/// Every attempt of every student of a class, of every assessment, oldest first.
pub async fn list_class_attempts(
    connection: &mut AnyConnection,
    class_id: &str,
) -> Result<Vec<Attempt>, StoreError> {
    let rows = sqlx::query(
        "select a.id, a.student_id, a.assessment_id, a.number, a.state, a.bank_id, a.bank_version, a.plan_id, \
         a.plan_version, a.policy_id, a.policy_version, a.grade, a.started_at_ms, a.last_activity_ms, a.expires_at_ms, \
         a.sweep_at_ms, a.finished_at_ms, a.next_position, a.answered, a.plan_met, a.prior_mean, a.prior_standard_deviation, a.theta, a.standard_error, a.level_index, \
         a.unlock_id from attempts a \
         join class_members m on m.account_id = a.student_id and m.member_role = 'student' \
         where m.class_id = $1 order by a.started_at_ms, a.id",
    )
    .bind(class_id)
    .fetch_all(connection)
    .await?;
    rows.iter().map(Attempt::try_from).collect()
}

/// Names of attempts for which something is due: the longest overdue first, [`SWEEP_ROWS_MAX`] at most.
pub async fn list_due_attempts(
    connection: &mut AnyConnection,
    now: Millis,
) -> Result<Vec<AttemptId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select id from attempts where sweep_at_ms is not null and sweep_at_ms <= $1 order by sweep_at_ms, id limit $2",
    )
    .bind(now.0)
    .bind(i64::from(SWEEP_ROWS_MAX))
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AttemptId).collect())
}

/// A page of the names of every attempt, in order, after `after`.
pub async fn list_attempt_ids(
    connection: &mut AnyConnection,
    after: Option<&AttemptId>,
    limit: u32,
) -> Result<Vec<AttemptId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar("select id from attempts where id > $1 order by id limit $2")
        .bind(after.map_or("", AttemptId::as_str))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(AttemptId).collect())
}

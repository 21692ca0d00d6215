//! Unlocks: a teacher's recorded decisions, each good for one summative attempt until it expires or is revoked.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, AssessmentId, AttemptId, RowReader, StoreError, UnlockId};
use crate::assessment;
use crate::clock::Millis;

/// An unlock.
#[derive(Debug, Clone, PartialEq)]
pub struct Unlock {
    /// Its name.
    pub id: UnlockId,
    /// Who may start.
    pub student_id: AccountId,
    /// What may be started.
    pub assessment_id: AssessmentId,
    /// Who decided.
    pub granted_by: AccountId,
    /// When.
    pub granted_at: Millis,
    /// From then on it opens nothing.
    pub expires_at: Millis,
    /// The probability of being validated as it was shown when deciding; none without evidence.
    pub readiness_probability: Option<f64>,
    /// Whether the rule recommended it.
    pub recommended: bool,
    /// Why it was granted against the recommendation.
    pub reason: Option<String>,
    /// Anything the teacher wrote down.
    pub note: Option<String>,
    /// When it was taken back.
    pub revoked_at: Option<Millis>,
    /// Who took it back.
    pub revoked_by: Option<AccountId>,
    /// The attempt it opened.
    pub used_by_attempt: Option<AttemptId>,
}

impl Unlock {
    /// The decision as the rules see it.
    #[must_use]
    pub fn decision(&self) -> assessment::Unlock {
        assessment::Unlock {
            id: self.id.to_string(),
            granted_at: self.granted_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            used_by_attempt: self.used_by_attempt.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<&AnyRow> for Unlock {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "unlocks", "id");
        Ok(Self {
            id: reader.id("id")?,
            student_id: reader.id("student_id")?,
            assessment_id: reader.id("assessment_id")?,
            granted_by: reader.id("granted_by")?,
            granted_at: reader.time("granted_at_ms")?,
            expires_at: reader.time("expires_at_ms")?,
            readiness_probability: reader.get("readiness_probability")?,
            recommended: reader.truth("recommended")?,
            reason: reader.get("reason")?,
            note: reader.get("note")?,
            revoked_at: reader.optional_time("revoked_at_ms")?,
            revoked_by: reader.optional_id("revoked_by")?,
            used_by_attempt: reader.optional_id("used_by_attempt")?,
        })
    }
}

/// Records a decision.
pub async fn insert_unlock(connection: &mut AnyConnection, unlock: &Unlock) -> Result<(), StoreError> {
    sqlx::query(
        "insert into unlocks (id, student_id, assessment_id, granted_by, granted_at_ms, expires_at_ms, \
         readiness_probability, recommended, reason, note, revoked_at_ms, revoked_by, used_by_attempt) \
         values ($1, $2, $3, $4, $5, $6, case when $14 = 1 then $7 else null end, $8, $9, $10, $11, $12, $13)",
    )
    .bind(unlock.id.as_str())
    .bind(unlock.student_id.as_str())
    .bind(unlock.assessment_id.as_str())
    .bind(unlock.granted_by.as_str())
    .bind(unlock.granted_at.0)
    .bind(unlock.expires_at.0)
    .bind(unlock.readiness_probability.unwrap_or(0.0))
    .bind(i64::from(unlock.recommended))
    .bind(unlock.reason.as_deref())
    .bind(unlock.note.as_deref())
    .bind(unlock.revoked_at.map(|at| at.0))
    .bind(unlock.revoked_by.as_ref().map(AccountId::as_str))
    .bind(unlock.used_by_attempt.as_ref().map(AttemptId::as_str))
    .bind(i64::from(unlock.readiness_probability.is_some()))
    .execute(connection)
    .await?;
    Ok(())
}

/// One unlock.
pub async fn find_unlock(
    connection: &mut AnyConnection,
    id: &UnlockId,
) -> Result<Option<Unlock>, StoreError> {
    let row = sqlx::query(
        "select id, student_id, assessment_id, granted_by, granted_at_ms, expires_at_ms, readiness_probability, \
         recommended, reason, note, revoked_at_ms, revoked_by, used_by_attempt from unlocks where id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Unlock::try_from).transpose()
}

/// Every unlock of a student for an assessment, newest first.
pub async fn list_unlocks(
    connection: &mut AnyConnection,
    student: &AccountId,
    assessment: &AssessmentId,
) -> Result<Vec<Unlock>, StoreError> {
    let rows = sqlx::query(
        "select id, student_id, assessment_id, granted_by, granted_at_ms, expires_at_ms, readiness_probability, \
         recommended, reason, note, revoked_at_ms, revoked_by, used_by_attempt from unlocks \
         where student_id = $1 and assessment_id = $2 order by granted_at_ms desc, id desc",
    )
    .bind(student.as_str())
    .bind(assessment.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Unlock::try_from).collect()
}

/// Takes an unlock back; false when it was used or taken back before.
pub async fn mark_unlock_revoked(
    connection: &mut AnyConnection,
    id: &UnlockId,
    at: Millis,
    by: &AccountId,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update unlocks set revoked_at_ms = $2, revoked_by = $3 \
         where id = $1 and revoked_at_ms is null and used_by_attempt is null",
    )
    .bind(id.as_str())
    .bind(at.0)
    .bind(by.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses an unlock for an attempt; false when it is not live at `now`. Of two at once, one gets true.
pub async fn mark_unlock_used(
    connection: &mut AnyConnection,
    id: &UnlockId,
    attempt: &AttemptId,
    now: Millis,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "update unlocks set used_by_attempt = $2 \
         where id = $1 and used_by_attempt is null and revoked_at_ms is null and expires_at_ms > $3",
    )
    .bind(id.as_str())
    .bind(attempt.as_str())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

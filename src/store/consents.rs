//! Recorded consents to a retest.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, AssessmentId, RowReader, StoreError};
use crate::clock::Millis;

/// A consent: one retest of one assessment by one student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Who may be retested.
    pub student_id: AccountId,
    /// On what.
    pub assessment_id: AssessmentId,
    /// Who wrote it down.
    pub recorded_by: AccountId,
    /// When.
    pub recorded_at: Millis,
    /// From whom and how.
    pub note: String,
}

impl TryFrom<&AnyRow> for Consent {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "consents", "student_id");
        Ok(Self {
            student_id: reader.id("student_id")?,
            assessment_id: reader.id("assessment_id")?,
            recorded_by: reader.id("recorded_by")?,
            recorded_at: reader.time("recorded_at_ms")?,
            note: reader.get("note")?,
        })
    }
}

/// Records a consent; the same one twice is recorded once.
pub async fn insert_consent(connection: &mut AnyConnection, consent: &Consent) -> Result<(), StoreError> {
    sqlx::query(
        "insert into consents (student_id, assessment_id, recorded_by, recorded_at_ms, note) \
         values ($1, $2, $3, $4, $5) on conflict (student_id, assessment_id, recorded_at_ms) do nothing",
    )
    .bind(consent.student_id.as_str())
    .bind(consent.assessment_id.as_str())
    .bind(consent.recorded_by.as_str())
    .bind(consent.recorded_at.0)
    .bind(&consent.note)
    .execute(connection)
    .await?;
    Ok(())
}

/// Every consent of a student for an assessment, oldest first.
pub async fn list_consents(
    connection: &mut AnyConnection,
    student: &AccountId,
    assessment: &AssessmentId,
) -> Result<Vec<Consent>, StoreError> {
    let rows = sqlx::query(
        "select student_id, assessment_id, recorded_by, recorded_at_ms, note from consents \
         where student_id = $1 and assessment_id = $2 order by recorded_at_ms",
    )
    .bind(student.as_str())
    .bind(assessment.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Consent::try_from).collect()
}

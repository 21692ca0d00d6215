//! What adults decided about students, over every assessment at once: unlocks and consents.

use sqlx::AnyConnection;

use super::consents::Consent;
use super::unlocks::Unlock;
use super::{AccountId, ClassId, StoreError};

/// Every unlock of a student, for any assessment, newest first.
pub async fn list_student_unlocks(
    connection: &mut AnyConnection,
    student: &AccountId,
) -> Result<Vec<Unlock>, StoreError> {
    let rows = sqlx::query(
        "select id, student_id, assessment_id, granted_by, granted_at_ms, expires_at_ms, readiness_probability, \
         recommended, reason, note, revoked_at_ms, revoked_by, used_by_attempt from unlocks \
         where student_id = $1 order by granted_at_ms desc, id desc",
    )
    .bind(student.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Unlock::try_from).collect()
}

/// Every unlock of every student of a class, for any assessment, newest first.
pub async fn list_unlocks_of_class(
    connection: &mut AnyConnection,
    class_id: &ClassId,
) -> Result<Vec<Unlock>, StoreError> {
    let rows = sqlx::query(
        "select u.id, u.student_id, u.assessment_id, u.granted_by, u.granted_at_ms, u.expires_at_ms, \
         u.readiness_probability, u.recommended, u.reason, u.note, u.revoked_at_ms, u.revoked_by, u.used_by_attempt \
         from unlocks u join class_members m on m.account_id = u.student_id and m.member_role = 'student' \
         where m.class_id = $1 order by u.granted_at_ms desc, u.id desc",
    )
    .bind(class_id.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Unlock::try_from).collect()
}

/// Every consent about a student, for any assessment, oldest first.
pub async fn list_student_consents(
    connection: &mut AnyConnection,
    student: &AccountId,
) -> Result<Vec<Consent>, StoreError> {
    let rows = sqlx::query(
        "select student_id, assessment_id, recorded_by, recorded_at_ms, note from consents \
         where student_id = $1 order by recorded_at_ms, assessment_id",
    )
    .bind(student.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(Consent::try_from).collect()
}

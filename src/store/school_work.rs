//! What the students of a school did on a bank.

use sqlx::AnyConnection;

use super::attempts::Attempt;
use super::{SchoolId, StoreError};

/// Ended attempts of a school's active students on any version of a bank: by student, oldest first.
pub async fn list_school_attempts(
    connection: &mut AnyConnection,
    school_id: &SchoolId,
    bank_id: &str,
) -> Result<Vec<Attempt>, StoreError> {
    let rows = sqlx::query(
        "select a.id, a.student_id, a.assessment_id, a.number, a.state, a.bank_id, a.bank_version, a.plan_id, \
         a.plan_version, a.policy_id, a.policy_version, a.grade, a.started_at_ms, a.last_activity_ms, a.expires_at_ms, \
         a.sweep_at_ms, a.finished_at_ms, a.next_position, a.answered, a.plan_met, a.prior_mean, a.prior_standard_deviation, \
         a.theta, a.standard_error, a.level_index, a.unlock_id \
         from attempts a join accounts s on s.id = a.student_id \
         where s.school_id = $1 and s.status = 'active' and a.bank_id = $2 and a.state in ('completed', 'expired') \
         order by a.student_id, a.started_at_ms, a.id",
    )
    .bind(school_id.as_str())
    .bind(bank_id)
    .fetch_all(connection)
    .await?;
    rows.iter().map(Attempt::try_from).collect()
}

//! What the students of a class did, read for the whole class at once.

use sqlx::AnyConnection;

use super::attempts::Attempt;
use super::events::LoggedEvent;
use super::students::Student;
use super::{AttemptId, ClassId, Page, PageRequest, RowReader, StoreError};
use crate::clock::Millis;

/// A page of the active students of a class, by name.
pub async fn page_of_class_students(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    page: PageRequest,
) -> Result<Page<Student>, StoreError> {
    let total: i64 = sqlx::query_scalar(
        "select count(*) from class_members m join accounts a on a.id = m.account_id \
         where m.class_id = $1 and m.member_role = 'student' and a.status = 'active'",
    )
    .bind(class_id.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query(
        "select a.id, a.school_id, a.display_name, a.grade, a.accelerated, a.accommodations, s.time_zone \
         from class_members m join accounts a on a.id = m.account_id join schools s on s.id = a.school_id \
         where m.class_id = $1 and m.member_role = 'student' and a.status = 'active' \
         order by a.display_name, a.id limit $2 offset $3",
    )
    .bind(class_id.as_str())
    .bind(i64::from(page.limit()))
    .bind(i64::from(page.offset()))
    .fetch_all(connection)
    .await?;
    let rows = rows.iter().map(Student::try_from).collect::<Result<_, _>>()?;
    Ok(Page { rows, total: u64::try_from(total).unwrap_or(0) })
}

/// Answers that the students of a class gave since a moment, in any attempt: by attempt, in order.
pub async fn list_class_answers(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    since: Millis,
) -> Result<Vec<(AttemptId, LoggedEvent)>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, e.position, e.at_ms, e.payload from class_members m \
         join attempts a on a.student_id = m.account_id \
         join attempt_events e on e.attempt_id = a.id \
         where m.class_id = $1 and m.member_role = 'student' and e.kind = 'answered' and a.last_activity_ms >= $2 \
         order by e.attempt_id, e.position",
    )
    .bind(class_id.as_str())
    .bind(since.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(attempt_event).collect()
}

/// Attempts of a class that are open or saw activity since a moment, each with its student's name.
pub async fn list_live_attempts(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    since: Millis,
) -> Result<Vec<(String, Attempt)>, StoreError> {
    let rows = sqlx::query(
        "select s.display_name, a.id, a.student_id, a.assessment_id, a.number, a.state, a.bank_id, a.bank_version, \
         a.plan_id, a.plan_version, a.policy_id, a.policy_version, a.grade, a.started_at_ms, a.last_activity_ms, \
         a.expires_at_ms, a.sweep_at_ms, a.finished_at_ms, a.next_position, a.answered, a.plan_met, a.prior_mean, \
         a.prior_standard_deviation, a.theta, a.standard_error, a.level_index, a.unlock_id \
         from class_members m join attempts a on a.student_id = m.account_id join accounts s on s.id = a.student_id \
         where m.class_id = $1 and m.member_role = 'student' \
         and (a.state in ('in_progress', 'paused') or a.last_activity_ms >= $2) order by s.display_name, a.id",
    )
    .bind(class_id.as_str())
    .bind(since.0)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((RowReader::new(row, "attempts", "id").get("display_name")?, Attempt::try_from(row)?)))
        .collect()
}

/// Answers and pauses of the attempts of a class that are open or saw activity since a moment: by attempt, in order.
pub async fn list_live_events(
    connection: &mut AnyConnection,
    class_id: &ClassId,
    since: Millis,
) -> Result<Vec<(AttemptId, LoggedEvent)>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, e.position, e.at_ms, e.payload from class_members m \
         join attempts a on a.student_id = m.account_id \
         join attempt_events e on e.attempt_id = a.id \
         where m.class_id = $1 and m.member_role = 'student' and e.kind in ('answered', 'paused') \
         and (a.state in ('in_progress', 'paused') or a.last_activity_ms >= $2) \
         order by e.attempt_id, e.position",
    )
    .bind(class_id.as_str())
    .bind(since.0)
    .fetch_all(connection)
    .await?;
    rows.iter().map(attempt_event).collect()
}

fn attempt_event(row: &sqlx::any::AnyRow) -> Result<(AttemptId, LoggedEvent), StoreError> {
    let attempt = RowReader::new(row, "attempt_events", "attempt_id").id("attempt_id")?;
    Ok((attempt, LoggedEvent::try_from(row)?))
}

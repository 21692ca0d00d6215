//! A stored history: finished attempts of other students, copied from one that was taken.

use waymark::store::Store;

/// Students with a history.
const STUDENTS: usize = 1_000;
/// Finished attempts of each.
const ATTEMPTS: usize = 4;
/// Events of each at least.
const EVENTS: usize = 25;

/// Stores the history; how many events it has.
pub async fn fill(store: &Store) -> u64 {
    let mut transaction = store.begin_write().await.expect("the database writes");
    let source: String = sqlx::query_scalar(
        "select id from attempts where state = 'completed' and next_position >= $1 order by id limit 1",
    )
    .bind(EVENTS as i64)
    .fetch_one(&mut *transaction)
    .await
    .expect("an attempt was taken");
    let mut events = 0;
    for student in 0..STUDENTS {
        let name = format!("history-{student}");
        sqlx::query(
            "insert into accounts (id, school_id, role, display_name, grade, secret_kind, status, created_at_ms, \
             updated_at_ms) select $1, school_id, role, display_name, grade, secret_kind, status, created_at_ms, \
             updated_at_ms from accounts where id = 'student-0'",
        )
        .bind(&name)
        .execute(&mut *transaction)
        .await
        .expect("a student");
        for attempt in 0..ATTEMPTS {
            events += copy(&mut transaction, &source, (&name, attempt)).await;
        }
    }
    transaction.commit().await.expect("the database writes");
    sqlx::query("analyze")
        .execute(&mut *store.read().await.expect("the database reads"))
        .await
        .expect("statistics as in a database that has run for a while");
    events
}

async fn copy(
    connection: &mut waymark::store::Connection,
    source: &str,
    (student, attempt): (&str, usize),
) -> u64 {
    let id = format!("{student}-{attempt}");
    sqlx::query(
        "insert into attempts (id, student_id, assessment_id, number, state, bank_id, bank_version, plan_id, \
         plan_version, policy_id, policy_version, grade, started_at_ms, last_activity_ms, expires_at_ms, sweep_at_ms, \
         finished_at_ms, next_position, answered, prior_mean, prior_standard_deviation, theta, standard_error, \
         level_index) select $1, $2, assessment_id, $3, state, bank_id, bank_version, plan_id, plan_version, \
         policy_id, policy_version, grade, started_at_ms, last_activity_ms, expires_at_ms, sweep_at_ms, \
         finished_at_ms, next_position, answered, prior_mean, prior_standard_deviation, theta, standard_error, \
         level_index from attempts where id = $4",
    )
    .bind(&id)
    .bind(student)
    .bind(attempt as i64 + 1)
    .bind(source)
    .execute(&mut *connection)
    .await
    .expect("an attempt");
    let copied = sqlx::query(
        "insert into attempt_events (attempt_id, position, at_ms, kind, payload) \
         select $1, position, at_ms, kind, payload from attempt_events where attempt_id = $2",
    )
    .bind(&id)
    .bind(source)
    .execute(&mut *connection)
    .await
    .expect("its events");
    copied.rows_affected()
}

//! Changes of several attempts in a few statements: the rows that were current, and the events of those.

use std::collections::HashSet;
use std::sync::LazyLock;

use sqlx::{AnyConnection, Row};

use super::attempts::{Attempt, level_column};
use super::batch::{self, BATCH_ROWS_MAX, BatchStatement};
use super::events::LoggedEvent;
use super::field_test::{FieldTestAnswer, count_field_test_answers};
use super::{AttemptId, StoreError};

/// What one verb changes of one attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptChange {
    /// The row as it will be.
    pub attempt: Attempt,
    /// The position that its log had when it was read.
    pub read_at_position: u32,
    /// What joins the log.
    pub events: Vec<LoggedEvent>,
    /// Those of the events that answer field-test items.
    pub field_test_answers: Vec<FieldTestAnswer>,
}

static UPDATE: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with changed (attempt_id, read_position, to_state, activity_ms, due_ms, end_ms, to_position, answers, \
         is_met, is_placed, to_theta, to_error, to_level) as (values ",
        13,
        ") update attempts set state = to_state, last_activity_ms = activity_ms, sweep_at_ms = due_ms, \
         finished_at_ms = end_ms, next_position = to_position, answered = answers, plan_met = is_met, \
         theta = case when is_placed = 1 then to_theta else null end, \
         standard_error = case when is_placed = 1 then to_error else null end, level_index = to_level \
         from changed where id = attempt_id and next_position = read_position returning id",
    )
});

static APPEND: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with added (attempt_id, position, at_ms, kind, payload) as (values ",
        5,
        ") insert into attempt_events (attempt_id, position, at_ms, kind, payload) \
         select attempt_id, position, at_ms, kind, payload from added where attempt_id <> ''",
    )
});

/// Writes changes of different attempts, [`BATCH_ROWS_MAX`] at most: of those to whose log nobody wrote since it was read,
/// which are named. Of the others nothing is written. A position of a log that is taken is [`StoreError::Duplicate`].
pub async fn write_changes(
    connection: &mut AnyConnection,
    changes: &[&AttemptChange],
) -> Result<HashSet<AttemptId>, StoreError> {
    let current = update_attempts(connection, changes).await?;
    let changes: Vec<&AttemptChange> =
        changes.iter().copied().filter(|change| current.contains(&change.attempt.id)).collect();
    append_changes(connection, &changes).await?;
    count_field_test_answers(connection, changes.iter().flat_map(|change| &change.field_test_answers))
        .await?;
    Ok(current)
}

async fn update_attempts(
    connection: &mut AnyConnection,
    changes: &[&AttemptChange],
) -> Result<HashSet<AttemptId>, StoreError> {
    let (statement, rows) = batch::for_rows(&UPDATE, changes.len());
    let mut query = sqlx::query(statement);
    for AttemptChange { attempt, read_at_position, .. } in changes {
        query = query
            .bind(attempt.id.as_str())
            .bind(i64::from(*read_at_position))
            .bind(attempt.state.as_str())
            .bind(attempt.last_activity.0)
            .bind(attempt.sweep_at.map(|at| at.0))
            .bind(attempt.finished_at.map(|at| at.0))
            .bind(i64::from(attempt.next_position))
            .bind(i64::from(attempt.answered))
            .bind(i64::from(attempt.plan_met))
            .bind(i64::from(attempt.placement.is_some()))
            .bind(attempt.placement.map_or(0.0, |placement| placement.theta))
            .bind(attempt.placement.map_or(0.0, |placement| placement.standard_error))
            .bind(level_column(attempt));
    }
    for _ in changes.len()..rows {
        query = query.bind("").bind(0_i64).bind("").bind(0_i64).bind(0_i64).bind(0_i64);
        query = query.bind(0_i64).bind(0_i64).bind(0_i64).bind(0_i64).bind(0.0).bind(0.0).bind(0_i64);
    }
    let current = query.fetch_all(connection).await?;
    current.iter().map(|row| Ok(AttemptId(row.try_get(0)?))).collect()
}

async fn append_changes(
    connection: &mut AnyConnection,
    changes: &[&AttemptChange],
) -> Result<(), StoreError> {
    let events: Vec<(&AttemptId, &LoggedEvent)> = changes
        .iter()
        .flat_map(|change| change.events.iter().map(|logged| (&change.attempt.id, logged)))
        .collect();
    for events in events.chunks(BATCH_ROWS_MAX) {
        let (statement, rows) = batch::for_rows(&APPEND, events.len());
        let mut query = sqlx::query(statement);
        for (attempt, logged) in events {
            let payload = serde_json::to_string(&logged.event).expect("an event is JSON");
            query = query
                .bind(attempt.as_str())
                .bind(i64::from(logged.position))
                .bind(logged.at.0)
                .bind(logged.event.kind().as_str())
                .bind(payload);
        }
        for _ in events.len()..rows {
            query = query.bind("").bind(0_i64).bind(0_i64).bind("").bind("");
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

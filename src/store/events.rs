//! The log of an attempt: the truth. Append-only; nothing here changes or removes an event.

use item_bank::ItemId;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AccountId, AttemptId, RowReader, StoreError};
use crate::assessment::AttemptEvent;
use crate::clock::Millis;

/// One entry of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// From 0, without gaps.
    pub position: u32,
    /// When it happened.
    pub at: Millis,
    /// What happened.
    pub event: AttemptEvent,
}

impl TryFrom<&AnyRow> for LoggedEvent {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "attempt_events", "attempt_id");
        Ok(Self {
            position: reader.number("position")?,
            at: reader.time("at_ms")?,
            event: reader.json("payload")?,
        })
    }
}

/// Appends events. A position that is taken is [`StoreError::Duplicate`].
pub async fn append_events(
    connection: &mut AnyConnection,
    attempt: &AttemptId,
    events: &[LoggedEvent],
) -> Result<(), StoreError> {
    // Two at a time: an answer is followed by the next item, and a statement less is a round trip less.
    for pair in events.chunks(2) {
        let statement = match pair {
            [_, _] => {
                "insert into attempt_events (attempt_id, position, at_ms, kind, payload) \
                 values ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10)"
            }
            _ => {
                "insert into attempt_events (attempt_id, position, at_ms, kind, payload) values ($1, $2, $3, $4, $5)"
            }
        };
        let mut query = sqlx::query(statement);
        for logged in pair {
            let payload = serde_json::to_string(&logged.event).expect("an event is JSON");
            query = query
                .bind(attempt.as_str())
                .bind(i64::from(logged.position))
                .bind(logged.at.0)
                .bind(logged.event.kind().as_str())
                .bind(payload);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The log below a position, in order. Below the position that a row of `attempts` names, a log never changes.
pub async fn read_log(
    connection: &mut AnyConnection,
    attempt: &AttemptId,
    below: u32,
) -> Result<Vec<LoggedEvent>, StoreError> {
    let rows = sqlx::query(
        "select attempt_id, position, at_ms, payload from attempt_events \
         where attempt_id = $1 and position < $2 order by position",
    )
    .bind(attempt.as_str())
    .bind(i64::from(below))
    .fetch_all(connection)
    .await?;
    let events: Vec<LoggedEvent> = rows.iter().map(LoggedEvent::try_from).collect::<Result<_, _>>()?;
    let whole = events.iter().zip(0_u32..).all(|(logged, position)| logged.position == position);
    if whole && events.len() == below as usize {
        return Ok(events);
    }
    Err(StoreError::CorruptRow {
        table: "attempt_events",
        column: "position",
        id: attempt.to_string(),
        reason: format!("{} events, not one for every position below {below}", events.len()),
    })
}

/// Items of a bank that were shown to a student, in any attempt and any version, oldest first; an item shown again
/// stands again.
pub async fn list_shown_items(
    connection: &mut AnyConnection,
    student: &AccountId,
    bank_id: &str,
) -> Result<Vec<ItemId>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, e.position, e.at_ms, e.payload from attempt_events e \
         join attempts a on a.id = e.attempt_id \
         where a.student_id = $1 and a.bank_id = $2 and e.kind = 'administered' \
         order by a.started_at_ms, a.id, e.position",
    )
    .bind(student.as_str())
    .bind(bank_id)
    .fetch_all(connection)
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        if let AttemptEvent::Administered { item, .. } = LoggedEvent::try_from(row)?.event {
            items.push(item);
        }
    }
    Ok(items)
}
/// The logs of every attempt of a student, of every assessment, oldest attempt first.
pub async fn read_student_logs(
    connection: &mut AnyConnection,
    student: &AccountId,
) -> Result<Vec<(AttemptId, LoggedEvent)>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, e.position, e.at_ms, e.payload from attempt_events e \
         join attempts a on a.id = e.attempt_id where a.student_id = $1 \
         order by a.started_at_ms, a.id, e.position",
    )
    .bind(student.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let attempt = RowReader::new(row, "attempt_events", "attempt_id").id("attempt_id")?;
            Ok((attempt, LoggedEvent::try_from(row)?))
        })
        .collect()
}

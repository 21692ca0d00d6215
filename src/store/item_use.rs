//! How often an item was shown, and what was answered: read from the logs, which are the truth.

use item_bank::ItemId;
use sqlx::AnyConnection;

use super::{RowReader, StoreError};
use crate::assessment::AttemptEvent;

/// Answers of one item read at most, the newest first.
pub const ANSWERS_MAX: i64 = 5_000;

/// An answer and where the whole attempt placed the student.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacedAnswer {
    /// The attempt's estimate, logits.
    pub theta: f64,
    /// The score of the answer.
    pub score: u32,
}

/// Attempts on a bank, and those of them in which an item was shown. Attempts that were reset are left out.
pub async fn count_item_exposure(
    connection: &mut AnyConnection,
    bank_id: &str,
    item: &ItemId,
) -> Result<(u64, u64), StoreError> {
    let row = sqlx::query(
        "select $1 as bank_id, count(*) as attempts, coalesce(sum(case when exists (select 1 from attempt_events e \
         where e.attempt_id = a.id and e.kind = 'administered' and e.payload like $2) then 1 else 0 end), 0) as shown \
         from attempts a where a.bank_id = $1 and a.state <> 'reset'",
    )
    .bind(bank_id)
    .bind(mention(item))
    .fetch_one(connection)
    .await?;
    let reader = RowReader::new(&row, "attempts", "bank_id");
    Ok((reader.number("attempts")?, reader.number("shown")?))
}

/// Answers to an item in ended attempts that may count, newest first.
pub async fn list_item_answers(
    connection: &mut AnyConnection,
    bank_id: &str,
    item: &ItemId,
) -> Result<Vec<PlacedAnswer>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, a.theta, e.payload from attempt_events e join attempts a on a.id = e.attempt_id \
         where a.bank_id = $1 and a.state in ('completed', 'expired') and a.theta is not null \
         and e.kind = 'answered' and e.payload like $2 order by e.at_ms desc, e.attempt_id limit $3",
    )
    .bind(bank_id)
    .bind(mention(item))
    .bind(ANSWERS_MAX)
    .fetch_all(connection)
    .await?;
    let mut answers = Vec::with_capacity(rows.len());
    for row in &rows {
        let reader = RowReader::new(row, "attempt_events", "attempt_id");
        if let AttemptEvent::Answered { item: answered, score, .. } = reader.json("payload")?
            && answered == *item
        {
            answers.push(PlacedAnswer { theta: reader.get("theta")?, score });
        }
    }
    Ok(answers)
}

/// What the payload of an event about an item holds. `_` and `%` in a name match more, which the caller's
/// comparison, or the rarity of such names, makes harmless.
fn mention(item: &ItemId) -> String {
    format!("%\"item\":\"{}\"%", item.as_str())
}

//! What a calibration reads, live answers, and what staff decide about its proposal.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use item_bank::ItemId;
use sqlx::AnyConnection;

use super::{AccountId, AttemptId, JobId, RowReader, StoreError};
use crate::assessment::AttemptEvent;
use crate::clock::Millis;

/// Scored answers of live attempts, held compactly: every name once, sixteen bytes an answer.
#[derive(Debug, Clone, Default)]
pub struct LiveAnswers {
    /// The items.
    pub items: Vec<ItemId>,
    /// The student's grade then, of every attempt.
    pub grades: Vec<u8>,
    /// The answers, attempt by attempt.
    pub answers: Vec<LiveAnswer>,
    places: HashMap<ItemId, u32>,
    attempt: String,
}

/// One scored answer of a live attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveAnswer {
    /// The attempt, by its place among the grades.
    pub attempt: u32,
    /// The item, by its place among the items.
    pub item: u32,
    /// Its score.
    pub score: u32,
    /// From showing to answering, milliseconds; what is longer than seven weeks is that long.
    pub elapsed_ms: u32,
}

impl LiveAnswers {
    /// Adds an answer. Those of one attempt come in a row.
    pub fn push(&mut self, (attempt, grade): (&str, u8), item: ItemId, (score, elapsed_ms): (u32, i64)) {
        if self.grades.is_empty() || self.attempt != attempt {
            attempt.clone_into(&mut self.attempt);
            self.grades.push(grade);
        }
        let count = |length: usize| u32::try_from(length).expect("fewer answers are read than 32 bits count");
        let item = match self.places.get(&item) {
            Some(&place) => place,
            None => {
                let place = count(self.items.len());
                self.items.push(item.clone());
                self.places.insert(item, place);
                place
            }
        };
        let elapsed_ms = u32::try_from(elapsed_ms.max(0)).unwrap_or(u32::MAX);
        self.answers.push(LiveAnswer { attempt: count(self.grades.len() - 1), item, score, elapsed_ms });
    }
}

/// Whether an item's new parameters are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemDecision {
    /// Taken over.
    Accept,
    /// The item stays as it was.
    Hold,
}

impl ItemDecision {
    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Hold => "hold",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Accept, Self::Hold].into_iter().find(|decision| decision.as_str() == word)
    }
}

/// A decision on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedDecision {
    /// The calibration.
    pub job_id: JobId,
    /// The item.
    pub item: ItemId,
    /// What was decided.
    pub decision: ItemDecision,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub decided_by: AccountId,
    /// When.
    pub decided_at: Millis,
}

/// A period, from its first moment to before its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment in it.
    pub from: Millis,
    /// The first moment after it.
    pub to: Millis,
}

/// Answers to a bank's items in a period, attempt by attempt in the order given; not those of attempts that were
/// invalidated or reset. At most `limit`: one more than is wanted tells that there are more.
pub async fn list_live_answers(
    connection: &mut AnyConnection,
    bank_id: &str,
    period: Period,
    limit: u32,
) -> Result<LiveAnswers, StoreError> {
    let mut rows = sqlx::query(
        "select e.attempt_id, a.grade, e.payload from attempt_events e join attempts a on a.id = e.attempt_id \
         where a.bank_id = $1 and e.kind = 'answered' and e.at_ms >= $2 and e.at_ms < $3 \
         and a.started_at_ms < $3 and a.last_activity_ms >= $2 \
         and a.state in ('in_progress', 'paused', 'completed', 'expired') \
         order by e.attempt_id, e.position limit $4",
    )
    .bind(bank_id)
    .bind(period.from.0)
    .bind(period.to.0)
    .bind(i64::from(limit))
    .fetch(connection);
    let mut answers = LiveAnswers::default();
    while let Some(row) = rows.try_next().await? {
        let reader = RowReader::new(&row, "attempt_events", "attempt_id");
        if let AttemptEvent::Answered { item, score, elapsed_ms, .. } = reader.json("payload")? {
            let attempt: String = reader.get("attempt_id")?;
            answers.push((&attempt, reader.number("grade")?), item, (score, elapsed_ms));
        }
    }
    Ok(answers)
}

/// Items that ended attempts in a period showed last and got no answer to, one an attempt.
pub async fn list_unanswered(
    connection: &mut AnyConnection,
    bank_id: &str,
    period: Period,
    limit: u32,
) -> Result<Vec<ItemId>, StoreError> {
    let rows = sqlx::query(
        "select e.attempt_id, e.payload from attempt_events e join attempts a on a.id = e.attempt_id \
         where a.bank_id = $1 and e.kind = 'administered' and e.at_ms >= $2 and e.at_ms < $3 \
         and a.started_at_ms < $3 and a.last_activity_ms >= $2 \
         and a.state in ('completed', 'expired') and not exists (select 1 from attempt_events l \
         where l.attempt_id = e.attempt_id and l.kind = 'answered' and l.position > e.position) \
         order by e.attempt_id, e.position limit $4",
    )
    .bind(bank_id)
    .bind(period.from.0)
    .bind(period.to.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let reader = RowReader::new(row, "attempt_events", "attempt_id");
        if let AttemptEvent::Administered { item, .. } = reader.json("payload")? {
            items.push(item);
        }
    }
    Ok(items)
}

/// The newest ended attempts on a bank, at most `limit`, newest first.
pub async fn list_ended_attempt_ids(
    connection: &mut AnyConnection,
    bank_id: &str,
    limit: u32,
) -> Result<Vec<AttemptId>, StoreError> {
    let rows = sqlx::query(
        "select id from attempts where bank_id = $1 and state in ('completed', 'expired') and answered > 0 \
         order by started_at_ms desc, id desc limit $2",
    )
    .bind(bank_id)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| RowReader::new(row, "attempts", "id").id("id")).collect()
}

/// Adds a decision after those there are on the item.
pub async fn append_decision(
    connection: &mut AnyConnection,
    decision: &RecordedDecision,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into calibration_decisions (job_id, item_id, position, decision, reason, decided_by, decided_at_ms) \
         select $1, $2, coalesce(max(position) + 1, 0), $3, $4, $5, $6 \
         from calibration_decisions where job_id = $1 and item_id = $2",
    )
    .bind(decision.job_id.as_str())
    .bind(decision.item.as_str())
    .bind(decision.decision.as_str())
    .bind(&decision.reason)
    .bind(decision.decided_by.as_str())
    .bind(decision.decided_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Every decision on a calibration, in the order made on each item.
pub async fn list_decisions(
    connection: &mut AnyConnection,
    job: &JobId,
) -> Result<Vec<RecordedDecision>, StoreError> {
    let rows = sqlx::query(
        "select job_id, item_id, decision, reason, decided_by, decided_at_ms from calibration_decisions \
         where job_id = $1 order by item_id, position",
    )
    .bind(job.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "calibration_decisions", "job_id");
            let item: String = reader.get("item_id")?;
            Ok(RecordedDecision {
                job_id: reader.id("job_id")?,
                item: ItemId::new(item).map_err(|error| reader.corrupt("item_id", error.to_string()))?,
                decision: reader.word("decision", ItemDecision::parse)?,
                reason: reader.get("reason")?,
                decided_by: reader.id("decided_by")?,
                decided_at: reader.time("decided_at_ms")?,
            })
        })
        .collect()
}

//! What ended attempts say about items: how often they were shown, what was answered, and whether answers still are as the
//! parameters say. Counted in the background, so that nobody reads all attempts to look at an item.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use item_bank::{ItemId, ResponseModel};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use super::batch::{self, BATCH_ROWS_MAX, BatchStatement};
use super::{AttemptId, RowReader, StoreError};
use crate::clock::Millis;

/// Alarms listed at most.
pub const ALARMS_MAX: u32 = 100;

/// What is counted for a bank as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct BankRecord {
    /// Ended attempts, but for those that were reset.
    pub attempts: u64,
    /// Residuals that were followed.
    pub residuals: u64,
    /// Abilities of the students of these attempts, newer ones with more weight; none before the first.
    pub abilities: Option<Abilities>,
}

/// Moments of a distribution of ability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Abilities {
    /// Mean, logits.
    pub mean: f64,
    /// Mean square, squared logits.
    pub mean_square: f64,
}

/// What is counted for an item of a bank, whatever the version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct ItemRecord {
    /// Attempts in which it was shown.
    pub shown: u64,
    /// Answers in attempts that may count.
    pub answers: u64,
    /// Attempts that may count, showed it and got no answer to it.
    pub unanswered: u64,
    /// Answers that came too fast to have been thought about.
    pub rapid_guesses: u64,
    /// Sum of the times to answer, milliseconds.
    pub elapsed_ms: u64,
    /// Answers and their scores by ability: cells a quarter of a logit wide, cell 0 begins at 0.
    pub by_ability: BTreeMap<i64, CellCount>,
    /// Residuals under the parameters it has; none for an item that is not operational.
    pub watch: Option<Watch>,
}

/// Answers in one cell of ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CellCount {
    /// Answers.
    pub answers: u64,
    /// Sum of their scores.
    pub score: u64,
}

/// Standardised residuals of an item in the order the attempts ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The parameters they are taken against.
    pub model: ResponseModel,
    /// The first bank version that had them, of those seen.
    pub bank_version: u32,
    /// When the first answer was given.
    pub since_ms: i64,
    /// Residuals.
    pub residuals: u64,
    /// Their sum.
    pub sum: f64,
    /// The cumulative sum of what is easier than the parameters say.
    pub easier: RunningSum,
    /// The cumulative sum of what is harder.
    pub harder: RunningSum,
    /// The alarm that stands.
    pub alarm: Option<StandingAlarm>,
    /// Residuals in blocks, the newest last.
    pub blocks: Vec<Block>,
    /// What was decided last about an alarm.
    pub settled: Option<Settled>,
}

/// One side of a cumulative sum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Default)]
pub struct RunningSum {
    /// The sum.
    pub value: f64,
    /// When it was last at 0: the change, if there is one, is thought to have begun then or later.
    pub since_ms: i64,
}

/// A sum that passed its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAlarm {
    /// Which way the item seems to have changed.
    pub direction: Direction,
    /// Residuals when it was raised.
    pub at_residual: u64,
    /// When it was raised.
    pub raised_at_ms: i64,
    /// Since when the change is thought to last.
    pub since_ms: i64,
}

/// Which way an item seems to have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Students score higher than its parameters say.
    Easier,
    /// Students score lower.
    Harder,
}

/// Some residuals in a row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// How many.
    pub residuals: u32,
    /// Their sum.
    pub sum: f64,
    /// When the last of them was given.
    pub until_ms: i64,
}

/// A decision about an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The alarm.
    pub alarm: StandingAlarm,
    /// Why it no longer stands.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// The record of a bank and the number of passes that made it; an empty one and 0 before the first.
pub async fn find_bank_record(
    connection: &mut AnyConnection,
    bank_id: &str,
) -> Result<(BankRecord, u64), StoreError> {
    let row = sqlx::query("select bank_id, passes, document from bank_records where bank_id = $1")
        .bind(bank_id)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok((BankRecord::default(), 0));
    };
    let reader = RowReader::new(&row, "bank_records", "bank_id");
    Ok((reader.json("document")?, reader.number("passes")?))
}

/// Writes the record of a bank as that of the pass after `passes`; false when somebody else made that one.
pub async fn write_bank_record(
    connection: &mut AnyConnection,
    bank_id: &str,
    record: &BankRecord,
    passes: u64,
) -> Result<bool, StoreError> {
    let document = serde_json::to_string(record).expect("a record is JSON");
    let passes = i64::try_from(passes).expect("fewer passes than an i64 can count");
    let written = if passes == 0 {
        sqlx::query(
            "insert into bank_records (bank_id, passes, document) values ($1, $2, $3) on conflict (bank_id) do nothing",
        )
        .bind(bank_id)
        .bind(1_i64)
        .bind(document)
        .execute(connection)
        .await?
    } else {
        sqlx::query(
            "update bank_records set passes = $2 + 1, document = $3 where bank_id = $1 and passes = $2",
        )
        .bind(bank_id)
        .bind(passes)
        .bind(document)
        .execute(connection)
        .await?
    };
    Ok(written.rows_affected() == 1)
}

/// The record of an item.
pub async fn find_item_record(
    connection: &mut AnyConnection,
    bank_id: &str,
    item: &ItemId,
) -> Result<Option<ItemRecord>, StoreError> {
    let row = sqlx::query("select item_id, document from item_records where bank_id = $1 and item_id = $2")
        .bind(bank_id)
        .bind(item.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| RowReader::new(&row, "item_records", "item_id").json("document")).transpose()
}

/// Items whose alarm stands, the earliest first, [`ALARMS_MAX`] at most.
pub async fn list_alarmed_items(
    connection: &mut AnyConnection,
    bank_id: &str,
) -> Result<Vec<(ItemId, ItemRecord)>, StoreError> {
    let rows = sqlx::query(
        "select item_id, document from item_records where bank_id = $1 and alarmed_at_ms > 0 \
         order by alarmed_at_ms, item_id limit $2",
    )
    .bind(bank_id)
    .bind(i64::from(ALARMS_MAX))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "item_records", "item_id");
            let item: String = reader.get("item_id")?;
            let item = ItemId::new(item).map_err(|error| reader.corrupt("item_id", error.to_string()))?;
            Ok((item, reader.json("document")?))
        })
        .collect()
}

static WRITE: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with given (bank_id, item_id, alarmed_at_ms, document) as (values ",
        4,
        ") insert into item_records (bank_id, item_id, alarmed_at_ms, document) \
         select bank_id, item_id, alarmed_at_ms, document from given where bank_id <> '' \
         on conflict (bank_id, item_id) \
         do update set alarmed_at_ms = excluded.alarmed_at_ms, document = excluded.document",
    )
});

/// The record of an item as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRecordRow {
    item: ItemId,
    alarmed_at_ms: i64,
    document: String,
}

impl From<(&ItemId, &ItemRecord)> for ItemRecordRow {
    fn from((item, record): (&ItemId, &ItemRecord)) -> Self {
        let alarm = record.watch.as_ref().and_then(|watch| watch.alarm);
        Self {
            item: item.clone(),
            alarmed_at_ms: alarm.map_or(0, |alarm| alarm.raised_at_ms.max(1)),
            document: serde_json::to_string(record).expect("a record is JSON"),
        }
    }
}

/// Writes records of items of a bank.
pub async fn write_item_records(
    connection: &mut AnyConnection,
    bank_id: &str,
    records: &[ItemRecordRow],
) -> Result<(), StoreError> {
    for records in records.chunks(BATCH_ROWS_MAX) {
        let (statement, rows) = batch::for_rows(&WRITE, records.len());
        let mut query = sqlx::query(statement);
        for ItemRecordRow { item, alarmed_at_ms, document } in records {
            query = query.bind(bank_id).bind(item.as_str()).bind(*alarmed_at_ms).bind(document.as_str());
        }
        for _ in records.len()..rows {
            query = query.bind("").bind("").bind(0_i64).bind("");
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Ended attempts that are not counted, with their banks, in the order in which they ended.
pub async fn list_attempts_to_count(
    connection: &mut AnyConnection,
    now: Millis,
    limit: u32,
) -> Result<Vec<(AttemptId, String)>, StoreError> {
    let rows = sqlx::query(
        "select id, bank_id from attempts where items_counted = 0 and finished_at_ms is not null \
         and finished_at_ms <= $1 order by finished_at_ms, id limit $2",
    )
    .bind(now.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "attempts", "id");
            Ok((reader.id("id")?, reader.get("bank_id")?))
        })
        .collect()
}

static MARK: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with counted (counted_attempt, mark) as (values ",
        2,
        ") update attempts set items_counted = mark from counted where id = counted_attempt and items_counted = 0",
    )
});

/// Says that these attempts are counted; how many of them were not before.
pub async fn mark_items_counted(
    connection: &mut AnyConnection,
    attempts: &[AttemptId],
) -> Result<u64, StoreError> {
    let mut marked = 0;
    for attempts in attempts.chunks(BATCH_ROWS_MAX) {
        let (statement, rows) = batch::for_rows(&MARK, attempts.len());
        let mut query = sqlx::query(statement);
        for attempt in attempts {
            query = query.bind(attempt.as_str()).bind(1_i64);
        }
        for _ in attempts.len()..rows {
            query = query.bind("").bind(1_i64);
        }
        marked += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(marked)
}

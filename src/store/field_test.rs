//! Answers to field-test items by ability, counted for all nodes when an answer is written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use item_bank::ItemId;
use sqlx::AnyConnection;

use super::batch::{self, BATCH_ROWS_MAX, BatchStatement};
use super::{RowReader, StoreError};

/// Cells read of one bank at most; those with the most answers count.
const CELLS_MAX: i64 = 50_000;

/// Answers to one item in one cell of ability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldTestCell {
    /// The item.
    pub item: ItemId,
    /// See [`crate::adaptive::ability_cell`].
    pub ability_cell: i64,
    /// Answers.
    pub answers: u64,
}

/// One answer to a field-test item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldTestAnswer {
    /// The bank of the item.
    pub bank_id: String,
    /// The item.
    pub item: ItemId,
    /// See [`crate::adaptive::ability_cell`].
    pub ability_cell: i64,
}

static COUNT: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with given (bank_id, item_id, ability_cell, answers) as (values ",
        4,
        ") insert into field_test_counts (bank_id, item_id, ability_cell, answers) \
         select bank_id, item_id, ability_cell, answers from given where bank_id <> '' \
         on conflict (bank_id, item_id, ability_cell) \
         do update set answers = field_test_counts.answers + excluded.answers",
    )
});

/// Counts answers.
pub async fn count_field_test_answers(
    connection: &mut AnyConnection,
    given: impl IntoIterator<Item = &FieldTestAnswer>,
) -> Result<(), StoreError> {
    // In order: two transactions that count the same answers do not wait for each other's rows.
    let mut counts: BTreeMap<&FieldTestAnswer, i64> = BTreeMap::new();
    for answer in given {
        *counts.entry(answer).or_default() += 1;
    }
    let counts: Vec<(&FieldTestAnswer, i64)> = counts.into_iter().collect();
    for counts in counts.chunks(BATCH_ROWS_MAX) {
        let (statement, rows) = batch::for_rows(&COUNT, counts.len());
        let mut query = sqlx::query(statement);
        for (answer, count) in counts {
            query =
                query.bind(&answer.bank_id).bind(answer.item.as_str()).bind(answer.ability_cell).bind(*count);
        }
        for _ in counts.len()..rows {
            query = query.bind("").bind("").bind(0_i64).bind(0_i64);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The counts of a bank, whatever the version an item was answered in.
pub async fn list_field_test_counts(
    connection: &mut AnyConnection,
    bank_id: &str,
) -> Result<Vec<FieldTestCell>, StoreError> {
    let rows = sqlx::query(
        "select item_id, ability_cell, answers from field_test_counts where bank_id = $1 \
         order by answers desc, item_id, ability_cell limit $2",
    )
    .bind(bank_id)
    .bind(CELLS_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "field_test_counts", "item_id");
            let item: String = reader.get("item_id")?;
            Ok(FieldTestCell {
                item: ItemId::new(item).map_err(|error| reader.corrupt("item_id", error.to_string()))?,
                ability_cell: reader.get("ability_cell")?,
                answers: reader.number("answers")?,
            })
        })
        .collect()
}

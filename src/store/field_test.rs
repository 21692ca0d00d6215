//! Answers to field-test items by ability, counted for all nodes when an answer is written.

use item_bank::ItemId;
use sqlx::AnyConnection;

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

/// Counts one more answer.
pub async fn count_field_test_answer(
    connection: &mut AnyConnection,
    bank_id: &str,
    item: &ItemId,
    ability_cell: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into field_test_counts (bank_id, item_id, ability_cell, answers) values ($1, $2, $3, 1) \
         on conflict (bank_id, item_id, ability_cell) do update set answers = field_test_counts.answers + 1",
    )
    .bind(bank_id)
    .bind(item.as_str())
    .bind(ability_cell)
    .execute(connection)
    .await?;
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

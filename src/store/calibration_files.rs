//! Response files that calibrations were given.

use sqlx::AnyConnection;

use super::{JobId, RowReader, StoreError};
use crate::clock::Millis;

/// A response file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// What it was called.
    pub name: String,
    /// What it holds.
    pub content: String,
}

impl StoredFile {
    /// What to call it where it is saved again; pasted text has no name.
    #[must_use]
    pub fn download_name(&self) -> &str {
        if self.name.is_empty() { "responses.csv" } else { &self.name }
    }
}

/// Keeps the file of a calibration. The one that is there stays.
pub async fn insert_calibration_file(
    connection: &mut AnyConnection,
    now: Millis,
    job: &JobId,
    file: &StoredFile,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into calibration_files (job_id, name, content, created_at_ms) values ($1, $2, $3, $4) \
         on conflict (job_id) do nothing",
    )
    .bind(job.as_str())
    .bind(&file.name)
    .bind(&file.content)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The file of a calibration.
pub async fn find_calibration_file(
    connection: &mut AnyConnection,
    job: &JobId,
) -> Result<Option<StoredFile>, StoreError> {
    let row = sqlx::query("select job_id, name, content from calibration_files where job_id = $1")
        .bind(job.as_str())
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        let reader = RowReader::new(&row, "calibration_files", "job_id");
        Ok(StoredFile { name: reader.get("name")?, content: reader.get("content")? })
    })
    .transpose()
}

/// Takes away the files of calibrations that were stopped or came to nothing; how many.
pub async fn forget_calibration_files(connection: &mut AnyConnection) -> Result<u64, StoreError> {
    let forgotten = sqlx::query(
        "delete from calibration_files where job_id in (select id from jobs where state in ('cancelled', 'failed'))",
    )
    .execute(connection)
    .await?;
    Ok(forgotten.rows_affected())
}
